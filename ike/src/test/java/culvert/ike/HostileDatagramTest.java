package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.DeletePayload;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.MessageDecoder;
import culvert.ike.message.MessageEncoder;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.ProtocolId;
import culvert.ike.message.UnknownPayload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever strangers send: the tunnel stays, the log stays empty, and a counter says it. */
class HostileDatagramTest {
    private static final InetAddress STRANGER = InetAddress.ofLiteral("192.0.2.66");

    private final SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 19);

    @BeforeEach
    void up() {
        network.up();
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
    }

    private List<IkeAction.Transmit> toEast(InetAddress from, byte[] message) {
        return network.east()
                .handle(
                        new IkeInput.DatagramReceived(
                                new InetSocketAddress(Settings.EAST, 4500),
                                new InetSocketAddress(from, 4500),
                                message),
                        network.nowNanos());
    }

    private void assertUnharmed() {
        Agreement.assertOneOfEach(network);
        network.input(network.east(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(10));
        Agreement.assertOneOfEach(network);
        assertTrue(
                network.east().events().stream()
                        .allMatch(event -> event.severity() == IkeEvent.Severity.INFO),
                network.east()::log);
        assertEquals(0, network.east().count(IkeCounter.INTERNAL_ERRORS));
    }

    @Test
    void randomOctetsAreDropped() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            byte[] message = new byte[random.nextInt(200)];
            random.nextBytes(message);
            assertEquals(List.of(), toEast(Settings.WEST, message));
        }
        assertUnharmed();
    }

    @Test
    void everyBitFlipOfEveryRecordedMessageIsHarmless() {
        network.input(network.east(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(10));
        network.input(network.west(), new IkeInput.RekeyIkeSa(Settings.TUNNEL));
        network.runFor(Duration.ofSeconds(10));
        for (IkeAction.Transmit recorded : List.copyOf(network.sent())) {
            SimulatedGateway receiver =
                    recorded.remote().getAddress().equals(Settings.EAST)
                            ? network.east()
                            : network.west();
            for (int bit = 0; bit < recorded.message().length * 8; bit++) {
                byte[] message = recorded.message().clone();
                message[bit / 8] ^= (byte) (0x80 >> (bit % 8));
                receiver.handle(
                        new IkeInput.DatagramReceived(recorded.remote(), recorded.local(), message),
                        network.nowNanos());
            }
            for (int length = 0; length < recorded.message().length; length++) {
                receiver.handle(
                        new IkeInput.DatagramReceived(
                                recorded.remote(),
                                recorded.local(),
                                java.util.Arrays.copyOf(recorded.message(), length)),
                        network.nowNanos());
            }
        }
        network.runFor(Duration.ofSeconds(61));

        Agreement.assertOneOfEach(network);
        assertEquals(0, network.east().count(IkeCounter.INTERNAL_ERRORS));
        assertEquals(0, network.west().count(IkeCounter.INTERNAL_ERRORS));
        assertTrue(network.west().endpoint().ikeSas().size() <= 2);
    }

    @Test
    void everyFlippedBitWhileTheAttemptIsUnderWayOnlyDelaysIt() {
        SplittableRandom random = new SplittableRandom(2);
        for (int run = 0; run < 200; run++) {
            SimulatedNetwork fresh =
                    new SimulatedNetwork(
                            Settings.east().build(),
                            Settings.west().respond().build(),
                            random.nextLong());
            // Half of all messages are accompanied by a forged version that arrives first.
            fresh.rewrite(
                    transmit -> {
                        if (random.nextBoolean()) {
                            byte[] forged = transmit.message().clone();
                            forged[random.nextInt(forged.length)] ^=
                                    (byte) (1 << random.nextInt(8));
                            fresh.inject(
                                    transmit.remote().getAddress().equals(Settings.EAST)
                                            ? fresh.east()
                                            : fresh.west(),
                                    new IkeAction.Transmit(
                                            transmit.local(), transmit.remote(), forged));
                        }
                        return transmit;
                    });
            fresh.up();
            fresh.runFor(Duration.ofSeconds(100));
            fresh.rewrite(transmit -> transmit);
            fresh.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(5));
            assertEquals(0, fresh.east().count(IkeCounter.INTERNAL_ERRORS));
            assertEquals(0, fresh.west().count(IkeCounter.INTERNAL_ERRORS));
        }
    }

    @Test
    void replayOfAWholeConversationChangesNothing() {
        for (IkeAction.Transmit recorded : List.copyOf(network.sent())) {
            network.inject(network.east(), recorded);
            network.inject(network.west(), recorded);
        }
        network.runFor(Duration.ofSeconds(61));

        Agreement.assertOneOfEach(network);
        assertEquals(1, network.west().endpoint().ikeSas().size());
    }

    @Test
    void firstMessageFromAStrangerIsDropped() {
        byte[] first = network.sent().getFirst().message();
        List<IkeAction.Transmit> answers =
                network.west()
                        .handle(
                                new IkeInput.DatagramReceived(
                                        new InetSocketAddress(Settings.WEST, 500),
                                        new InetSocketAddress(STRANGER, 500),
                                        first),
                                network.nowNanos());

        assertEquals(List.of(), answers);
        assertEquals(1, network.west().count(IkeCounter.DROPPED_UNKNOWN_PEER));
    }

    @Test
    void unknownSpiIsDroppedWithoutAnAnswer() {
        byte[] message =
                MessageEncoder.encode(
                        new IkeHeader(
                                new IkeSpi(1),
                                new IkeSpi(2),
                                ExchangeType.INFORMATIONAL,
                                true,
                                false,
                                0),
                        List.of(new DeletePayload(ProtocolId.IKE, List.of())));

        assertEquals(List.of(), toEast(Settings.WEST, message));
        assertEquals(1, network.east().count(IkeCounter.DROPPED_UNKNOWN_SPI));
        assertUnharmed();
    }

    @Test
    void ownMessageReflectedIsDropped() {
        IkeAction.Transmit own =
                network.sent().stream()
                        .filter(t -> Messages.isRequest(t, ExchangeType.IKE_AUTH))
                        .findFirst()
                        .orElseThrow();

        assertEquals(List.of(), toEast(Settings.WEST, own.message()));
        assertEquals(1, network.east().count(IkeCounter.DROPPED_WRONG_DIRECTION));
        assertUnharmed();
    }

    @Test
    void deletionWithoutTheKeysIsDropped() {
        IkeSa sa = network.east().ikeSas().getFirst();
        byte[] message =
                MessageEncoder.encode(
                        new IkeHeader(
                                sa.channel().initiatorSpi(),
                                sa.channel().responderSpi(),
                                ExchangeType.INFORMATIONAL,
                                false,
                                false,
                                0),
                        List.of(new DeletePayload(ProtocolId.IKE, List.of())));

        assertEquals(List.of(), toEast(Settings.WEST, message));
        assertEquals(1, network.east().count(IkeCounter.DROPPED_NOT_AUTHENTIC));
        assertUnharmed();
    }

    @Test
    void responseToNothingIsDropped() {
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        for (int messageId : new int[] {0, 1, 2, 3, -1}) {
            assertEquals(
                    List.of(), west.respond(network.east(), ExchangeType.INFORMATIONAL, messageId));
        }
        assertEquals(5, network.east().count(IkeCounter.DROPPED_RESPONSE_TO_NOTHING));
        assertUnharmed();
    }

    @Test
    void responseOfAnotherExchangeIsDropped() {
        network.onlyIf(transmit -> false);
        network.input(network.east(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        west.respond(network.east(), ExchangeType.INFORMATIONAL, 2);

        assertEquals(1, network.east().count(IkeCounter.DROPPED_WRONG_EXCHANGE));
        network.loseNothing();
        network.runFor(Duration.ofSeconds(15));
        Agreement.assertOneOfEach(network);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 33, 34, 35, 38, 43, 45, 255})
    void exchangeThatDoesNotBelongIsDropped(int exchangeType) {
        Impersonator west = new Impersonator(network.west(), network.nowNanos());

        assertEquals(List.of(), west.request(network.east(), exchangeType, 0));
        assertEquals(1, network.east().count(IkeCounter.DROPPED_WRONG_EXCHANGE));
        assertUnharmed();
    }

    @Test
    void unknownCriticalPayloadFailsItsExchangeOnly() {
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        IkeAction.Transmit answer =
                west.request(
                                network.east(),
                                ExchangeType.INFORMATIONAL,
                                0,
                                new UnknownPayload(200, true, Octets.EMPTY))
                        .getFirst();

        NotifyPayload notify = west.open(answer).error().orElseThrow();
        assertEquals(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD, notify.notifyType());
        assertEquals(TunnelState.UP, network.east().state());
    }

    @Test
    void authenticButMalformedRequestEndsTheIkeSa() {
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        // CREATE_CHILD_SA without any of its payloads
        IkeAction.Transmit answer =
                west.request(network.east(), ExchangeType.CREATE_CHILD_SA, 0).getFirst();

        assertEquals(
                NotifyType.INVALID_SYNTAX, west.open(answer).error().orElseThrow().notifyType());
        assertEquals(TunnelState.CONNECTING, network.east().state());
        assertTrue(network.east().outbound().isEmpty());
    }

    @Test
    void halfOpenSaListensToItsPeerOnly() {
        SimulatedNetwork fresh =
                new SimulatedNetwork(Settings.east().build(), Settings.west().build(), 23);
        fresh.onlyIf(transmit -> false);
        fresh.up();
        byte[] first = fresh.sent().getFirst().message();
        IkeSpi spiI = MessageDecoder.peekHeader(first).orElseThrow().initiatorSpi();
        byte[] refusal =
                MessageEncoder.encode(
                        new IkeHeader(spiI, IkeSpi.NONE, ExchangeType.IKE_SA_INIT, false, true, 0),
                        List.of(NotifyPayload.of(NotifyType.NO_PROPOSAL_CHOSEN)));
        fresh.east()
                .handle(
                        new IkeInput.DatagramReceived(
                                new InetSocketAddress(Settings.EAST, 500),
                                new InetSocketAddress(STRANGER, 500),
                                refusal),
                        fresh.nowNanos());

        assertEquals(1, fresh.east().count(IkeCounter.DROPPED_WRONG_ADDRESS));
    }

    @Test
    void secondAnswerToTheFirstMessageIsDropped() {
        List<IkeAction.Transmit> first = new ArrayList<>(network.sent().subList(0, 2));
        IkeHeader header = Messages.header(first.get(1));
        byte[] other = first.get(1).message().clone();
        other[8] ^= 1;

        assertEquals(List.of(), toEast(Settings.WEST, other));
        assertEquals(ExchangeType.IKE_SA_INIT, header.exchangeType());
        assertUnharmed();
    }
}
