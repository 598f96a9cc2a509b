package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.crypto.PskAuthentication;
import culvert.ike.message.AuthPayload;
import culvert.ike.message.IdPayload;
import culvert.ike.message.Identification;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Payload;
import culvert.ike.message.Payload.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** IKE_AUTH as its responder (RFC 7296 1.2, 2.15). */
final class IkeAuthAnswer {
    private IkeAuthAnswer() {}

    static void answer(IkeSa sa, IkeMessage request, DatagramReceived datagram, Turn turn) {
        Optional<IkeTunnel> meant = tunnelMeant(sa, request);
        Optional<Reason> doubt =
                meant.isPresent()
                        ? doubt(sa, meant.get().settings(), request)
                        : Optional.of(stranger(sa, request));
        if (doubt.isPresent()) {
            turn.count(IkeCounter.AUTHENTICATION_FAILURES);
            sa.respond(
                    request.header(),
                    List.of(NotifyPayload.of(NotifyType.AUTHENTICATION_FAILED)),
                    datagram,
                    turn);
            sa.end(doubt.get(), turn);
            return;
        }
        if (meant.get() != sa.tunnel()) {
            sa.moveTo(meant.get());
        }
        authenticated(sa, request, datagram, turn);
    }

    /** The address has chosen the candidates; the identities choose among them. */
    private static Optional<IkeTunnel> tunnelMeant(IkeSa sa, IkeMessage request) {
        Optional<Identification> idI = IkeAuth.identity(request, Side.INITIATOR);
        Optional<Identification> idR = IkeAuth.identity(request, Side.RESPONDER);
        return sa.tunnel().samePeerAddress().stream()
                .filter(IkeTunnel::isWantedUp)
                .filter(t -> idI.isPresent() && idI.get().equals(t.settings().peerIdentity()))
                .filter(t -> idR.isEmpty() || idR.get().equals(t.settings().localIdentity()))
                .findFirst();
    }

    private static Reason stranger(IkeSa sa, IkeMessage request) {
        IkeTunnelSettings settings = sa.tunnel().settings();
        String says =
                "it is "
                        + text(IkeAuth.identity(request, Side.INITIATOR))
                        + " and wants "
                        + text(IkeAuth.identity(request, Side.RESPONDER));
        return Reason.of(
                        "peer %s names identities that are not ours: compare them on both sides"
                                .formatted(sa.peerName()))
                .peerSaid(says)
                .weSaid(
                        "we are %s and expect %s"
                                .formatted(settings.localIdentity(), settings.peerIdentity()));
    }

    private static String text(Optional<Identification> identity) {
        return identity.map(Identification::toString).orElse("nobody named");
    }

    /** Why the peer is not who it says; empty when it has proved it. */
    private static Optional<Reason> doubt(
            IkeSa sa, IkeTunnelSettings settings, IkeMessage request) {
        Optional<AuthPayload> auth = request.first(AuthPayload.class);
        if (auth.isEmpty() || auth.get().method() != AuthPayload.SHARED_KEY) {
            // Without AUTH the peer asks for EAP (RFC 7296 2.16).
            return Optional.of(
                    Reason.of(
                                    "peer %s does not authenticate by pre-shared key: configure it so"
                                            .formatted(sa.peerName()))
                            .peerSaid(
                                    auth.map(a -> "authentication method " + a.method())
                                            .orElse("EAP")));
        }
        Handshake handshake = sa.channel().keysToCome().handshake();
        IkeSaKeys keys = sa.channel().keys();
        boolean proven =
                sa.channel().keysToCome().requests().stream()
                        .anyMatch(
                                signed ->
                                        PskAuthentication.verify(
                                                keys.suite().prf(),
                                                settings.preSharedKey(),
                                                signed.toByteArray(),
                                                handshake.nonceR(),
                                                keys.skPi(),
                                                settings.peerIdentity(),
                                                sa.channel().intermediateAuth().octets(),
                                                auth.get().data()));
        return proven
                ? Optional.empty()
                : Optional.of(
                        Reason.of(
                                ("peer %s does not know our pre-shared key: compare the PSK on both"
                                                + " sides")
                                        .formatted(sa.peerName())));
    }

    private static void authenticated(
            IkeSa sa, IkeMessage request, DatagramReceived datagram, Turn turn) {
        IkeTunnelSettings settings = sa.tunnel().settings();
        Handshake handshake = sa.channel().keysToCome().handshake();
        IkeSaKeys keys = sa.channel().keys();
        List<Payload> payloads = new ArrayList<>();
        payloads.add(new IdPayload(Side.RESPONDER, settings.localIdentity()));
        payloads.add(
                new AuthPayload(
                        AuthPayload.SHARED_KEY,
                        PskAuthentication.compute(
                                keys.suite().prf(),
                                settings.preSharedKey(),
                                handshake.response().toByteArray(),
                                handshake.nonceI(),
                                keys.skPr(),
                                settings.localIdentity(),
                                sa.channel().intermediateAuth().octets())));
        sa.establish(IkeCounter.IKE_SAS_ESTABLISHED, turn);
        try {
            ChildAnswer answer =
                    ChildAnswer.inAuth(sa, request, handshake.nonceI(), handshake.nonceR(), turn);
            payloads.addAll(answer.payloads());
            sa.addChild(ChildSa.install(sa, answer.agreement(), Optional.empty(), turn));
            sa.respond(request.header(), payloads, datagram, turn);
            boolean initialContact = request.notify(NotifyType.INITIAL_CONTACT).isPresent();
            Succession.established(sa, initialContact, turn);
        } catch (Refusal refusal) {
            // RFC 7296 1.2: the IKE SA stands; the peer decides whether it is of use to it.
            payloads.add(refusal.notifyPayload());
            sa.respond(request.header(), payloads, datagram, turn);
            sa.tunnel().warn(refusal.reason(), turn);
        }
    }
}
