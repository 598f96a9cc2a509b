package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.message.DeletePayload;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.ProtocolId;
import culvert.model.Spi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** INFORMATIONAL as its responder: the peer deletes something, or asks whether we live (1.4). */
final class InformationalAnswer {
    private static final int SPI_BYTES = 4;

    private InformationalAnswer() {}

    static void answer(IkeSa sa, IkeMessage request, DatagramReceived datagram, Turn turn) {
        List<DeletePayload> deletes = request.all(DeletePayload.class).toList();
        if (deletes.stream().anyMatch(d -> d.protocolId() == ProtocolId.IKE)
                || request.notify(NotifyType.AUTHENTICATION_FAILED).isPresent()) {
            // RFC 7296 1.4.1: the answer is empty, and the CHILD SAs go with the IKE SA.
            sa.respond(request.header(), List.of(), datagram, turn);
            RekeyIkeSa.contesting(sa).ifPresent(ours -> ours.peerGaveWay(turn));
            sa.end(deleted(sa, request.error()), turn);
            return;
        }
        List<Octets> ours = new ArrayList<>();
        for (DeletePayload delete : deletes) {
            if (delete.protocolId() == ProtocolId.ESP) {
                deleteChildren(sa, delete.spis(), ours, turn);
            }
        }
        List<Payload> payloads =
                ours.isEmpty() ? List.of() : List.of(new DeletePayload(ProtocolId.ESP, ours));
        sa.respond(request.header(), payloads, datagram, turn);
    }

    private static Reason deleted(IkeSa sa, Optional<NotifyPayload> error) {
        if (error.isEmpty()) {
            return Reason.of("peer %s deleted the IKE SA".formatted(sa.peerName()));
        }
        String name = NotifyType.name(error.get().notifyType());
        String hint =
                error.get().notifyType() == NotifyType.AUTHENTICATION_FAILED
                        ? ": compare the PSK and both identities on both sides"
                        : "";
        return Reason.of("peer %s ended the IKE SA (%s)%s".formatted(sa.peerName(), name, hint))
                .peerSaid(error.get());
    }

    /**
     * The SPIs are those of the peer's inbound SAs: our outbound ones. Unknown ones are ignored,
     * unless a response that we wait for names them.
     */
    private static void deleteChildren(IkeSa sa, List<Octets> spis, List<Octets> ours, Turn turn) {
        for (Octets octets : spis) {
            if (octets.length() != SPI_BYTES) {
                continue;
            }
            Spi spi = new Spi(octets.intAt(0));
            Optional<ChildSa> named = ChildSa.named(sa, spi);
            if (named.isEmpty()) {
                sa.inFlight().ifPresent(waiting -> waiting.exchange().peerDeleted(spi));
            } else if (named.get().deleteSent()) {
                // RFC 7296 1.4.1: when both delete it, nobody answers with it.
                named.get().stopOutbound(turn);
            } else {
                ours.add(Octets.ofInt(named.get().inboundSpi().value()));
                delete(sa, named.get(), turn);
            }
        }
    }

    private static void delete(IkeSa sa, ChildSa child, Turn turn) {
        List<ChildSa> successors = ChildSa.successors(sa, child);
        sa.children().remove(child);
        if (!successors.isEmpty()) {
            // The initiator of the rekey says that it sends with the new one only.
            successors.forEach(successor -> successor.useOutbound(sa, turn));
            child.removeAfterGrace(turn);
            return;
        }
        boolean carried = child.use() == ChildSa.Use.BOTH;
        child.stop(turn);
        if (carried) {
            sa.tunnel()
                    .condition()
                    .warn(Reason.of("peer %s deleted the CHILD SA".formatted(sa.peerName())), turn);
        }
    }
}
