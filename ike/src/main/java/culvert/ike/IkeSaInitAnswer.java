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

    private IkeSaInitAnswer() {}

    /** Answers a request of a tunnel's peer, and begins a half-open IKE SA when it is usable. */
    static void answer(
            IkeTunnel tunnel,
            Admission admission,
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
        InetAddress source = datagram.remote().getAddress();
        Optional<Octets> cookie = admission.cookieToDemand(request, nonceI, source, turn);
        if (cookie.isPresent()) {
            refuse(request, NotifyPayload.of(NotifyType.COOKIE, cookie.get()), datagram, turn);
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
            tunnel.condition()
                    .warnOfStranger(
                            Reason.of(
                                            ("peer %s offers no IKE proposal that this tunnel allows: give"
                                                            + " both sides one in common")
                                                    .formatted(source.getHostAddress()))
                                    .peerSaid(OfferText.of(offered))
                                    .weSaid(tunnel.settings().ikeProposals()),
                            turn);
        } else if (theirs.group() != choice.get().suite().group().transformId()) {
            // RFC 7296 1.2: the initiator guessed wrong and must send another public value.
            refuse(request, KeyExchangeGroups.askFor(choice.get().suite().group()), datagram, turn);
        } else if (theirs.publicValue().length()
                != choice.get().suite().group().publicValueBytes()) {
            turn.count(IkeCounter.DROPPED_MALFORMED);
        } else if (admission.makeRoom(source, turn)) {
            begin(tunnel, choice.get(), theirs, nonceI, request, datagram, turn);
        }
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
                        && tunnel.lookup().tunnelsAt(datagram.remote().getAddress()).stream()
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
