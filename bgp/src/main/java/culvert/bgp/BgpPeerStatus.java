package culvert.bgp;

import culvert.bgp.message.AddressFamily;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How it stands with a peer.
 *
 * @param reason what led to the state, for people
 * @param holdSeconds agreed hold time, zero for none; empty while no session is established
 * @param families families whose routes are exchanged
 * @param received prefixes that the peer announces, rejected ones included
 * @param accepted prefixes that take part in the decision
 * @param stale prefixes kept from before a restart
 * @param advertised prefixes that the peer is told
 * @param heldBack prefixes that it is not told because it takes no more
 * @param lastNotification the last NOTIFICATION in words and who sent it; empty when there was none
 * @param establishedNanos how long the session has been established
 * @param timesEstablished how often one was since the speaker began
 * @param malformedUpdates UPDATEs with errors that did not end the session
 * @param ends how sessions have ended
 * @param messages those exchanged since the speaker began, one line for each type
 */
public record BgpPeerStatus(
        String peer,
        BgpState state,
        String reason,
        int peerAsn,
        OptionalInt holdSeconds,
        List<AddressFamily> families,
        int received,
        int accepted,
        int stale,
        int advertised,
        int heldBack,
        String lastNotification,
        OptionalLong establishedNanos,
        int timesEstablished,
        long malformedUpdates,
        SessionEnds ends,
        List<Messages> messages) {

    /**
     * Messages of one type.
     *
     * @param type its name in the RFCs
     */
    public record Messages(String type, long received, long sent) {}

    public BgpPeerStatus {
        families = List.copyOf(families);
        messages = List.copyOf(messages);
    }
}
