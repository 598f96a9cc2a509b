package culvert.esp.ip;

/** Explicit Congestion Notification across the tunnel (RFC 6040), on two-bit ECN fields. */
public final class Ecn {
    public static final int NOT_ECT = 0;
    public static final int ECT_1 = 1;
    public static final int ECT_0 = 2;
    public static final int CE = 3;

    /** Not an ECN field: the packet must be dropped. */
    public static final int DROP = -1;

    private static final int MASK = 3;

    /** The part of an inner traffic class that outer headers carry: DSCP and ECN. */
    public static final int COPY_BOTH = 0xFF;

    /** ECN alone. */
    public static final int COPY_ECN = MASK;

    private Ecn() {}

    /**
     * The outer traffic class on encapsulation: ECN as it is (RFC 6040 4.1, normal mode, which RFC
     * 4301 5.1.2.1 asks of IPsec), DSCP by policy.
     *
     * @param copied {@link #COPY_BOTH} or {@link #COPY_ECN}
     */
    public static int encapsulate(int innerTrafficClass, int copied) {
        return innerTrafficClass & copied;
    }

    /**
     * The inner traffic class after decapsulation (RFC 6040 4.2, figure 4), or {@link #DROP} when
     * congestion was signalled on a packet whose endpoints would not understand it.
     */
    public static int decapsulate(int innerTrafficClass, int outerTrafficClass) {
        int inner = innerTrafficClass & MASK;
        return switch (outerTrafficClass & MASK) {
            case CE -> inner == NOT_ECT ? DROP : innerTrafficClass | CE;
            case ECT_1 -> inner == ECT_0 ? (innerTrafficClass & ~MASK) | ECT_1 : innerTrafficClass;
            default -> innerTrafficClass;
        };
    }
}
