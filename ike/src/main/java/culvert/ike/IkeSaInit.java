package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.crypto.InvalidPublicValueException;
import culvert.ike.crypto.KeyExchange;
import culvert.ike.crypto.KeyExchangeGroup;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.KePayload;
import culvert.ike.message.NoncePayload;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.SaPayload;
import culvert.model.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * IKE_SA_INIT as its initiator (RFC 7296 1.2).
 *
 * <pre>
 *   HDR, [N(COOKIE),] SAi1, KEi, Ni, N(NATD_S), N(NATD_D)  --&gt;
 *                                &lt;--  HDR, SAr1, KEr, Nr, N(NATD_S), N(NATD_D)
 * </pre>
 *
 * <p>Nobody vouches for the response, so a bad one is only remembered while we wait for a better
 * (RFC 7296 2.21.1).
 */
final class IkeSaInit implements LocalExchange {
    private static final int NONCE_BYTES = 32;

    /** How often the peer may ask for a cookie or another group before we stop listening. */
    private static final int MAX_ROUNDS = 5;

    private static final int MAX_COOKIE_BYTES = 64;

    /** How many answers we compute for: a public value shows only then that it is worth nothing. */
    static final int MAX_COMPUTATIONS = 5;

    private final IkeTunnelSettings settings;
    private final Octets nonce;
    private final List<Payload> natDetection;
    private KeyExchange keyExchange;
    private @Nullable Octets cookie;
    private int rounds;
    private int computations;
    private byte[] request = {};
    private @Nullable Reason refusal;

    private IkeSaInit(IkeTunnelSettings settings, List<Payload> natDetection, Turn turn) {
        this.settings = settings;
        this.natDetection = natDetection;
        this.nonce = turn.randomOctets(NONCE_BYTES);
        this.keyExchange =
                KeyExchange.generate(settings.ikeProposals().getFirst().group(), turn.random());
    }

    /** Begins an attempt with an IKE SA of its own. */
    static IkeSa start(IkeTunnel tunnel, InetAddress peer, Turn turn) {
        IkeTunnelSettings settings = tunnel.settings();
        IkeSpi spi = turn.ikeSas().allocate(turn);
        InetSocketAddress local =
                new InetSocketAddress(settings.localAddress(), tunnel.attempts().initPort());
        InetSocketAddress remote = new InetSocketAddress(peer, tunnel.attempts().initPort());
        IkeSa sa =
                new IkeSa(
                        tunnel,
                        new IkeSaChannel(true, spi, IkeSpi.NONE),
                        new PeerPath(local, remote),
                        turn);
        turn.ikeSas().add(sa);
        sa.schedule().attempt(turn);
        IkeSaInit exchange =
                new IkeSaInit(
                        settings,
                        NatDetection.notifies(
                                spi, IkeSpi.NONE, local, remote, tunnel.forcesUdp(), turn),
                        turn);
        exchange.send(sa, turn);
        return sa;
    }

    private void send(IkeSa sa, Turn turn) {
        List<Payload> payloads = new ArrayList<>();
        Octets demanded = cookie;
        if (demanded != null) {
            // RFC 7296 2.6: first of all payloads, and everything else as it was.
            payloads.add(NotifyPayload.of(NotifyType.COOKIE, demanded));
        }
        payloads.add(IkeProposals.offer(settings.ikeProposals(), Octets.EMPTY));
        payloads.add(new KePayload(keyExchange.group().transformId(), keyExchange.publicValue()));
        payloads.add(new NoncePayload(nonce));
        payloads.addAll(natDetection);
        payloads.add(NotifyPayload.of(NotifyType.FRAGMENTATION_SUPPORTED));
        if (settings.ikeProposals().stream().anyMatch(suite -> !suite.additional().isEmpty())) {
            payloads.add(NotifyPayload.of(NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED));
        }
        if (settings.ppk().isPresent()) {
            payloads.add(NotifyPayload.of(NotifyType.USE_PPK));
        }
        payloads.addAll(Authentication.announcements(settings, false));
        request = sa.requestInit(this, payloads, turn);
    }

    @Override
    public int exchangeType() {
        return ExchangeType.IKE_SA_INIT;
    }

    @Override
    public void onResponse(IkeSa sa, IkeMessage response, DatagramReceived datagram, Turn turn) {
        Optional<NotifyPayload> cookieDemand = response.notify(NotifyType.COOKIE);
        Optional<NotifyPayload> error = response.error();
        if (response.first(SaPayload.class).isEmpty() && cookieDemand.isPresent()) {
            onCookie(sa, cookieDemand.get().data(), turn);
        } else if (error.isPresent() && error.get().notifyType() == NotifyType.INVALID_KE_PAYLOAD) {
            onInvalidKe(sa, error.get(), turn);
        } else if (error.isPresent()) {
            onError(sa, error.get(), turn);
        } else {
            onAnswer(sa, response, datagram, turn);
        }
    }

    private void onCookie(IkeSa sa, Octets demanded, Turn turn) {
        // A demand repeated by the network leads nowhere; nor does a peer that forgets its own.
        if (demanded.isEmpty()
                || demanded.length() > MAX_COOKIE_BYTES
                || (cookie != null && demanded.equals(cookie))
                || ++rounds > MAX_ROUNDS) {
            turn.count(IkeCounter.DROPPED_USELESS_RESPONSE);
            return;
        }
        cookie = demanded;
        send(sa, turn);
    }

    private void onInvalidKe(IkeSa sa, NotifyPayload error, Turn turn) {
        Optional<KeyExchangeGroup> group =
                KeyExchangeGroups.askedFor(error)
                        .flatMap(id -> IkeProposals.group(settings.ikeProposals(), id));
        if (group.isEmpty()) {
            // Following would let anyone on the path choose a weaker group than the operator did.
            refusal =
                    Reason.of(
                                    ("peer %s asks for a key exchange group that this tunnel does"
                                                    + " not allow: give both sides one in common")
                                            .formatted(sa.peerName()))
                            .peerSaid(
                                    "INVALID_KE_PAYLOAD, group "
                                            + KeyExchangeGroups.askedFor(error).orElse(0))
                            .weSaid(settings.ikeProposals());
            turn.count(IkeCounter.DROPPED_USELESS_RESPONSE);
            sa.schedule().attemptRefused(turn);
        } else if (group.get() == keyExchange.group() || ++rounds > MAX_ROUNDS) {
            turn.count(IkeCounter.DROPPED_USELESS_RESPONSE);
        } else {
            keyExchange.close();
            keyExchange = KeyExchange.generate(group.get(), turn.random());
            send(sa, turn);
        }
    }

    private void onError(IkeSa sa, NotifyPayload error, Turn turn) {
        refusal =
                Reason.of(
                                ("peer %s refused IKE_SA_INIT: compare the IKE proposals on both"
                                                + " sides")
                                        .formatted(sa.peerName()))
                        .peerSaid(error)
                        .weSaid(settings.ikeProposals());
        sa.schedule().attemptRefused(turn);
    }

    private void onAnswer(IkeSa sa, IkeMessage response, DatagramReceived datagram, Turn turn) {
        IkeSpi responderSpi = response.header().responderSpi();
        Optional<IkeSuite> suite =
                response.first(SaPayload.class)
                        .flatMap(chosen -> IkeProposals.accept(settings.ikeProposals(), chosen, 0))
                        .map(IkeProposals.Choice::suite)
                        .filter(chosen -> chosen.group() == keyExchange.group())
                        .filter(chosen -> IkeProposals.isPossible(chosen, response));
        if (suite.isEmpty() || responderSpi.equals(IkeSpi.NONE)) {
            useless(sa, "chose a proposal that we did not offer", turn);
            return;
        }
        boolean usePpk =
                settings.ppk().isPresent() && response.notify(NotifyType.USE_PPK).isPresent();
        if (!usePpk && settings.ppk().filter(Ppk::required).isPresent()) {
            // RFC 8784 3: mandatory here, unknown there.
            refusal = PpkChoice.peerHasNone(sa, settings);
            turn.count(IkeCounter.DROPPED_USELESS_RESPONSE);
            sa.schedule().attemptRefused(turn);
            return;
        }
        Handshake handshake;
        IkeSaKeys keys;
        try {
            Octets nonceR = KeyExchangeGroups.nonce(response);
            KePayload theirs = KeyExchangeGroups.requireKe(response, suite.get().group());
            if (computations++ >= MAX_COMPUTATIONS) {
                turn.count(IkeCounter.DROPPED_USELESS_RESPONSE);
                return;
            }
            try (Secret shared = keyExchange.sharedSecret(theirs.publicValue())) {
                keys =
                        IkeSaKeys.derive(
                                suite.get(),
                                shared,
                                nonce,
                                nonceR,
                                sa.channel().spi(),
                                responderSpi);
            }
            handshake =
                    new Handshake(
                            nonce,
                            nonceR,
                            Octets.copyOf(request),
                            Octets.copyOf(datagram.message()),
                            usePpk);
        } catch (Refusal | InvalidPublicValueException e) {
            useless(sa, "answered IKE_SA_INIT with what cannot be: " + e.getMessage(), turn);
            return;
        }
        sa.channel().fragment(response.notify(NotifyType.FRAGMENTATION_SUPPORTED).isPresent());
        sa.initDone(
                responderSpi,
                keys,
                handshake,
                NatDetection.of(response, datagram.local(), datagram.remote()));
        end(turn);
        IkeIntermediate.startOrAuthenticate(sa, handshake, turn);
    }

    private void useless(IkeSa sa, String what, Turn turn) {
        refusal =
                Reason.of("peer %s %s".formatted(sa.peerName(), what))
                        .weSaid(settings.ikeProposals());
        turn.count(IkeCounter.DROPPED_USELESS_RESPONSE);
    }

    @Override
    public Reason noAnswer(IkeSa sa, int tries) {
        Reason remembered = refusal;
        if (remembered != null) {
            return remembered;
        }
        if (rounds > 0) {
            return Reason.of(
                    ("peer %s answers IKE_SA_INIT only with demands for a cookie or another group:"
                                    + " it may be under load, or not keep its own demands")
                            .formatted(sa.peerName()));
        }
        sa.tunnel().lookup().initUnanswered();
        return Reason.of(
                "%s does not answer IKE_SA_INIT (%d tries in %d s): check that UDP 500 and 4500 reach it"
                        .formatted(
                                sa.peerName(),
                                tries,
                                IkeTiming.wholeSeconds(IkeTiming.ATTEMPT_NANOS)));
    }

    @Override
    public void end(Turn turn) {
        keyExchange.close();
    }
}
