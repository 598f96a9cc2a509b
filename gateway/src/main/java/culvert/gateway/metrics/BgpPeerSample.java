package culvert.gateway.metrics;

import culvert.bgp.BgpPeerStatus;
import culvert.bgp.SessionEnds;
import java.util.List;

/**
 * What is counted of one BGP peer.
 *
 * @param isNeighbor whether it is a router of the site, not the other end of a tunnel
 * @param name of the neighbor, or of the tunnel that leads to the peer
 * @param peer its address
 * @param state of its session, as RFC 4271 8.2.2 names it, in lower case
 * @param received prefixes in its Adj-RIB-In
 * @param accepted those that policy took
 * @param advertised prefixes announced to it
 * @param ends of established sessions, since the start of the process
 * @param messages exchanged since then, one line for each type
 */
public record BgpPeerSample(
        boolean isNeighbor,
        String name,
        String peer,
        String state,
        long received,
        long accepted,
        long advertised,
        SessionEnds ends,
        List<BgpPeerStatus.Messages> messages) {
    public static final String ESTABLISHED = "established";

    public BgpPeerSample {
        messages = List.copyOf(messages);
    }

    /** The other end of a tunnel. */
    public static BgpPeerSample ofTunnel(
            String tunnel,
            String peer,
            String state,
            long received,
            long accepted,
            long advertised,
            SessionEnds ends,
            List<BgpPeerStatus.Messages> messages) {
        return new BgpPeerSample(
                false, tunnel, peer, state, received, accepted, advertised, ends, messages);
    }

    /** The same figures of a router of the site. */
    public BgpPeerSample asNeighbor() {
        return new BgpPeerSample(
                true, name, peer, state, received, accepted, advertised, ends, messages);
    }

    boolean isUp() {
        return state.equals(ESTABLISHED);
    }
}
