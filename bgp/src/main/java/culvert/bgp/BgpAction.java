package culvert.bgp;

import culvert.bgp.rib.RouteChange;
import java.util.List;

/** What a speaker wants done, in order. */
public sealed interface BgpAction {

    /** Open a TCP connection to the peer; an attempt that is under way is given up for this one. */
    record Connect(String peer) implements BgpAction {}

    /** Send a whole message. */
    @SuppressWarnings("ArrayRecordComponent") // octets for a socket, not a value to compare
    record Send(long connectionId, byte[] message) implements BgpAction {}

    /** Close the connection once what was sent is out, or soon if the peer does not read. */
    record CloseConnection(long connectionId) implements BgpAction {}

    /** Packets for these prefixes go elsewhere from now on; each prefix is there once. */
    record RoutesChanged(List<RouteChange> changes) implements BgpAction {
        public RoutesChanged {
            changes = List.copyOf(changes);
        }
    }

    /**
     * The furthest of the peer's sessions is in another state.
     *
     * @param reason what led there, for people
     */
    record PeerStateChanged(String peer, BgpState state, String reason) implements BgpAction {}

    /** Something that operators may want to know. */
    record Report(BgpEvent event) implements BgpAction {}
}
