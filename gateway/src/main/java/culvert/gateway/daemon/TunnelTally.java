package culvert.gateway.daemon;

import culvert.gateway.metrics.Histogram;
import culvert.ike.ChildSaStatus;
import culvert.ike.IkeSaStatus;
import culvert.ike.IkeTunnelStatus;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is counted of one tunnel across its SAs. SAs come and go with every rekey; these numbers
 * only grow while the process lives.
 *
 * <p>Times are in Unix milliseconds; 0 is never.
 */
final class TunnelTally {
    private static final long MILLIS_PER_SECOND = 1000;

    /** What refuses a tunnel; any other error has a series once it has come. */
    private static final List<String> COMMON_ERRORS =
            List.of(
                    "AUTHENTICATION_FAILED",
                    "INVALID_KE_PAYLOAD",
                    "NO_PROPOSAL_CHOSEN",
                    "TS_UNACCEPTABLE");

    /** Bounds in seconds: from a peer in the same building to one that is nearly dead. */
    private final Histogram roundTrips =
            new Histogram(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5);

    private final TrafficRate rate = new TrafficRate();
    private final SortedMap<String, Long> errorNotifies = new TreeMap<>();
    private long stateChanges;
    private long lastStateChangeMillis;
    private long ikeRekeysByUs;
    private long ikeRekeysByPeer;
    private long childRekeys;
    private long childRekeyCollisions;
    private int rekeysOfIkeSa;
    private int rekeysOfChildSa;
    private Optional<IkeSaStatus> ikeSa = Optional.empty();
    private Optional<ChildSaStatus> childSa = Optional.empty();
    private long ikeEstablishedMillis;
    private long childEstablishedMillis;
    private long childRekeyDueMillis;
    private long lastInboundNanos;
    private long lastInboundMillis;
    private long lastOutboundNanos;
    private long lastOutboundMillis;

    void stateChanged(long nowMillis) {
        stateChanges++;
        lastStateChangeMillis = nowMillis;
    }

    /** Compares with what was seen before; call it after everything that IKE did. */
    void observe(IkeTunnelStatus now, long nowMillis) {
        // The rekeys of a status begin again when the peer is authenticated again.
        int ikeSaRekeys = now.ike().map(IkeSaStatus::rekeys).orElse(0);
        int more = Math.max(0, ikeSaRekeys - rekeysOfIkeSa);
        // Who rekeys an IKE SA is the initiator of its successor (RFC 7296 2.18).
        if (now.ike().filter(IkeSaStatus::begunByUs).isPresent()) {
            ikeRekeysByUs += more;
        } else {
            ikeRekeysByPeer += more;
        }
        rekeysOfIkeSa = ikeSaRekeys;
        int childSaRekeys = now.child().map(ChildSaStatus::rekeys).orElse(0);
        childRekeys += Math.max(0, childSaRekeys - rekeysOfChildSa);
        rekeysOfChildSa = childSaRekeys;

        // Ages in whole seconds would make a time jitter: it is taken once for each SA.
        if (!now.ike()
                .map(IkeSaStatus::initiatorSpi)
                .equals(ikeSa.map(IkeSaStatus::initiatorSpi))) {
            ikeEstablishedMillis =
                    now.ike()
                            .map(sa -> nowMillis - sa.establishedSeconds() * MILLIS_PER_SECOND)
                            .orElse(0L);
        }
        if (!now.child().map(ChildSaStatus::spiIn).equals(childSa.map(ChildSaStatus::spiIn))) {
            childEstablishedMillis =
                    now.child()
                            .map(sa -> nowMillis - sa.establishedSeconds() * MILLIS_PER_SECOND)
                            .orElse(0L);
            childRekeyDueMillis =
                    now.child()
                            .map(sa -> nowMillis + sa.rekeyInSeconds() * MILLIS_PER_SECOND)
                            .orElse(0L);
        }
        ikeSa = now.ike();
        childSa = now.child();
    }

    /**
     * Notes when an SA last opened a packet.
     *
     * @param packetNanos on the clock of nowNanos
     */
    void inboundPacket(long packetNanos, long nowNanos, long nowMillis) {
        if (lastInboundMillis == 0 || packetNanos - lastInboundNanos > 0) {
            lastInboundNanos = packetNanos;
            lastInboundMillis = nowMillis - (nowNanos - packetNanos) / 1_000_000;
        }
    }

    /** Notes when an SA last sealed a packet. */
    void outboundPacket(long packetNanos, long nowNanos, long nowMillis) {
        if (lastOutboundMillis == 0 || packetNanos - lastOutboundNanos > 0) {
            lastOutboundNanos = packetNanos;
            lastOutboundMillis = nowMillis - (nowNanos - packetNanos) / 1_000_000;
        }
    }

    /** The peer's errors by name, all since the start. */
    void errorNotifies(Map<String, Long> counts) {
        errorNotifies.putAll(counts);
    }

    /** All since the start. */
    void childRekeyCollisions(long count) {
        childRekeyCollisions = count;
    }

    /** The common errors are there from the start, with zeros. */
    SortedMap<String, Long> errorNotifies() {
        COMMON_ERRORS.forEach(name -> errorNotifies.putIfAbsent(name, 0L));
        return errorNotifies;
    }

    Histogram roundTrips() {
        return roundTrips;
    }

    TrafficRate rate() {
        return rate;
    }

    long stateChanges() {
        return stateChanges;
    }

    long lastStateChangeMillis() {
        return lastStateChangeMillis;
    }

    long ikeRekeysByUs() {
        return ikeRekeysByUs;
    }

    long ikeRekeysByPeer() {
        return ikeRekeysByPeer;
    }

    long childRekeyCollisions() {
        return childRekeyCollisions;
    }

    long childRekeys() {
        return childRekeys;
    }

    long ikeEstablishedMillis() {
        return ikeEstablishedMillis;
    }

    long childEstablishedMillis() {
        return childEstablishedMillis;
    }

    long childRekeyDueMillis() {
        return childRekeyDueMillis;
    }

    long lastInboundMillis() {
        return lastInboundMillis;
    }

    long lastOutboundMillis() {
        return lastOutboundMillis;
    }
}
