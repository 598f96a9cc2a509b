package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.message.DeletePayload;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.Octets;
import culvert.ike.message.ProtocolId;
import java.util.List;

/** INFORMATIONAL with a Delete payload for CHILD SAs: each named by our inbound SPI (1.4.1). */
record DeleteChildSas(List<ChildSa> children) implements LocalExchange {

    static void start(IkeSa sa, List<ChildSa> children, Turn turn) {
        for (ChildSa child : children) {
            child.stopOutbound(turn);
            child.deleteSentNow();
        }
        List<Octets> spis =
                children.stream().map(c -> Octets.ofInt(c.inboundSpi().value())).toList();
        sa.request(
                new DeleteChildSas(children),
                List.of(new DeletePayload(ProtocolId.ESP, spis)),
                turn);
    }

    @Override
    public int exchangeType() {
        return ExchangeType.INFORMATIONAL;
    }

    /** The peer has stopped sending on them; what it sent before may still be under way. */
    @Override
    public void onResponse(IkeSa sa, IkeMessage response, DatagramReceived datagram, Turn turn) {
        for (ChildSa child : children) {
            child.removeAfterGrace(turn);
            sa.children().remove(child);
        }
    }
}
