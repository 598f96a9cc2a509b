package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.crypto.PpkKeys;
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
import culvert.model.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * IKE_AUTH as its initiator (RFC 7296 1.2).
 *
 * <pre>
 *   HDR, SK {IDi, [N(INITIAL_CONTACT),] [CERT+, CERTREQ,] IDr, AUTH, SAi2, TSi, TSr}  --&gt;
 *                               &lt;--  HDR, SK {IDr, [CERT+,] AUTH, SAr2, TSi, TSr}
 * </pre>
 *
 * <p>With a PPK the request also has N(PPK_IDENTITY) and, when we can do without, N(NO_PPK_AUTH):
 * what AUTH would be without the PPK. The response has N(PPK_IDENTITY) when the responder uses it
 * (RFC 8784 3).
 */
final class IkeAuth implements LocalExchange {
    private final Handshake handshake;
    private final ChildOffer child;
    private @Nullable PpkKeys ppkKeys;

    private IkeAuth(Handshake handshake, ChildOffer child, Optional<PpkKeys> ppkKeys) {
        this.handshake = handshake;
        this.child = child;
        this.ppkKeys = ppkKeys.orElse(null);
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
        Optional<Ppk> ppk = settings.ppk().filter(any -> handshake.usePpk());
        Optional<PpkKeys> ppkKeys = ppk.map(known -> keys.withPpk(known.key()));
        Secret skPi = ppkKeys.map(PpkKeys::skPi).orElse(keys.skPi());
        payloads.add(proof(sa, handshake, skPi, turn));
        payloads.addAll(child.payloads());
        if (ppk.isPresent()) {
            payloads.add(NotifyPayload.of(NotifyType.PPK_IDENTITY, ppk.get().identity()));
        }
        if (ppk.isPresent() && !ppk.get().required()) {
            payloads.add(
                    NotifyPayload.of(
                            NotifyType.NO_PPK_AUTH,
                            proof(sa, handshake, keys.skPi(), turn).data()));
        }
        sa.request(new IkeAuth(handshake, child, ppkKeys), payloads, turn);
    }

    private static AuthPayload proof(IkeSa sa, Handshake handshake, Secret skPi, Turn turn) {
        return Authentication.prove(
                sa.tunnel().settings(),
                new SignedOctets(
                        sa.channel().keys().suite().prf(),
                        handshake.request(),
                        handshake.nonceR(),
                        skPi,
                        sa.channel().intermediateAuth().octets()),
                handshake.response(),
                turn);
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
        peersPpkKeys(response).ifPresent(sa.channel().keys()::adopt);
        if (sa.channel().keys().dependOnPpk()) {
            ppkKeys = null;
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
    private Reason refused(IkeSa sa, Optional<NotifyPayload> error) {
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
        return Reason.of(text)
                .peerSaid(error.get())
                .weSaid(
                        Authentication.weAre(settings)
                                + settings.ppk()
                                        .filter(any -> handshake.usePpk())
                                        .map(ppk -> " and use the " + ppk)
                                        .orElse(""));
    }

    /** The keys by the PPK, if the peer says that it used it too. */
    private Optional<PpkKeys> peersPpkKeys(IkeMessage response) {
        return response.notify(NotifyType.PPK_IDENTITY).isPresent()
                ? Optional.ofNullable(ppkKeys)
                : Optional.empty();
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
        Optional<PpkKeys> byPpk = peersPpkKeys(response);
        if (byPpk.isEmpty() && settings.ppk().filter(Ppk::required).isPresent()) {
            return Optional.of(PpkChoice.peerHasNone(sa, settings));
        }
        IkeSaKeys keys = sa.channel().keys();
        SignedOctets signed =
                new SignedOctets(
                        keys.suite().prf(),
                        handshake.response(),
                        handshake.nonceI(),
                        byPpk.map(PpkKeys::skPr).orElse(keys.skPr()),
                        sa.channel().intermediateAuth().octets());
        return Authentication.doubt(
                sa,
                sa.tunnel(),
                response,
                response.first(AuthPayload.class),
                idR.get(),
                List.of(signed),
                turn);
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
        PpkKeys unused = ppkKeys;
        if (unused != null) {
            unused.close();
        }
    }
}
