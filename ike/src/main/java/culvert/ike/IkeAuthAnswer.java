package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.crypto.PpkKeys;
import culvert.ike.crypto.SignedOctets;
import culvert.ike.message.AuthPayload;
import culvert.ike.message.IdPayload;
import culvert.ike.message.Identification;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Payload;
import culvert.ike.message.Payload.Side;
import culvert.ike.message.SaPayload;
import culvert.ike.message.TsPayload;
import culvert.model.Secret;
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
                        ? doubt(sa, meant.get(), request, turn)
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
        if (isChildless(request)) {
            // RFC 6023 3: nobody may ask for it whom we did not tell that we could.
            sa.respond(
                    request.header(),
                    List.of(NotifyPayload.of(NotifyType.INVALID_SYNTAX)),
                    datagram,
                    turn);
            sa.end(
                    Reason.of(
                            ("peer %s wants an IKE SA without a CHILD SA, which carries nothing:"
                                            + " switch childless initiation off there")
                                    .formatted(sa.peerName())),
                    turn);
            return;
        }
        authenticated(sa, request, datagram, turn);
    }

    /** RFC 7296 1.2: SAi2, TSi and TSr belong to it. */
    private static boolean isChildless(IkeMessage request) {
        return request.first(SaPayload.class).isEmpty()
                || request.all(TsPayload.class).map(TsPayload::side).distinct().count() < 2;
    }

    /** The address has chosen the candidates; the identities choose among them. */
    private static Optional<IkeTunnel> tunnelMeant(IkeSa sa, IkeMessage request) {
        Optional<Identification> idI = IkeAuth.identity(request, Side.INITIATOR);
        Optional<Identification> idR = IkeAuth.identity(request, Side.RESPONDER);
        return sa.tunnel().lookup().tunnelsAt(sa.path().remote().getAddress()).stream()
                .filter(IkeTunnel::isWantedUp)
                .filter(t -> idI.isPresent() && idI.get().matches(t.settings().peerIdentity()))
                .filter(t -> idR.isEmpty() || idR.get().matches(t.settings().localIdentity()))
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
            IkeSa sa, IkeTunnel meant, IkeMessage request, Turn turn) {
        IkeSaKeys keys = sa.channel().keys();
        return switch (PpkChoice.of(sa, meant.settings(), request)) {
            case PpkChoice.Refused(Reason reason) -> Optional.of(reason);
            case PpkChoice.Without(Optional<AuthPayload> auth) ->
                    doubt(sa, meant, request, auth, keys.skPi(), turn);
            case PpkChoice.With(Ppk ppk) -> {
                PpkKeys byPpk = keys.withPpk(ppk.key());
                Optional<AuthPayload> auth = request.first(AuthPayload.class);
                Optional<Reason> doubt = doubt(sa, meant, request, auth, byPpk.skPi(), turn);
                if (doubt.isEmpty()) {
                    keys.adopt(byPpk);
                } else {
                    byPpk.close();
                }
                yield doubt.map(why -> why.weSaid("we use the " + ppk + ": compare it as well"));
            }
        };
    }

    private static Optional<Reason> doubt(
            IkeSa sa,
            IkeTunnel meant,
            IkeMessage request,
            Optional<AuthPayload> auth,
            Secret skPi,
            Turn turn) {
        Handshake handshake = sa.channel().keysToCome().handshake();
        List<SignedOctets> signed =
                sa.channel().keysToCome().requests().stream()
                        .map(
                                form ->
                                        new SignedOctets(
                                                sa.channel().keys().suite().prf(),
                                                form,
                                                handshake.nonceR(),
                                                skPi,
                                                sa.channel().intermediateAuth().octets()))
                        .toList();
        // As the peer wrote it: a distinguished name may be encoded in several ways.
        Identification idI =
                IkeAuth.identity(request, Side.INITIATOR).orElse(meant.settings().peerIdentity());
        return Authentication.doubt(sa, meant, request, auth, idI, signed, turn);
    }

    private static void authenticated(
            IkeSa sa, IkeMessage request, DatagramReceived datagram, Turn turn) {
        IkeTunnelSettings settings = sa.tunnel().settings();
        Handshake handshake = sa.channel().keysToCome().handshake();
        IkeSaKeys keys = sa.channel().keys();
        List<Payload> payloads = new ArrayList<>();
        payloads.add(new IdPayload(Side.RESPONDER, settings.localIdentity()));
        payloads.addAll(Authentication.companions(settings, false));
        payloads.add(
                Authentication.prove(
                        settings,
                        new SignedOctets(
                                keys.suite().prf(),
                                handshake.response(),
                                handshake.nonceI(),
                                keys.skPr(),
                                sa.channel().intermediateAuth().octets()),
                        handshake.request(),
                        turn));
        if (keys.dependOnPpk()) {
            // RFC 8784 3: without data, and only to say that the PPK was used.
            payloads.add(NotifyPayload.of(NotifyType.PPK_IDENTITY));
        }
        sa.establish(IkeCounter.IKE_SAS_ESTABLISHED, turn);
        turn.ikeSas().handshakeBudget().giveBack(sa.path().remote().getAddress());
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
            sa.tunnel().condition().warn(refusal.reason(), turn);
        }
    }
}
