package culvert.ike;

import culvert.ike.IkeInput.DatagramReceived;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.crypto.KeyExchange;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.KePayload;
import culvert.ike.message.MessageEncoder;
import culvert.ike.message.NoncePayload;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.SaPayload;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * IKE_SA_INIT as its responder (RFC 7296 1.2, 2.6).
 *
 * <p>Until the request holds all that an IKE SA needs, the answer is made from the request alone
 * and nothing is kept.
 */
final class IkeSaInitAnswer {
    private static final int NONCE_BYTES = 32;

    /** The most half-open IKE SAs of all peers together. */
    static final int MAX_HALF_OPEN = 64;

    /** The most of one address: a peer that proves its address pushes out its oldest one. */
    static final int MAX_HALF_OPEN_PER_SOURCE = 6;

    /** From here on a cookie is demanded. */
    static final int COOKIE_HALF_OPEN = 16;

    static final int COOKIE_HALF_OPEN_PER_SOURCE = 3;

    private IkeSaInitAnswer() {}

    /** Answers a request of a tunnel's peer, and begins a half-open IKE SA when it is usable. */
    static void answer(
            IkeTunnel tunnel,
            Cookie cookie,
            IkeMessage request,
            DatagramReceived datagram,
            Turn turn) {
        SaPayload offered;
        KePayload theirs;
        Octets nonceI;
        try {
            nonceI = KeyExchangeGroups.nonce(request);
            offered = request.first(SaPayload.class).orElseThrow(() -> Refusal.syntax("no SA"));
            theirs = request.first(KePayload.class).orElseThrow(() -> Refusal.syntax("no KE"));
        } catch (Refusal incomplete) {
            turn.count(IkeCounter.DROPPED_MALFORMED);
            return;
        }
        if (!mayBegin(cookie, request, nonceI, datagram, turn)) {
            return;
        }
        Optional<IkeProposals.Choice> choice =
                IkeProposals.choose(
                        tunnel.settings().ikeProposals().stream()
                                .filter(suite -> IkeProposals.isPossible(suite, request))
                                .toList(),
                        offered,
                        0);
        if (choice.isEmpty()) {
            refuse(request, NotifyPayload.of(NotifyType.NO_PROPOSAL_CHOSEN), datagram, turn);
            tunnel.warnOfStranger(
                    Reason.of(
                                    ("peer %s offers no IKE proposal that this tunnel allows: give"
                                                    + " both sides one in common")
                                            .formatted(
                                                    datagram.remote()
                                                            .getAddress()
                                                            .getHostAddress()))
                            .peerSaid(OfferText.of(offered))
                            .weSaid(tunnel.settings().ikeProposals()),
                    turn);
        } else if (theirs.group() != choice.get().suite().group().transformId()) {
            // RFC 7296 1.2: the initiator guessed wrong and must send another public value.
            refuse(request, KeyExchangeGroups.askFor(choice.get().suite().group()), datagram, turn);
        } else {
            begin(tunnel, choice.get(), theirs, nonceI, request, datagram, turn);
        }
    }

    /** Whether there is room, which above a threshold only a returned cookie makes. */
    private static boolean mayBegin(
            Cookie cookie,
            IkeMessage request,
            Octets nonceI,
            DatagramReceived datagram,
            Turn turn) {
        InetAddress source = datagram.remote().getAddress();
        IkeSpi spiI = request.header().initiatorSpi();
        int halfOpen = turn.ikeSas().halfOpen();
        int fromSource = turn.ikeSas().halfOpenFrom(source);
        if (halfOpen < COOKIE_HALF_OPEN && fromSource < COOKIE_HALF_OPEN_PER_SOURCE) {
            return true;
        }
        Optional<NotifyPayload> returned = request.notify(NotifyType.COOKIE);
        if (returned.isEmpty()
                || !cookie.accepts(returned.get().data(), nonceI, source, spiI, turn)) {
            if (returned.isPresent()) {
                turn.count(IkeCounter.DROPPED_BAD_COOKIE);
            }
            turn.count(IkeCounter.COOKIES_DEMANDED);
            Octets demanded = cookie.make(nonceI, source, spiI, turn);
            refuse(request, NotifyPayload.of(NotifyType.COOKIE, demanded), datagram, turn);
            return false;
        }
        if (fromSource >= MAX_HALF_OPEN_PER_SOURCE) {
            turn.ikeSas().oldestHalfOpenFrom(source).ifPresent(oldest -> oldest.discard(turn));
        } else if (halfOpen >= MAX_HALF_OPEN) {
            turn.count(IkeCounter.DROPPED_HALF_OPEN_LIMIT);
            return false;
        }
        return true;
    }

    /** An answer that leaves nothing behind: the responder's SPI stays zero. */
    private static void refuse(
            IkeMessage request, NotifyPayload notify, DatagramReceived datagram, Turn turn) {
        IkeHeader header =
                new IkeHeader(
                        request.header().initiatorSpi(),
                        IkeSpi.NONE,
                        ExchangeType.IKE_SA_INIT,
                        false,
                        true,
                        0);
        turn.emit(
                new IkeAction.Transmit(
                        datagram.local(),
                        datagram.remote(),
                        MessageEncoder.encode(header, List.of(notify))));
    }

    private static void begin(
            IkeTunnel tunnel,
            IkeProposals.Choice choice,
            KePayload theirs,
            Octets nonceI,
            IkeMessage request,
            DatagramReceived datagram,
            Turn turn) {
        IkeSuite suite = choice.suite();
        IkeSpi spiI = request.header().initiatorSpi();
        IkeSpi spiR = turn.ikeSas().allocate(turn);
        Octets nonceR = turn.randomOctets(NONCE_BYTES);
        KeyExchange keyExchange = KeyExchange.generate(suite.group(), turn.random());

        List<Payload> payloads = new ArrayList<>();
        payloads.add(choice.answer(Octets.EMPTY));
        payloads.add(new KePayload(suite.group().transformId(), keyExchange.publicValue()));
        payloads.add(new NoncePayload(nonceR));
        payloads.addAll(
                NatDetection.notifies(
                        spiI, spiR, datagram.local(), datagram.remote(), tunnel.forcesUdp(), turn));
        boolean fragments = request.notify(NotifyType.FRAGMENTATION_SUPPORTED).isPresent();
        if (fragments) {
            payloads.add(NotifyPayload.of(NotifyType.FRAGMENTATION_SUPPORTED));
        }
        if (!suite.additional().isEmpty()) {
            payloads.add(NotifyPayload.of(NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED));
        }
        boolean usePpk =
                request.notify(NotifyType.USE_PPK).isPresent()
                        && tunnel.samePeerAddress().stream()
                                .anyMatch(candidate -> candidate.settings().ppk().isPresent());
        if (usePpk) {
            payloads.add(NotifyPayload.of(NotifyType.USE_PPK));
        }
        payloads.addAll(Authentication.announcements(tunnel.settings(), true));
        IkeSaChannel channel = new IkeSaChannel(false, spiR, spiI);
        channel.fragment(fragments);
        byte[] response = channel.encode(ExchangeType.IKE_SA_INIT, true, payloads);

        IkeSa sa =
                new IkeSa(tunnel, channel, new PeerPath(datagram.local(), datagram.remote()), turn);
        turn.ikeSas().addAnswered(sa);
        tunnel.adopt(sa);
        sa.initAnswered(
                new KeysToCome(
                        suite,
                        keyExchange,
                        theirs.publicValue(),
                        new Handshake(
                                nonceI,
                                nonceR,
                                Octets.copyOf(datagram.message()),
                                Octets.copyOf(response),
                                usePpk)),
                NatDetection.of(request, datagram.local(), datagram.remote()),
                datagram,
                turn);
    }
}
