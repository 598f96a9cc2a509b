package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.crypto.SignedOctets;
import culvert.ike.message.AuthPayload;
import culvert.ike.message.ExchangeType;
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

/**
 * IKE_AUTH as its initiator (RFC 7296 1.2).
 *
 * <pre>
 *   HDR, SK {IDi, [N(INITIAL_CONTACT),] [CERT+, CERTREQ,] IDr, AUTH, SAi2, TSi, TSr}  --&gt;
 *                               &lt;--  HDR, SK {IDr, [CERT+,] AUTH, SAr2, TSi, TSr}
 * </pre>
 */
final class IkeAuth implements LocalExchange {
    private final Handshake handshake;
    private final ChildOffer child;

    private IkeAuth(Handshake handshake, ChildOffer child) {
        this.handshake = handshake;
        this.child = child;
    }

    static void start(IkeSa sa, Handshake handshake, Turn turn) {
        IkeTunnelSettings settings = sa.tunnel().settings();
        ChildOffer child = ChildOffer.inAuth(settings, handshake.nonceI(), turn);
        IkeSaKeys keys = sa.channel().keys();
        List<Payload> payloads = new ArrayList<>();
        payloads.add(new IdPayload(Side.INITIATOR, settings.localIdentity()));
        if (sa.tunnel().isInitialContact()) {
            // RFC 7296 2.4: this is the only IKE SA with that peer, whatever the peer remembers.
            payloads.add(NotifyPayload.of(NotifyType.INITIAL_CONTACT));
        }
        payloads.addAll(Authentication.companions(settings, true));
        payloads.add(new IdPayload(Side.RESPONDER, settings.peerIdentity()));
        payloads.add(
                Authentication.prove(
                        settings,
                        new SignedOctets(
                                keys.suite().prf(),
                                handshake.request(),
                                handshake.nonceR(),
                                keys.skPi(),
                                sa.channel().intermediateAuth().octets()),
                        handshake.response(),
                        turn));
        payloads.addAll(child.payloads());
        sa.request(new IkeAuth(handshake, child), payloads, turn);
    }

    @Override
    public int exchangeType() {
        return ExchangeType.IKE_AUTH;
    }

    @Override
    public void onResponse(IkeSa sa, IkeMessage response, DatagramReceived datagram, Turn turn) {
        Optional<AuthPayload> auth = response.first(AuthPayload.class);
        if (auth.isEmpty()) {
            turn.count(IkeCounter.AUTHENTICATION_FAILURES);
            sa.end(refused(sa, response.error()), turn);
            return;
        }
        Optional<Reason> impostor = impostor(sa, response, turn);
        if (impostor.isPresent()) {
            turn.count(IkeCounter.AUTHENTICATION_FAILURES);
            sa.reject(impostor.get(), turn, NotifyPayload.of(NotifyType.AUTHENTICATION_FAILED));
            return;
        }
        if (sa.deleteReason().isPresent()) {
            sa.reject(sa.deleteReason().get(), turn);
            return;
        }
        // Only now are the hashes of NAT detection known to be the peer's: AUTH covers them.
        Optional<Reason> noWay = sa.path().noWayFor(sa.tunnel().settings().encapsulation());
        if (noWay.isPresent()) {
            sa.reject(noWay.get(), turn);
            return;
        }
        Optional<NotifyPayload> error = response.error();
        if (error.isPresent()) {
            // RFC 7296 1.2: the IKE SA stands although its CHILD SA was refused.
            sa.reject(CreateChildSa.refused(sa, error.get()), turn);
            return;
        }
        try {
            ChildAgreement agreement = child.accept(response, handshake.nonceR());
            sa.establish(IkeCounter.IKE_SAS_ESTABLISHED, turn);
            sa.addChild(ChildSa.install(sa, agreement, Optional.empty(), turn));
            Succession.established(sa, false, turn);
        } catch (Refusal refusal) {
            sa.reject(refusal.reason(), turn);
        }
    }

    /** The peer said no to us, under keys that nobody else has. */
    private static Reason refused(IkeSa sa, Optional<NotifyPayload> error) {
        IkeTunnelSettings settings = sa.tunnel().settings();
        if (error.isEmpty()) {
            return Reason.of(
                    "peer %s answered IKE_AUTH without authenticating itself"
                            .formatted(sa.peerName()));
        }
        String name = NotifyType.name(error.get().notifyType());
        String text =
                error.get().notifyType() == NotifyType.AUTHENTICATION_FAILED
                        ? ("peer %s " + Authentication.whatToCompare(settings))
                                .formatted(sa.peerName(), name)
                        : "peer %s refused IKE_AUTH (%s)".formatted(sa.peerName(), name);
        return Reason.of(text).peerSaid(error.get()).weSaid(Authentication.weAre(settings));
    }

    /** Why the peer is not who it should be; empty when it is. */
    private Optional<Reason> impostor(IkeSa sa, IkeMessage response, Turn turn) {
        IkeTunnelSettings settings = sa.tunnel().settings();
        Optional<Identification> idR = identity(response, Side.RESPONDER);
        if (idR.isEmpty() || !idR.get().matches(settings.peerIdentity())) {
            return Optional.of(
                    Reason.of(
                                    ("peer %s says that it is somebody else: set peer-identity to"
                                                    + " what it says, or correct the peer")
                                            .formatted(sa.peerName()))
                            .peerSaid(idR.map(Identification::toString).orElse("no identity"))
                            .weSaid("we expect " + settings.peerIdentity()));
        }
        IkeSaKeys keys = sa.channel().keys();
        SignedOctets signed =
                new SignedOctets(
                        keys.suite().prf(),
                        handshake.response(),
                        handshake.nonceI(),
                        keys.skPr(),
                        sa.channel().intermediateAuth().octets());
        return Authentication.doubt(sa, sa.tunnel(), response, idR.get(), List.of(signed), turn);
    }

    static Optional<Identification> identity(IkeMessage message, Side side) {
        return message.all(IdPayload.class)
                .filter(id -> id.side() == side)
                .map(IdPayload::id)
                .findFirst();
    }

    @Override
    public Reason noAnswer(IkeSa sa, int tries) {
        return Reason.of(
                "%s answered IKE_SA_INIT but not IKE_AUTH (%d tries): check that UDP %d reaches it"
                        .formatted(sa.peerName(), tries, sa.path().remote().getPort()));
    }

    @Override
    public void end(Turn turn) {
        child.end(turn);
    }
}
