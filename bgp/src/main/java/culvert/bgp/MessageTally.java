package culvert.bgp;

import culvert.bgp.message.BgpMessage;
import java.util.List;
import java.util.stream.IntStream;

/** Messages that were exchanged with a peer, by type, across its sessions. */
final class MessageTally {
    private static final int TYPE_OFFSET = 18;

    private final long[] received = new long[BgpMessage.TYPE_NAMES.size()];
    private final long[] sent = new long[BgpMessage.TYPE_NAMES.size()];

    /**
     * Counts a message whose header was in order.
     *
     * @param type octet of the header
     */
    void received(int type) {
        received[type - 1]++;
    }

    /** Counts a whole message of ours. */
    void sent(byte[] message) {
        sent[message[TYPE_OFFSET] - 1]++;
    }

    List<BgpPeerStatus.Messages> lines() {
        return IntStream.range(0, received.length)
                .mapToObj(
                        i ->
                                new BgpPeerStatus.Messages(
                                        BgpMessage.TYPE_NAMES.get(i), received[i], sent[i]))
                .toList();
    }
}
