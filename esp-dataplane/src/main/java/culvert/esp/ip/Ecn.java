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

    private Ecn() {}

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
