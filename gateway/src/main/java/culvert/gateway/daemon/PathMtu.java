package culvert.gateway.daemon;

import java.util.concurrent.TimeUnit;

/**
 * How long a packet the path to one peer carries whole, as far as ICMP told (RFC 1191, RFC 8201).
 * Knows no clock: the time is an argument.
 *
 * <pre>
 *   claim of less -----------------------> narrower at once
 *   10 minutes later, and at first ------> PROBE: a packet as long as the first link carries
 *        claim within 5 s ---------------> as narrow as it says; 10 minutes
 *        silence ------------------------> as wide as the first link; 10 minutes
 * </pre>
 *
 * <p>So traffic itself never has to find out that a path is still narrow. A forged claim holds for
 * ten minutes, and goes no lower than the smallest MTU that every host must be able to use.
 */
final class PathMtu {
    /** RFC 1191 6.3 recommends ten minutes; five is the least. */
    static final long PROBE_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(10);

    static final long ANSWER_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** RFC 791: what every host must accept. */
    static final int SMALLEST_IPV4_BYTES = 576;

    /** RFC 8200 5: what every link must carry. */
    static final int SMALLEST_IPV6_BYTES = 1280;

    /** RFC 1191 7: for routers that do not say what they carry. */
    private static final int[] PLATEAUS = {1492, 1280, 1006, 576};

    /** Below RFC 791's least MTU of a link, it is no answer. */
    private static final int SMALLEST_LINK_BYTES = 68;

    enum Due {
        NOTHING,
        /** Send a packet of {@link #linkBytes} with DF. */
        PROBE,
        /** The path has become wider: {@link #bytes}. */
        WIDER
    }

    private final int smallestBytes;
    private int linkBytes;
    private int bytes;
    private long dueNanos;
    private boolean probing;

    /**
     * @param linkBytes the MTU of the first link
     */
    PathMtu(boolean ipv4, int linkBytes, long nowNanos) {
        this.smallestBytes = ipv4 ? SMALLEST_IPV4_BYTES : SMALLEST_IPV6_BYTES;
        this.linkBytes = Math.max(linkBytes, smallestBytes);
        this.bytes = this.linkBytes;
        this.dueNanos = nowNanos;
    }

    int bytes() {
        return bytes;
    }

    int linkBytes() {
        return linkBytes;
    }

    /**
     * ICMP says that the path carries so much.
     *
     * @return whether {@link #bytes} changed
     */
    boolean claim(int mtuBytes, long nowNanos) {
        int claimed =
                Math.max(mtuBytes < SMALLEST_LINK_BYTES ? plateau() : mtuBytes, smallestBytes);
        boolean answersProbe = probing && claimed < linkBytes;
        if (claimed >= bytes && !answersProbe) {
            return false;
        }
        int before = bytes;
        bytes = claimed;
        probing = false;
        dueNanos = nowNanos + PROBE_INTERVAL_NANOS;
        return bytes != before;
    }

    private int plateau() {
        int limit = probing ? linkBytes : bytes;
        for (int plateau : PLATEAUS) {
            if (plateau < limit) {
                return plateau;
            }
        }
        return smallestBytes;
    }

    /**
     * The first link carries so much now.
     *
     * @return whether {@link #bytes} changed
     */
    boolean link(int newLinkBytes) {
        boolean whole = bytes == linkBytes;
        int before = bytes;
        linkBytes = Math.max(newLinkBytes, smallestBytes);
        bytes = whole ? linkBytes : Math.min(bytes, linkBytes);
        return bytes != before;
    }

    /** Another peer, another path: ask at once. */
    void moved(long nowNanos) {
        probing = false;
        dueNanos = nowNanos;
    }

    /** What is to be done now. Ask only while an SA can carry a probe. */
    Due due(long nowNanos) {
        if (nowNanos - dueNanos < 0) {
            return Due.NOTHING;
        }
        probing = !probing;
        if (probing) {
            dueNanos = nowNanos + ANSWER_NANOS;
            return Due.PROBE;
        }
        dueNanos = nowNanos + PROBE_INTERVAL_NANOS;
        if (bytes == linkBytes) {
            return Due.NOTHING;
        }
        bytes = linkBytes;
        return Due.WIDER;
    }
}
