package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.DecodeResult;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.KePayload;
import culvert.ike.message.MessageDecoder;
import culvert.ike.message.MessageEncoder;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.Payload.Side;
import culvert.ike.message.Reassembly;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Key exchanges in addition to the first (RFC 9370), in IKE_INTERMEDIATE and IKE_FOLLOWUP_KE. */
class AdditionalKeyExchangesTest {
    private static final String PLAIN = "aes128gcm16-prfsha256-curve25519";
    private static final String HYBRID = PLAIN + "-ke1_mlkem768";
    private static final String ESP_HYBRID = "aes128gcm16-curve25519-ke1_mlkem768";
    private static final Duration SOON = Duration.ofSeconds(10);

    private SimulatedNetwork network = between(HYBRID, HYBRID, ESP_HYBRID, 3);

    private static SimulatedNetwork between(String east, String west, String esp, long seed) {
        return new SimulatedNetwork(
                Settings.east().ike(east.split(" ")).esp(esp).build(),
                Settings.west().respond().ike(west.split(" ")).esp(esp).build(),
                seed);
    }

    private void up() {
        network.up();
        network.runUntil(Agreement::isOneOfEach, SOON);
        Agreement.assertOneOfEach(network);
    }

    private long requests(int exchangeType) {
        return network.sent().stream()
                .filter(t -> Messages.isRequest(t, exchangeType))
                .map(t -> Messages.header(t).messageId())
                .distinct()
                .count();
    }

    private String suite() {
        return network.west().ikeSas().getFirst().channel().keys().suite().toString();
    }

    @ParameterizedTest
    @CsvSource({
        "aes128gcm16-prfsha256-curve25519-ke1_mlkem768, 1",
        "aes256gcm16-prfsha384-ecp384-ke1_mlkem1024-ke2_mlkem768, 2",
        "aes256-sha512-modp2048-ke1_ecp256-ke2_mlkem768-ke3_curve25519, 3",
    })
    void eachTakesAnExchangeBeforeIkeAuth(String ike, int exchanges) {
        // IKE_SA_INIT {SA, KEi, Ni, N(INTERMEDIATE_EXCHANGE_SUPPORTED)} --> <-- {...}
        // IKE_INTERMEDIATE SK {KEi(1)} -->                              <-- SK {KEr(1)}
        // IKE_AUTH -->                                                  <-- ...
        network = between(ike, ike, "aes128gcm16", 4);
        up();

        assertEquals(ike, suite());
        assertEquals(exchanges, requests(ExchangeType.IKE_INTERMEDIATE));
        assertEquals(
                exchanges,
                network.west().ikeSas().getFirst().channel().intermediateAuth().exchanges());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                HYBRID + " " + PLAIN + " | " + PLAIN + " | " + PLAIN,
                PLAIN + " | " + HYBRID + " " + PLAIN + " | " + PLAIN,
                HYBRID + " " + PLAIN + " | " + HYBRID + " " + PLAIN + " | " + HYBRID,
            })
    void theyAreLeftOutOnlyWhenAProposalWithoutThemIsThere(
            String east, String west, String chosen) {
        network = between(east, west, "aes128gcm16", 5);
        up();
        assertEquals(chosen, suite());
    }

    @ParameterizedTest
    @CsvSource({HYBRID + ", " + PLAIN, PLAIN + ", " + HYBRID})
    void whoInsistsDoesNotGoOnWithoutThem(String east, String west) {
        network = between(east, west, "aes128gcm16", 6);
        network.up();
        network.runFor(SOON);

        assertTrue(network.east().outbound().isEmpty());
        assertTrue(network.west().log().contains("ke1_mlkem768"), network.west().log());
    }

    @Test
    void peerThatDoesNotAnnounceIntermediateIsNotOfferedIt() {
        network = between(HYBRID + " " + PLAIN, HYBRID + " " + PLAIN, "aes128gcm16", 7);
        // Someone on the path removes the announcement from the request; AUTH then says so.
        network.rewrite(
                transmit ->
                        Messages.isRequest(transmit, ExchangeType.IKE_SA_INIT)
                                ? withoutAnnouncement(transmit)
                                : transmit);
        network.up();
        network.runFor(Duration.ofSeconds(3));

        assertEquals(0, requests(ExchangeType.IKE_INTERMEDIATE));
        assertTrue(network.west().count(IkeCounter.AUTHENTICATION_FAILURES) > 0);
        assertTrue(network.east().outbound().isEmpty());
    }

    private static IkeAction.Transmit withoutAnnouncement(IkeAction.Transmit transmit) {
        IkeMessage message =
                ((DecodeResult.Ok) MessageDecoder.decode(transmit.message())).message();
        List<Payload> kept =
                message.payloads().stream()
                        .filter(
                                payload ->
                                        !(payload instanceof NotifyPayload notify
                                                && notify.notifyType()
                                                        == NotifyType
                                                                .INTERMEDIATE_EXCHANGE_SUPPORTED))
                        .toList();
        return new IkeAction.Transmit(
                transmit.local(), transmit.remote(), MessageEncoder.encode(message.header(), kept));
    }

    @Test
    void longPublicValuesTravelInFragmentsAndAuthCoversThem() {
        network =
                between(
                        PLAIN + "-ke1_mlkem1024",
                        PLAIN + "-ke1_mlkem1024",
                        "aes128gcm16-curve25519-ke1_mlkem1024",
                        8);
        up();
        network.input(network.west(), new IkeInput.RekeyIkeSa(Settings.TUNNEL));
        network.runFor(SOON);
        Agreement.assertOneOfEach(network);

        for (int exchange :
                new int[] {ExchangeType.IKE_INTERMEDIATE, ExchangeType.IKE_FOLLOWUP_KE}) {
            List<IkeAction.Transmit> fragments =
                    network.sent().stream()
                            .filter(t -> Messages.header(t).exchangeType() == exchange)
                            .toList();
            assertEquals(4, fragments.size());
            assertTrue(fragments.stream().allMatch(t -> Reassembly.isFragment(t.message())));
        }
    }

    @Test
    void lostAnswerIsRepeatedUnderTheKeysOfItsTime() {
        // IKE_INTERMEDIATE -->          (lost) <-- {KEr(1)}, and west goes over to new keys
        // IKE_INTERMEDIATE (again) -->         <-- {KEr(1)}
        // IKE_AUTH -->
        int[] lost = {0};
        network.onlyIf(
                t -> !Messages.isResponse(t, ExchangeType.IKE_INTERMEDIATE) || lost[0]++ >= 2);
        up();
        assertTrue(lost[0] > 2);
        assertEquals(1, requests(ExchangeType.IKE_INTERMEDIATE));
    }

    @Test
    void ikeAuthThatComesTooEarlyIsDropped() {
        // IKE_SA_INIT --> <-- IKE_SA_INIT
        // IKE_AUTH -->    (where IKE_INTERMEDIATE is due)
        HeldMessages messages = new HeldMessages(network);
        network.up();
        messages.deliver(0);
        messages.deliver(0);
        Impersonator east = new Impersonator(network.east(), network.nowNanos());
        assertEquals(
                List.of(),
                east.request(
                        network.west(),
                        ExchangeType.IKE_AUTH,
                        1,
                        NotifyPayload.of(NotifyType.INITIAL_CONTACT)));
        assertEquals(1, network.west().count(IkeCounter.DROPPED_WRONG_EXCHANGE));
        messages.release();
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1088, 1183, 1185, 4000})
    void publicValueOfAnotherLengthEndsTheAttempt(int length) {
        HeldMessages messages = new HeldMessages(network);
        network.up();
        messages.deliver(0);
        messages.deliver(0);
        Impersonator east = new Impersonator(network.east(), network.nowNanos());
        Payload ke =
                length == 0
                        ? NotifyPayload.of(NotifyType.INITIAL_CONTACT)
                        : new KePayload(36, Octets.copyOf(new byte[length]));
        IkeAction.Transmit answer =
                east.request(network.west(), ExchangeType.IKE_INTERMEDIATE, 1, ke).getFirst();

        assertEquals(
                List.of(NotifyPayload.of(NotifyType.INVALID_SYNTAX)), east.open(answer).payloads());
        assertEquals(List.of(), network.west().ikeSas());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1087, 1184})
    void answerOfAnotherLengthEndsTheAttempt(int length) {
        HeldMessages messages = new HeldMessages(network);
        network.up();
        messages.deliver(0);
        messages.deliver(0);
        IkeSa sa = network.east().ikeSas().getFirst();
        Payload ke =
                length == 0
                        ? NotifyPayload.of(NotifyType.TEMPORARY_FAILURE)
                        : new KePayload(36, Octets.copyOf(new byte[length]));
        byte[] answer =
                MessageEncoder.seal(
                        new IkeHeader(
                                sa.channel().initiatorSpi(),
                                sa.channel().responderSpi(),
                                ExchangeType.IKE_INTERMEDIATE,
                                false,
                                true,
                                1),
                        List.of(ke),
                        sa.channel().keys().cipher(Side.RESPONDER, new DeterministicRandom(1)));
        network.input(
                network.east(),
                new IkeInput.DatagramReceived(sa.path().local(), sa.path().remote(), answer));

        assertTrue(network.east().log().contains("key exchange mlkem768"), network.east().log());
        assertEquals(List.of(), network.east().ikeSas());
    }

    @Test
    void rekeysOfBothKindsByBothEndsFollowUp() {
        // {SA, Ni, KEi, ...} -->         <-- {SA, Nr, KEr, ..., N(ADDITIONAL_KEY_EXCHANGE)}
        // IKE_FOLLOWUP_KE {KEi(1), N(ADDITIONAL_KEY_EXCHANGE)} -->  <-- {KEr(1)}
        // {D(old)} -->
        up();
        network.startTraffic();
        int expected = 0;
        for (SimulatedGateway gateway : List.of(network.east(), network.west())) {
            for (IkeInput rekey :
                    List.of(
                            new IkeInput.RekeyChildSa(Settings.TUNNEL),
                            new IkeInput.RekeyIkeSa(Settings.TUNNEL))) {
                int before = network.sent().size();
                network.input(gateway, rekey);
                network.runFor(SOON);
                Agreement.assertOneOfEach(network);
                long followups =
                        network.sent().stream()
                                .skip(before)
                                .filter(t -> Messages.isRequest(t, ExchangeType.IKE_FOLLOWUP_KE))
                                .map(t -> Messages.header(t).messageId())
                                .distinct()
                                .count();
                assertEquals(1, followups, rekey.toString());
                expected++;
            }
        }
        assertEquals(4, expected);
        assertEquals(0, network.packetsLost());
        IkeTunnelStatus status = network.east().status(network.nowNanos());
        assertEquals(2, status.ike().orElseThrow().rekeys());
        assertEquals(2, status.child().orElseThrow().rekeys());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void crossingRekeysPartAndLoseNothing(long seed) {
        network = between(HYBRID, HYBRID, ESP_HYBRID, seed);
        up();
        network.startTraffic();
        for (int i = 0; i < 6; i++) {
            network.input(
                    network.east(),
                    (seed + i) % 3 == 0
                            ? new IkeInput.RekeyIkeSa(Settings.TUNNEL)
                            : new IkeInput.RekeyChildSa(Settings.TUNNEL));
            network.runFor(Duration.ofMillis(3 * (seed - 1)));
            network.input(
                    network.west(),
                    i % 2 == 0
                            ? new IkeInput.RekeyChildSa(Settings.TUNNEL)
                            : new IkeInput.RekeyIkeSa(Settings.TUNNEL));
            network.runFor(Duration.ofSeconds(20));
        }
        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(1));
        Agreement.assertOneOfEach(network);
        assertEquals(0, network.packetsLost());
    }

    @Test
    void followUpOfNothingIsAnsweredSo() {
        up();
        Impersonator east = new Impersonator(network.east(), network.nowNanos());
        IkeAction.Transmit answer =
                east.request(
                                network.west(),
                                ExchangeType.IKE_FOLLOWUP_KE,
                                3,
                                new KePayload(36, Octets.copyOf(new byte[1184])),
                                NotifyPayload.of(
                                        NotifyType.ADDITIONAL_KEY_EXCHANGE,
                                        Octets.copyOf(new byte[16])))
                        .getFirst();
        assertEquals(
                List.of(NotifyPayload.of(NotifyType.STATE_NOT_FOUND)),
                east.open(answer).payloads());
        assertEquals(1, network.west().ikeSas().size());
    }

    @Test
    void followUpWithABadValueEndsTheIkeSaAndATunnelComesBack() {
        up();
        HeldMessages messages = new HeldMessages(network);
        network.input(network.east(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        int spis = network.west().inbound().size();
        messages.deliverFrom(network.east());
        Impersonator east = new Impersonator(network.east(), network.nowNanos());
        NotifyPayload link =
                east.open(network.sent().getLast())
                        .notify(NotifyType.ADDITIONAL_KEY_EXCHANGE)
                        .orElseThrow();
        int id = Messages.header(network.sent().getLast()).messageId() + 1;
        IkeAction.Transmit answer =
                east.request(
                                network.west(),
                                ExchangeType.IKE_FOLLOWUP_KE,
                                id,
                                new KePayload(36, Octets.copyOf(new byte[7])),
                                link)
                        .getFirst();
        assertTrue(east.open(answer).notify(NotifyType.INVALID_SYNTAX).isPresent());
        assertFalse(network.west().inbound().size() > spis);
        messages.release();
        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(2));
        Agreement.assertOneOfEach(network);
    }
}
