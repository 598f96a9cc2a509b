package culvert.gateway.metrics;

/**
 * What is counted of one BGP peer.
 *
 * @param tunnel that leads to it
 * @param peer its address
 * @param state of its session, as RFC 4271 8.2.2 names it, in lower case
 * @param received prefixes in its Adj-RIB-In
 * @param accepted those that policy took
 * @param advertised prefixes announced to it
 * @param sessionResets sessions that were established and ended, since the start of the process
 */
public record BgpPeerSample(
        String tunnel,
        String peer,
        String state,
        long received,
        long accepted,
        long advertised,
        long sessionResets) {
    public static final String ESTABLISHED = "established";

    boolean isUp() {
        return state.equals(ESTABLISHED);
    }
}
