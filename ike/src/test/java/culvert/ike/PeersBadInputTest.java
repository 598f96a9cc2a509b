package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.crypto.IkeSuite;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.KePayload;
import culvert.ike.message.MalformedPayload;
import culvert.ike.message.NoncePayload;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.Payload.Side;
import culvert.ike.message.RawMessage;
import culvert.ike.message.SaPayload;
import culvert.ike.message.TsPayload;
import culvert.ike.message.UnknownPayload;
import culvert.model.IpPrefix;
import culvert.model.Spi;
import culvert.model.TrafficSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bad input under the peer's own keys. What cannot be read ends that IKE SA with INVALID_SYNTAX, at
 * once, and the tunnel comes back on another; what is only not agreed on is refused by name, and
 * the tunnel stays.
 */
class PeersBadInputTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    /** Until the end that was not told finds out by itself. */
    private static final Duration DEATH_IS_NOTICED = Duration.ofMinutes(2);

    private static final String GROUP = "ecp256";
    private static final byte[] GENERATOR =
            RawMessage.hex(
                    "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
                            + "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");

    private final SimulatedNetwork network =
            new SimulatedNetwork(
                    Settings.east()
                            .ike("aes128gcm16-prfsha256-" + GROUP)
                            .esp("aes128gcm16-" + GROUP)
                            .build(),
                    Settings.west()
                            .respond()
                            .ike("aes128gcm16-prfsha256-" + GROUP)
                            .esp("aes128gcm16-" + GROUP)
                            .build(),
                    43);

    private void up() {
        network.up();
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    private void assertEndsAndComesBack(SimulatedGateway victim, IkeSa ended) {
        assertTrue(victim.ikeSas().stream().noneMatch(sa -> sa == ended), victim::log);
        assertTrue(victim.inbound().isEmpty() && victim.outbound().isEmpty(), victim::log);
        assertEquals(TunnelState.CONNECTING, victim.state());
        network.loseNothing();
        network.runUntil(
                n -> Agreement.isOneOfEach(n) && n.east().ikeSas().getFirst() != ended,
                DEATH_IS_NOTICED);
        Agreement.assertOneOfEach(network);
        assertEquals(0, victim.count(IkeCounter.INTERNAL_ERRORS));
    }

    static Stream<Arguments> malformed() {
        return MalformedPayload.all()
                .flatMap(
                        payload ->
                                Stream.of(
                                        Arguments.of(payload, true), Arguments.of(payload, false)));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void requestThatCannotBeReadEndsTheIkeSa(MalformedPayload payload, boolean toInitiator) {
        up();
        SimulatedGateway victim = toInitiator ? network.east() : network.west();
        SimulatedGateway other = toInitiator ? network.west() : network.east();
        IkeSa sa = victim.ikeSas().getFirst();
        Impersonator peer = new Impersonator(other, network.nowNanos());
        int messageId = toInitiator ? 0 : 2;
        List<IkeAction.Transmit> answers =
                peer.deliver(
                        victim,
                        peer.seal(ExchangeType.INFORMATIONAL, false, messageId, payload.alone()));
        assertEquals(
                List.of(NotifyPayload.of(NotifyType.INVALID_SYNTAX)),
                peer.open(answers.getFirst()).payloads());
        answers.forEach(answer -> network.inject(other, answer));
        assertEndsAndComesBack(victim, sa);
    }

    /** RFC 7296 2.21.3: nothing can be said in answer to a response, so the IKE SA is deleted. */
    @ParameterizedTest
    @MethodSource("culvert.ike.message.MalformedPayload#all")
    void responseThatCannotBeReadEndsTheIkeSa(MalformedPayload payload) {
        up();
        IkeSa sa = network.east().ikeSas().getFirst();
        network.onlyIf(transmit -> false);
        network.input(network.east(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        List<IkeAction.Transmit> sent =
                west.deliver(
                        network.east(),
                        west.seal(ExchangeType.CREATE_CHILD_SA, true, 2, payload.alone()));
        assertTrue(sa.inFlight().isEmpty() || sa.state() != IkeSa.State.ESTABLISHED);
        assertTrue(network.east().log().contains(payload.reason()), network.east()::log);
        network.loseNothing();
        sent.forEach(transmit -> network.inject(network.west(), transmit));
        network.runUntil(
                n -> Agreement.isOneOfEach(n) && n.east().ikeSas().getFirst() != sa,
                DEATH_IS_NOTICED);
        assertEquals(0, network.east().count(IkeCounter.INTERNAL_ERRORS));
    }

    /** A request to rekey the CHILD SA as the peer would make it, but for one payload. */
    private List<Payload> rekey(Payload... changed) {
        Spi old = network.east().outbound().orElseThrow().sa().spi();
        List<Payload> payloads =
                new ArrayList<>(
                        List.of(
                                new NotifyPayload(
                                        3,
                                        Octets.ofInt(old.value()),
                                        NotifyType.REKEY_SA,
                                        Octets.EMPTY),
                                EspProposals.offer(
                                        network.west().settings().espProposals(),
                                        new Spi(0x7000_0001),
                                        true),
                                new NoncePayload(Octets.copyOf(new byte[32])),
                                new KePayload(19, Octets.copyOf(GENERATOR)),
                                new TsPayload(Side.INITIATOR, List.of(TrafficSelector.ANY_IPV4)),
                                new TsPayload(Side.RESPONDER, List.of(TrafficSelector.ANY_IPV4))));
        for (Payload change : changed) {
            for (int i = 0; i < payloads.size(); i++) {
                Payload was = payloads.get(i);
                boolean sameSide =
                        !(was instanceof TsPayload a && change instanceof TsPayload b)
                                || a.side() == b.side();
                if (was.getClass() == change.getClass() && sameSide) {
                    payloads.set(i, change);
                }
            }
        }
        return payloads;
    }

    private IkeAction.Transmit ask(Impersonator west, List<Payload> payloads) {
        return west.request(
                        network.east(),
                        ExchangeType.CREATE_CHILD_SA,
                        0,
                        payloads.toArray(Payload[]::new))
                .getFirst();
    }

    @ParameterizedTest
    @ValueSource(classes = {SaPayload.class, NoncePayload.class, TsPayload.class})
    void requestWithoutWhatItNeedsEndsTheIkeSa(Class<?> missing) {
        up();
        IkeSa sa = network.east().ikeSas().getFirst();
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        List<Payload> payloads = rekey();
        payloads.removeIf(missing::isInstance);
        assertEquals(
                List.of(NotifyPayload.of(NotifyType.INVALID_SYNTAX)),
                west.open(ask(west, payloads)).payloads());
        assertEndsAndComesBack(network.east(), sa);
    }

    static Stream<String> noPoints() {
        byte[] off = GENERATOR.clone();
        off[63] ^= 1;
        String generator = Octets.copyOf(GENERATOR).toString();
        return Stream.of(
                "00".repeat(64), // where infinity would be
                "ff".repeat(64), // above the prime
                Octets.copyOf(off).toString(),
                generator.substring(2), // one octet short
                generator + "00",
                "00".repeat(128),
                "04" + generator);
    }

    @ParameterizedTest
    @MethodSource("noPoints")
    void publicValueThatIsNoneEndsTheIkeSa(String publicValueHex) {
        up();
        IkeSa sa = network.east().ikeSas().getFirst();
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        List<Payload> payloads = rekey(new KePayload(19, Octets.ofHex(publicValueHex)));
        assertEquals(
                List.of(NotifyPayload.of(NotifyType.INVALID_SYNTAX)),
                west.open(ask(west, payloads)).payloads());
        assertEndsAndComesBack(network.east(), sa);
    }

    @ParameterizedTest
    @MethodSource("noPoints")
    void publicValueThatIsNoneInARekeyOfTheIkeSaEndsIt(String publicValueHex) {
        up();
        IkeSa sa = network.east().ikeSas().getFirst();
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        List<Payload> payloads =
                List.of(
                        IkeProposals.offer(
                                List.of(IkeSuite.parse("aes128gcm16-prfsha256-" + GROUP)),
                                Octets.ofHex("0102030405060708")),
                        new NoncePayload(Octets.copyOf(new byte[32])),
                        new KePayload(19, Octets.ofHex(publicValueHex)));
        assertEquals(
                List.of(NotifyPayload.of(NotifyType.INVALID_SYNTAX)),
                west.open(ask(west, payloads)).payloads());
        assertEndsAndComesBack(network.east(), sa);
    }

    private static TrafficSelector selector(String prefix) {
        return TrafficSelector.of(IpPrefix.parse(prefix));
    }

    static Stream<Arguments> disagreements() {
        return Stream.of(
                Arguments.of(
                        new KePayload(20, Octets.copyOf(new byte[96])),
                        NotifyPayload.of(NotifyType.INVALID_KE_PAYLOAD, Octets.ofHex("0013"))),
                Arguments.of(
                        EspProposals.offer(
                                Settings.east().esp("aes256gcm16-ecp384").build().espProposals(),
                                new Spi(0x7000_0001),
                                true),
                        NotifyPayload.of(NotifyType.NO_PROPOSAL_CHOSEN)),
                Arguments.of(
                        new TsPayload(Side.INITIATOR, List.of(selector("2001:db8::/32"))),
                        NotifyPayload.of(NotifyType.TS_UNACCEPTABLE)),
                Arguments.of(
                        new UnknownPayload(200, true, Octets.EMPTY),
                        NotifyPayload.of(
                                NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD, Octets.ofHex("c8"))));
    }

    @ParameterizedTest
    @MethodSource("disagreements")
    void whatIsNotAgreedOnIsRefusedByNameAndTheTunnelStays(Payload change, NotifyPayload answer) {
        up();
        IkeSa sa = network.east().ikeSas().getFirst();
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        List<Payload> payloads = rekey(change);
        if (change instanceof UnknownPayload) {
            payloads.add(change);
        }
        assertEquals(List.of(answer), west.open(ask(west, payloads)).payloads());
        assertEquals(List.of(sa), network.east().ikeSas());
        Agreement.assertOneOfEach(network);
    }

    /** 255 selectors, all of them within each other: what is left is what they have in common. */
    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/%d", "0.0.0.0/0"})
    void selectorsThatOverlapAreNarrowedToTheWidest(String pattern) {
        up();
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        List<TrafficSelector> overlapping = new ArrayList<>();
        for (int i = 0; i < 255; i++) {
            overlapping.add(selector(pattern.formatted(8 + i % 24)));
        }
        IkeAction.Transmit answer =
                ask(west, rekey(new TsPayload(Side.INITIATOR, List.copyOf(overlapping))));
        assertEquals(
                List.of(overlapping.getFirst()),
                west.open(answer)
                        .all(TsPayload.class)
                        .filter(ts -> ts.side() == Side.INITIATOR)
                        .findFirst()
                        .orElseThrow()
                        .selectors());
    }
}
