package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.message.DeletePayload;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.Octets;
import culvert.ike.message.ProtocolId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * INFORMATIONAL with a Delete payload for CHILD SAs: each named by our inbound SPI (1.4.1).
 *
 * <p>A request to rekey one of them that crosses it is refused (RFC 7296 2.25.1), but only once the
 * peer has answered the DELETE. The DELETE was sent first, and must also be known first: charon 5.9
 * that is told of the failure before it takes the CHILD SA for the current one again, and never
 * sends with the successor (strongSwan issue 1896).
 */
final class DeleteChildSas implements LocalExchange {
    private record Held(IkeMessage request, DatagramReceived datagram) {}

    private final List<ChildSa> children;
    private final long startedNanos;
    private @Nullable Held held;

    private DeleteChildSas(List<ChildSa> children, long startedNanos) {
        this.children = children;
        this.startedNanos = startedNanos;
    }

    static void start(IkeSa sa, List<ChildSa> children, Turn turn) {
        for (ChildSa child : children) {
            child.stopOutbound(turn);
            child.deleteSentNow();
        }
        List<Octets> spis =
                children.stream().map(c -> Octets.ofInt(c.inboundSpi().value())).toList();
        sa.request(
                new DeleteChildSas(children, turn.nowNanos()),
                List.of(new DeletePayload(ProtocolId.ESP, spis)),
                turn);
    }

    @Override
    public int exchangeType() {
        return ExchangeType.INFORMATIONAL;
    }

    /**
     * Keeps a request to rekey one of these for later. Not for ever: a peer that answers nothing
     * before it is answered itself repeats it, and is refused at once then.
     *
     * @return whether it is kept
     */
    boolean hold(ChildSa child, IkeMessage request, DatagramReceived datagram, Turn turn) {
        boolean holds =
                children.contains(child)
                        && turn.nowNanos() - startedNanos < IkeTiming.HOLD_REFUSAL_NANOS;
        held = holds ? new Held(request, datagram) : null;
        return holds;
    }

    /** The peer has stopped sending on them; what it sent before may still be under way. */
    @Override
    public void onResponse(IkeSa sa, IkeMessage response, DatagramReceived datagram, Turn turn) {
        for (ChildSa child : children) {
            child.removeAfterGrace(turn);
            sa.children().remove(child);
        }
        Held waiting = held;
        if (waiting != null) {
            CreateChildSaAnswer.refuse(
                    sa,
                    RekeyCollision.temporary("the CHILD SA was being deleted"),
                    waiting.request(),
                    waiting.datagram(),
                    turn);
        }
    }
}
