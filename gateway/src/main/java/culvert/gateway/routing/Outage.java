package culvert.gateway.routing;

/**
 * What keeps packets from the peer that IKE does not know of, or not the cause.
 *
 * @param text for people
 */
public record Outage(Cause cause, String text) {
    public enum Cause {
        /** The interface that leads to the peer is down, without a carrier or gone. */
        OUTSIDE_INTERFACE,
        /** The peer does not answer echo requests through the tunnel. */
        PATH
    }
}
