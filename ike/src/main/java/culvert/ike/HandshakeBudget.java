package culvert.ike;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * How many handshakes of peers that have not authenticated we compute for. Each costs two group
 * computations, with IKE_INTERMEDIATE up to nine, and with certificates 17 signature checks at
 * most; a cookie costs its sender next to nothing.
 *
 * <p>Every peer address has a share of its own that no other can use up, so that a flood in one
 * peer's name does not keep the others out. Beyond it all draw on what is common. A handshake that
 * ends in authentication is given back: peers with the right key are not limited.
 */
final class HandshakeBudget {
    /** Of one address: at once, and then one per interval. */
    static final int OWN = 6;

    static final long OWN_INTERVAL_NANOS = IkeTiming.seconds(1) / 2;

    /** Of all addresses together, when their own are used up. */
    static final int COMMON = 16;

    static final long COMMON_INTERVAL_NANOS = IkeTiming.seconds(1) / 8;

    /** Only of those that are not full: what has no entry has its whole share. */
    private final Map<InetAddress, TokenBucket> shares = new HashMap<>();

    private final TokenBucket common = new TokenBucket(COMMON, COMMON_INTERVAL_NANOS);

    /**
     * @param source a tunnel's peer address, so that there are no more shares than addresses in the
     *     configuration
     */
    boolean take(InetAddress source, long nowNanos) {
        shares.values().removeIf(share -> share.isFull(nowNanos));
        return shares.computeIfAbsent(source, any -> new TokenBucket(OWN, OWN_INTERVAL_NANOS))
                        .take(nowNanos)
                || common.take(nowNanos);
    }

    /** The one who began a handshake from this address has authenticated. */
    void giveBack(InetAddress source) {
        TokenBucket share = shares.get(source);
        if (share != null) {
            share.giveBack();
        }
    }
}
