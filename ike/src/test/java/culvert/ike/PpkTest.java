package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.certificate.OwnCertificate;
import culvert.ike.certificate.TestCertificate;
import culvert.ike.message.AuthPayload;
import culvert.ike.message.DecodeResult;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IdPayload;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.MessageDecoder;
import culvert.ike.message.MessageEncoder;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.Payload.Side;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Postquantum preshared keys (RFC 8784). */
class PpkTest {
    private static final String KEY = "0123456789abcdef0123456789abcdef";
    private static final Duration SOON = Duration.ofSeconds(10);

    private static SimulatedNetwork started(Settings east, Settings west) {
        SimulatedNetwork network = new SimulatedNetwork(east.build(), west.respond().build(), 11);
        network.up();
        return network;
    }

    private static SimulatedNetwork up(Settings east, Settings west) {
        SimulatedNetwork network = started(east, west);
        network.runUntil(Agreement::isOneOfEach, SOON);
        Agreement.assertOneOfEach(network);
        return network;
    }

    private static Settings east(boolean required) {
        return Settings.east().ppk("ppk-1", KEY, required);
    }

    private static Settings west(boolean required) {
        return Settings.west().ppk("ppk-1", KEY, required);
    }

    /** A written form of a side: none, or the PPK's name, and whether it is required. */
    private static Settings written(Settings settings, String ppk) {
        return switch (ppk.trim()) {
            case "none" -> settings;
            case "ppk-1" -> settings.ppk("ppk-1", KEY, false);
            case "ppk-1 required" -> settings.ppk("ppk-1", KEY, true);
            case "ppk-2" -> settings.ppk("ppk-2", KEY, false);
            case "ppk-2 required" -> settings.ppk("ppk-2", KEY, true);
            case "other key" -> settings.ppk("ppk-1", KEY.toUpperCase(Locale.ROOT), false);
            default -> throw new AssertionError(ppk);
        };
    }

    private static void assertPpk(boolean used, SimulatedNetwork network) {
        assertEquals(used, network.east().status(network.nowNanos()).ike().orElseThrow().ppk());
        assertEquals(used, network.west().status(network.nowNanos()).ike().orElseThrow().ppk());
    }

    private static IkeMessage init(IkeAction.Transmit transmit) {
        return ((DecodeResult.Ok) MessageDecoder.decode(transmit.message())).message();
    }

    @Test
    void bothMixItIn() {
        // IKE_SA_INIT {SA, KE, N, N(USE_PPK)} --> <-- {SA, KE, N, N(USE_PPK)}
        // IKE_AUTH {IDi, IDr, AUTH, SA, TSi, TSr, N(PPK_IDENTITY)} -->
        //                                     <-- {IDr, AUTH, N(PPK_IDENTITY), SA, TSi, TSr}
        SimulatedNetwork network = up(east(true), west(true));

        assertPpk(true, network);
        assertTrue(init(network.sent().get(0)).notify(NotifyType.USE_PPK).isPresent());
        assertTrue(init(network.sent().get(1)).notify(NotifyType.USE_PPK).isPresent());
        assertTrue(network.east().log().contains("with PPK"), network.east().log());
    }

    @Test
    void trafficKeysFollowFromIt() {
        // The same seed, so the same nonces and key pairs: only the PPK is another.
        SimulatedNetwork one = up(east(true), west(true));
        SimulatedNetwork other =
                up(
                        Settings.east().ppk("ppk-1", KEY.toUpperCase(Locale.ROOT), true),
                        Settings.west().ppk("ppk-1", KEY.toUpperCase(Locale.ROOT), true));

        assertEquals(
                one.east().outbound().orElseThrow().sa().spi(),
                other.east().outbound().orElseThrow().sa().spi());
        assertFalse(
                one.east()
                        .outbound()
                        .orElseThrow()
                        .sa()
                        .keymat()
                        .equals(other.east().outbound().orElseThrow().sa().keymat()));
    }

    /** RFC 8784 3, table 1, from both sides. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // initiator      | responder      | used
                "ppk-1            | ppk-1          | true",
                "ppk-1 required   | ppk-1          | true",
                "ppk-1            | ppk-1 required | true",
                "none             | none           | false",
                // No N(USE_PPK) one way or the other: standard IKEv2.
                "ppk-1            | none           | false",
                "none             | ppk-1          | false",
                // Another PPK: N(NO_PPK_AUTH) stands in for AUTH.
                "ppk-2            | ppk-1          | false",
            })
    void whoCanDoWithoutIsMet(String initiator, String responder, boolean used) {
        SimulatedNetwork network =
                up(written(Settings.east(), initiator), written(Settings.west(), responder));
        assertPpk(used, network);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "none           | ppk-1 required | does not use our PPK, which is required",
                "ppk-2          | ppk-1 required | does not use our PPK, which is required",
                "ppk-2 required | ppk-1 required | does not use our PPK, which is required",
                "ppk-2 required | ppk-1          | insists on a PPK that we do not have",
                // There is no way back to AUTH without it when both know the name.
                "other key      | ppk-1          | does not know our pre-shared key",
            })
    void responderRefuses(String initiator, String responder, String text) {
        // IKE_AUTH {..., N(PPK_IDENTITY)} --> <-- {N(AUTHENTICATION_FAILED)}
        SimulatedNetwork network =
                started(written(Settings.east(), initiator), written(Settings.west(), responder));
        network.runFor(Duration.ofSeconds(1));

        assertFalse(network.bothUp());
        assertTrue(network.west().inbound().isEmpty() && network.east().inbound().isEmpty());
        assertEquals(1, network.west().count(IkeCounter.AUTHENTICATION_FAILURES));
        assertTrue(network.west().log().contains(text), network.west().log());
        assertEquals(0, network.west().count(IkeCounter.INTERNAL_ERRORS));
        String reason = network.east().status(network.nowNanos()).reason().orElseThrow();
        assertTrue(reason.contains("AUTHENTICATION_FAILED"), reason);
    }

    @Test
    void bothWordsNameThePpk() {
        SimulatedNetwork network =
                started(
                        Settings.east().ppk("east-ppk", KEY, true),
                        Settings.west().ppk("west-ppk", KEY, true));
        network.runFor(Duration.ofSeconds(1));

        String west = network.west().status(network.nowNanos()).reason().orElseThrow();
        assertTrue(west.contains("the peer said PPK east-ppk; we said PPK west-ppk"), west);
        String east = network.east().status(network.nowNanos()).reason().orElseThrow();
        assertTrue(east.contains("and use the PPK east-ppk"), east);
    }

    @Test
    void initiatorThatRequiresItSaysNothingMoreToAPeerWithoutIt() {
        // IKE_SA_INIT {..., N(USE_PPK)} --> <-- {SA, KE, N}
        SimulatedNetwork network = started(east(true), Settings.west());
        network.runFor(Duration.ofMinutes(3));

        assertFalse(network.bothUp());
        assertTrue(
                network.sent().stream()
                        .noneMatch(t -> Messages.isRequest(t, ExchangeType.IKE_AUTH)),
                "no identity for a peer that cannot be the right one");
        String reason = network.east().status(network.nowNanos()).reason().orElseThrow();
        assertTrue(reason.contains("does not use our PPK, which is required"), reason);
    }

    @Test
    void responderThatClaimsItAndDoesNotUseItIsRefused() {
        // IKE_AUTH {..., N(PPK_IDENTITY)} --> <-- {IDr, AUTH, SA, TSi, TSr} of one without the PPK
        SimulatedNetwork network = started(east(true), west(false));
        network.onlyIf(t -> !Messages.isResponse(t, ExchangeType.IKE_AUTH));
        network.runFor(Duration.ofMillis(100));
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        IkeSa sa = network.west().ikeSas().getFirst();
        west.respond(
                network.east(),
                ExchangeType.IKE_AUTH,
                1,
                new IdPayload(Side.RESPONDER, sa.tunnel().settings().localIdentity()),
                new AuthPayload(2, Octets.ofHex("00")));

        assertTrue(
                network.east().log().contains("does not use our PPK, which is required"),
                network.east().log());
        assertTrue(network.east().inbound().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void announcementCannotBeTakenOutOnTheWay(boolean ofRequest) {
        // Both could do without; AUTH covers IKE_SA_INIT, so who takes N(USE_PPK) out is found.
        SimulatedNetwork network =
                new SimulatedNetwork(east(false).build(), west(false).respond().build(), 11);
        network.rewrite(t -> withoutUsePpk(t, ofRequest));
        network.up();
        network.runFor(Duration.ofSeconds(1));

        assertFalse(network.bothUp());
        assertEquals(1, network.east().count(IkeCounter.AUTHENTICATION_FAILURES));
    }

    private static IkeAction.Transmit withoutUsePpk(
            IkeAction.Transmit transmit, boolean ofRequest) {
        if (!(MessageDecoder.decode(transmit.message()) instanceof DecodeResult.Ok ok)
                || ok.message().header().response() == ofRequest) {
            return transmit;
        }
        List<Payload> kept =
                ok.message().payloads().stream()
                        .filter(
                                p ->
                                        !(p instanceof NotifyPayload n
                                                && n.notifyType() == NotifyType.USE_PPK))
                        .toList();
        return new IkeAction.Transmit(
                transmit.local(),
                transmit.remote(),
                MessageEncoder.encode(ok.message().header(), kept));
    }

    @Test
    void rekeysCarryItOn() {
        SimulatedNetwork network = up(east(true), west(true));
        network.startTraffic();
        network.input(network.east(), new IkeInput.RekeyIkeSa(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(20));
        network.input(network.west(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(20));

        Agreement.assertOneOfEach(network);
        assertPpk(true, network);
        assertEquals(1, network.east().ikeSas().getFirst().rekeys());
        assertEquals(0, network.packetsLost());
    }

    @Test
    void worksBehindAdditionalKeyExchanges() {
        String hybrid = "aes128gcm16-prfsha256-curve25519-ke1_mlkem768";
        assertPpk(true, up(east(true).ike(hybrid), west(true).ike(hybrid)));
        assertPpk(
                false,
                up(
                        written(Settings.east(), "ppk-2").ike(hybrid),
                        written(Settings.west(), "ppk-1").ike(hybrid)));
    }

    @Test
    void worksAfterACookieAndAnotherGroup() {
        // IKE_SA_INIT {KE(19)} --> <-- {N(INVALID_KE_PAYLOAD)}, {KE(31), N(USE_PPK)} -->
        assertPpk(
                true,
                up(
                        east(true)
                                .ike(
                                        "aes128gcm16-prfsha256-ecp256",
                                        "aes128gcm16-prfsha256-curve25519"),
                        west(true)));
    }

    @ParameterizedTest
    @CsvSource({"ppk-1, true", "ppk-2, false"})
    void goesWithCertificates(String eastPpk, boolean used) {
        TestCertificate root = TestCertificate.root("CN=Root").make();
        TestCertificate east = root.issue("CN=east").make();
        TestCertificate west = root.issue("CN=west").key(TestCertificate.RSA_2048).make();
        SimulatedNetwork network =
                up(
                        written(Settings.east(), eastPpk)
                                .credentials(by(east.own(), root))
                                .localIdentity("CN=east")
                                .peerIdentity("CN=west"),
                        west(false)
                                .credentials(by(west.own(), root))
                                .localIdentity("CN=west")
                                .peerIdentity("CN=east"));
        assertPpk(used, network);
    }

    private static Credentials by(OwnCertificate own, TestCertificate root) {
        return new Credentials.Certificates(own, root.trusted());
    }

    /** What a peer may write into PPK_IDENTITY and NO_PPK_AUTH. */
    @ParameterizedTest
    @ValueSource(strings = {"", "02", "01", "0170706b2d31", "0270706b2d3100", "ff", "00"})
    void otherIdentitiesAreOthers(String identity) {
        SimulatedNetwork network = started(east(false), west(false));
        network.onlyIf(t -> !Messages.isRequest(t, ExchangeType.IKE_AUTH));
        network.runFor(Duration.ofMillis(100));
        Impersonator east = new Impersonator(network.east(), network.nowNanos());
        List<IkeAction.Transmit> answer =
                east.request(
                        network.west(),
                        ExchangeType.IKE_AUTH,
                        1,
                        new IdPayload(Side.INITIATOR, network.east().settings().localIdentity()),
                        new AuthPayload(2, Octets.ofHex("00")),
                        NotifyPayload.of(NotifyType.PPK_IDENTITY, Octets.ofHex(identity)),
                        NotifyPayload.of(NotifyType.NO_PPK_AUTH));

        assertEquals(
                Optional.of(NotifyType.AUTHENTICATION_FAILED),
                east.open(answer.getFirst()).error().map(NotifyPayload::notifyType));
        assertEquals(0, network.west().count(IkeCounter.INTERNAL_ERRORS));
    }

    @Test
    void isNotSaidInWords() {
        assertEquals("PPK ppk-1", east(true).build().ppk().orElseThrow().toString());
    }
}
