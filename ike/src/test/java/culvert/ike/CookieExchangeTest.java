package culvert.ike;

import static culvert.ike.FirstMessages.decode;
import static culvert.ike.FirstMessages.isCookieDemand;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.certificate.FetchedLists;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.MessageEncoder;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Floods of first messages, and the cookies that hold them off (RFC 7296 2.6). */
class CookieExchangeTest {
    private final SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 17);

    private List<IkeAction.Transmit> flood(long spi, Payload... before) {
        return network.west()
                .handle(FirstMessages.of(Settings.EAST, spi, before), network.nowNanos());
    }

    @Test
    void floodFromThePeersAddressLeavesFewHalfOpenSas() {
        network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
        int flood = 1 << 16;
        for (int i = 1; i <= flood; i++) {
            flood(i);
        }

        assertEquals(
                Admission.COOKIE_HALF_OPEN_PER_SOURCE, network.west().endpoint().ikeSas().size());
        assertEquals(
                flood - Admission.COOKIE_HALF_OPEN_PER_SOURCE,
                network.west().count(IkeCounter.COOKIES_DEMANDED));
        assertEquals(List.of(), network.west().events());
        network.runFor(Duration.ofSeconds(31));
        assertEquals(0, network.west().endpoint().ikeSas().size());
    }

    @Test
    void realPeerGetsThroughTheFlood() {
        // IKE_SA_INIT -->               <-- {N(COOKIE)}
        // IKE_SA_INIT {N(COOKIE)} -->   <-- {SA, KE, N}
        network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
        for (int i = 1; i <= 100; i++) {
            flood(i);
        }
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        network.runFor(Duration.ofMillis(100));

        assertEquals(TunnelState.UP, network.east().state());
        IkeMessage first = decode(network.sent().get(0).message());
        assertTrue(isCookieDemand(network.sent().get(1)));
        IkeMessage second = decode(network.sent().get(2).message());
        assertTrue(second.payloads().getFirst() instanceof NotifyPayload);
        assertEquals(first.header(), second.header());
        // RFC 7296 2.6: everything else is as it was.
        assertEquals(first.payloads(), second.payloads().subList(1, second.payloads().size()));
    }

    @Test
    void cookieAndThenAnotherGroup() {
        SimulatedNetwork groups =
                new SimulatedNetwork(
                        Settings.east()
                                .ike(
                                        "aes128gcm16-prfsha256-ecp256",
                                        "aes128gcm16-prfsha256-curve25519")
                                .build(),
                        Settings.west().respond().build(),
                        17);
        groups.input(groups.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
        for (int i = 1; i <= 4; i++) {
            groups.west().handle(FirstMessages.of(Settings.EAST, i), groups.nowNanos());
        }
        groups.input(groups.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        groups.runFor(Duration.ofMillis(100));

        assertEquals(TunnelState.UP, groups.east().state());
        assertEquals(8, groups.sent().size());
    }

    @Test
    void requestAcceptedWithoutItsCookieAfterAll() {
        // IKE_SA_INIT -->               <-- {N(COOKIE)}
        // IKE_SA_INIT {N(COOKIE)} --> (delayed)
        // IKE_SA_INIT (again) -->       <-- {SA, KE, N}
        //                               (the one with the cookie arrives)
        // IKE_AUTH, which signs that one -->
        network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
        for (int i = 1; i <= 3; i++) {
            flood(i);
        }
        network.runFor(Duration.ofSeconds(25));
        HeldMessages messages = new HeldMessages(network);
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        IkeAction.Transmit first = network.sent().getFirst();
        messages.deliver(0);
        messages.deliver(0);
        assertEquals(1, messages.size());
        // The flood is over, and the first request comes once more.
        network.runFor(Duration.ofSeconds(6));
        network.inject(network.west(), first);
        messages.release();
        network.runFor(Duration.ofSeconds(1));

        assertEquals(0, network.west().count(IkeCounter.AUTHENTICATION_FAILURES));
        Agreement.assertOneOfEach(network);
    }

    @Test
    void cookieDemandThatComesAfterTheAnswerChangesNothing() {
        // IKE_SA_INIT -->               <-- {N(COOKIE)} (delayed)
        // IKE_SA_INIT (again) -->       <-- {SA, KE, N}
        // IKE_AUTH -->                  (the demand arrives)
        network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
        HeldMessages messages = new HeldMessages(network);
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        IkeHeader request = decode(network.sent().getFirst().message()).header();
        messages.deliver(0);
        messages.deliver(0);
        int sent = network.sent().size();
        for (IkeSpi responder :
                List.of(IkeSpi.NONE, network.east().ikeSas().getFirst().channel().peerSpi())) {
            byte[] demand =
                    MessageEncoder.encode(
                            new IkeHeader(
                                    request.initiatorSpi(),
                                    responder,
                                    ExchangeType.IKE_SA_INIT,
                                    false,
                                    true,
                                    0),
                            List.of(
                                    NotifyPayload.of(
                                            NotifyType.COOKIE, Octets.copyOf(new byte[33]))));
            network.input(
                    network.east(),
                    new IkeInput.DatagramReceived(
                            new InetSocketAddress(Settings.EAST, 500),
                            new InetSocketAddress(Settings.WEST, 500),
                            demand));
        }

        assertEquals(sent, network.sent().size());
        assertEquals(1, network.east().count(IkeCounter.DROPPED_UNKNOWN_SPI));
        assertEquals(1, network.east().count(IkeCounter.DROPPED_RESPONSE_TO_NOTHING));
        messages.release();
        network.runFor(Duration.ofMillis(100));
        Agreement.assertOneOfEach(network);
    }

    @Test
    void requestThatDiffersInMoreThanTheCookieIsDropped() {
        network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
        flood(1);
        long before = network.west().count(IkeCounter.DROPPED_MESSAGE_ID);
        Payload cookie = NotifyPayload.of(NotifyType.COOKIE, Octets.copyOf(new byte[8]));
        Payload other = NotifyPayload.of(NotifyType.INITIAL_CONTACT);

        assertEquals(1, flood(1, cookie).size());
        assertEquals(List.of(), flood(1, other));
        assertEquals(before + 1, network.west().count(IkeCounter.DROPPED_MESSAGE_ID));
    }

    @Test
    void forgedCookieIsNotAccepted() {
        network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
        for (int i = 1; i <= 3; i++) {
            flood(i);
        }
        List<IkeAction.Transmit> answers =
                flood(9, NotifyPayload.of(NotifyType.COOKIE, Octets.copyOf(new byte[33])));

        assertTrue(isCookieDemand(answers.getFirst()));
        assertEquals(1, network.west().count(IkeCounter.DROPPED_BAD_COOKIE));
    }

    @Test
    void cookieOfAnotherInitiatorIsNotAccepted() {
        network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
        for (int i = 1; i <= 3; i++) {
            flood(i);
        }
        Octets cookie = FirstMessages.cookie(flood(9).getFirst());
        assertTrue(
                isCookieDemand(flood(10, NotifyPayload.of(NotifyType.COOKIE, cookie)).getFirst()));
        List<IkeAction.Transmit> answers = flood(9, NotifyPayload.of(NotifyType.COOKIE, cookie));
        assertTrue(FirstMessages.beginsIkeSa(answers));
    }

    @Test
    void returnedCookiesPushOutTheOldestOfTheirOwnAddress() {
        network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
        for (int i = 1; i <= 100; i++) {
            FirstMessages.withCookie(network.west(), Settings.EAST, i, network.nowNanos());
            network.runFor(Duration.ofMillis(250));
        }

        assertEquals(Admission.MAX_HALF_OPEN_PER_SOURCE, network.west().endpoint().ikeSas().size());
        assertTrue(
                network.west()
                        .endpoint()
                        .ikeSas()
                        .lookupFirstMessage(new IkeSpi(100), Settings.EAST)
                        .isPresent());
        assertFalse(
                network.west()
                        .endpoint()
                        .ikeSas()
                        .lookupFirstMessage(new IkeSpi(1), Settings.EAST)
                        .isPresent());
    }

    @Test
    void manyAddressesTogetherAreBounded() {
        List<IkeTunnelSettings> tunnels = new ArrayList<>();
        for (int i = 1; i <= 200; i++) {
            InetAddress peer = InetAddress.ofLiteral("198.18.1." + i);
            tunnels.add(Settings.between(Settings.WEST, peer).name("t" + i).respond().build());
        }
        SimulatedGateway west = new SimulatedGateway(tunnels, 4);
        for (IkeTunnelSettings tunnel : tunnels) {
            west.handle(new IkeInput.TunnelUp(tunnel.name()), 0);
        }
        for (int spi = 1; spi <= 3; spi++) {
            for (int i = 1; i <= 200; i++) {
                InetAddress peer = InetAddress.ofLiteral("198.18.1." + i);
                FirstMessages.withCookie(west, peer, spi * 1_000L + i, 0);
            }
        }

        assertEquals(Admission.MAX_HALF_OPEN, west.endpoint().ikeSas().size());
        assertTrue(west.count(IkeCounter.DROPPED_HALF_OPEN_LIMIT) > 0);
    }

    @Test
    void cookieThatIsDemandedAgainIsNotSentAgain() {
        network.onlyIf(transmit -> false);
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        for (int i = 0; i < 5; i++) {
            demandCookie("0102030405060708");
        }
        assertEquals(2, network.sent().size());
    }

    @Test
    void everNewCookiesAreFollowedFiveTimes() {
        network.onlyIf(transmit -> false);
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        for (int i = 0; i < 20; i++) {
            demandCookie("%016x".formatted(i));
        }
        assertEquals(6, network.sent().size());
        network.runFor(Duration.ofSeconds(31));
        String reason = network.east().status(network.nowNanos()).reason().orElseThrow();
        assertTrue(reason.contains("cookie"), reason);
    }

    @Test
    void cookieOfImpossibleLengthIsIgnored() {
        network.onlyIf(transmit -> false);
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        demandCookie("00".repeat(65));
        demandCookie("");

        assertEquals(1, network.sent().size());
    }

    private void demandCookie(String hex) {
        IkeAction.Transmit request = network.sent().getFirst();
        IkeHeader header =
                new IkeHeader(
                        Messages.header(request).initiatorSpi(),
                        IkeSpi.NONE,
                        ExchangeType.IKE_SA_INIT,
                        false,
                        true,
                        0);
        network.inject(
                network.east(),
                new IkeAction.Transmit(
                        request.remote(),
                        request.local(),
                        MessageEncoder.encode(
                                header,
                                List.of(NotifyPayload.of(NotifyType.COOKIE, Octets.ofHex(hex))))));
    }

    @Test
    void secretIsReplacedAndThePreviousOneStillServes() {
        IkeCounters counters = new IkeCounters();
        DeterministicRandom random = new DeterministicRandom(1);
        Cookie cookie = new Cookie();
        Octets nonce = Octets.copyOf(new byte[16]);
        IkeSpi spi = new IkeSpi(5);
        Octets made = cookie.make(nonce, Settings.EAST, spi, turn(0, random, counters));

        for (long seconds : new long[] {0, 119, 121, 200}) {
            assertTrue(
                    cookie.accepts(
                            made, nonce, Settings.EAST, spi, turn(seconds, random, counters)),
                    seconds + " s");
        }
        assertNotEquals(made, cookie.make(nonce, Settings.EAST, spi, turn(200, random, counters)));
        assertFalse(cookie.accepts(made, nonce, Settings.EAST, spi, turn(400, random, counters)));
    }

    private static Turn turn(long seconds, DeterministicRandom random, IkeCounters counters) {
        return new Turn(
                IkeTiming.seconds(seconds),
                0,
                random,
                new IkeSaTable(),
                new EspSpis(),
                new FetchedLists(),
                counters);
    }
}
