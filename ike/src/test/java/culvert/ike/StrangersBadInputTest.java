package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.KePayload;
import culvert.ike.message.MalformedPayload;
import culvert.ike.message.MessageEncoder;
import culvert.ike.message.NoncePayload;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload.Side;
import culvert.ike.message.RawMessage;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bad input that nobody vouches for, in the peer's name and from its address. It leaves no trace:
 * two networks of one seed, one of which got all of it, say the same octets ever after. So it
 * changed no state, and not even a random number was drawn for it.
 */
class StrangersBadInputTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final int SK = 46;
    private static final int SKF = 53;

    /** How far the attempt of the eastern gateway has come when the bad input arrives. */
    enum Progress {
        NOTHING(-1),
        INIT_SENT(0),
        INIT_ANSWERED(1),
        AUTH_SENT(2),
        ESTABLISHED(4);

        private final int delivered;

        Progress(int delivered) {
            this.delivered = delivered;
        }
    }

    /** A network that stands still at that point, with what is under way. */
    private record Scene(SimulatedNetwork network, HeldMessages held) {
        static Scene at(Progress progress) {
            SimulatedNetwork network =
                    new SimulatedNetwork(
                            Settings.east().build(), Settings.west().respond().build(), 37);
            HeldMessages held = new HeldMessages(network);
            network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
            if (progress != Progress.NOTHING) {
                network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
            }
            for (int i = 0; i < progress.delivered; i++) {
                held.deliver(0);
            }
            return new Scene(network, held);
        }

        /** The SPIs that each end knows; zero for what there is not. */
        IkeSpi initiatorSpi() {
            return network.east().ikeSas().isEmpty()
                    ? new IkeSpi(77)
                    : network.east().ikeSas().getFirst().channel().spi();
        }

        IkeSpi responderSpi() {
            return network.west().ikeSas().isEmpty()
                    ? IkeSpi.NONE
                    : network.west().ikeSas().getFirst().channel().spi();
        }

        /** Goes on until the tunnel is up, and has been rekeyed by both ends. */
        List<Octets> restOfTheStory() {
            network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
            held.release();
            network.runUntil(Agreement::isOneOfEach, SOON);
            network.input(network.east(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
            network.runFor(SOON);
            network.input(network.west(), new IkeInput.RekeyIkeSa(Settings.TUNNEL));
            network.runFor(SOON);
            Agreement.assertOneOfEach(network);
            return network.sent().stream().map(t -> Octets.copyOf(t.message())).toList();
        }
    }

    private static final IkeSaKeys OTHER_KEYS = keysOfAnotherTunnel();

    private static IkeSaKeys keysOfAnotherTunnel() {
        SimulatedNetwork other =
                new SimulatedNetwork(
                        Settings.east().build(), Settings.west().respond().build(), 41);
        other.up();
        other.runUntil(Agreement::isOneOfEach, SOON);
        return other.west().ikeSas().getFirst().channel().keys();
    }

    /** The same lie in every place where somebody without the keys can put it. */
    private static List<byte[]> forgeries(RawMessage lie, Scene scene, boolean toEast) {
        IkeSpi initiator = scene.initiatorSpi();
        IkeSpi responder = scene.responderSpi();
        Side sender = toEast ? Side.RESPONDER : Side.INITIATOR;
        List<byte[]> forgeries = new ArrayList<>();
        if (toEast) {
            forgeries.add(
                    lie.message(header(initiator, responder, ExchangeType.IKE_SA_INIT, 0, true)));
        } else {
            forgeries.add(
                    lie.message(
                            new IkeHeader(
                                    new IkeSpi(99),
                                    IkeSpi.NONE,
                                    ExchangeType.IKE_SA_INIT,
                                    true,
                                    false,
                                    0)));
        }
        for (int exchange = 35; exchange <= 44; exchange++) {
            for (int messageId = 0; messageId <= 2; messageId++) {
                for (boolean response : new boolean[] {false, true}) {
                    IkeHeader header =
                            new IkeHeader(
                                    initiator, responder, exchange, !toEast, response, messageId);
                    forgeries.add(lie.message(header));
                    forgeries.add(
                            lie.sealed(
                                    header, OTHER_KEYS.cipher(sender, new DeterministicRandom(5))));
                }
            }
        }
        return forgeries;
    }

    private static IkeHeader header(
            IkeSpi initiator, IkeSpi responder, int exchange, int messageId, boolean response) {
        return new IkeHeader(initiator, responder, exchange, !response, response, messageId);
    }

    /** Lies about SK itself: empty, an IV only, nested, twice, fragments of all numbers. */
    private static List<RawMessage> frames() {
        List<RawMessage> frames = new ArrayList<>();
        for (int lengthBytes : new int[] {0, 1, 7, 8, 15, 16, 23, 24, 25, 40, 64, 60_000}) {
            frames.add(RawMessage.startingWith(SK).payload(0, new byte[lengthBytes]));
            frames.add(RawMessage.startingWith(SKF).payload(0, new byte[lengthBytes]));
        }
        frames.add(RawMessage.startingWith(SK).payload(SK, new byte[64]).payload(0, new byte[64]));
        frames.add(RawMessage.startingWith(SK).payload(SKF, new byte[64]).payload(0, new byte[64]));
        for (String numbers :
                List.of("00000001", "00020001", "00010000", "0001ffff", "ffffffff", "00010002")) {
            frames.add(RawMessage.startingWith(SKF).payload(0, numbers + "00".repeat(64)));
        }
        RawMessage many = RawMessage.startingWith(200);
        for (int i = 1; i <= 15_000; i++) {
            many.payload(i < 15_000 ? 200 : 0, new byte[0]);
        }
        frames.add(many);
        frames.add(RawMessage.startingWith(200).payload(0, 0x80, 4, new byte[0]));
        return frames;
    }

    private static List<IkeAction.Transmit> receive(
            SimulatedNetwork network, boolean toEast, byte[] message) {
        boolean onInitPort = message[18] == ExchangeType.IKE_SA_INIT;
        int port = onInitPort ? 500 : 4500;
        return (toEast ? network.east() : network.west())
                .handle(
                        new IkeInput.DatagramReceived(
                                new InetSocketAddress(toEast ? Settings.EAST : Settings.WEST, port),
                                new InetSocketAddress(toEast ? Settings.WEST : Settings.EAST, port),
                                message),
                        network.nowNanos());
    }

    @ParameterizedTest
    @EnumSource(Progress.class)
    void leavesNoTrace(Progress progress) {
        Scene attacked = Scene.at(progress);
        List<RawMessage> lies = new ArrayList<>(frames());
        MalformedPayload.all().map(MalformedPayload::alone).forEach(lies::add);
        long messages = 0;
        long beforeNanos = System.nanoTime();
        for (RawMessage lie : lies) {
            for (boolean toEast : new boolean[] {true, false}) {
                for (byte[] message : forgeries(lie, attacked, toEast)) {
                    messages++;
                    assertEquals(List.of(), receive(attacked.network, toEast, message));
                }
            }
        }
        long eachNanos = (System.nanoTime() - beforeNanos) / messages;
        assertTrue(eachNanos < 20_000_000, () -> eachNanos + " ns for a message");

        assertEquals(Scene.at(progress).restOfTheStory(), attacked.restOfTheStory());
        assertEquals(0, attacked.network.east().count(IkeCounter.INTERNAL_ERRORS));
        assertEquals(0, attacked.network.west().count(IkeCounter.INTERNAL_ERRORS));
    }

    /** Lengths are what a public value shows before it is computed with. */
    @ParameterizedTest
    @ValueSource(ints = {1, 31, 33, 64, 1024, 60_000})
    void publicValueOfAnotherLengthBeginsNothing(int lengthBytes) {
        Scene attacked = Scene.at(Progress.NOTHING);
        assertEquals(
                List.of(),
                receive(attacked.network, false, firstMessage(lengthBytes, new IkeSpi(99))));
        assertEquals(0, attacked.network.west().ikeSas().size());
        assertEquals(1, attacked.network.west().count(IkeCounter.DROPPED_MALFORMED));
        assertEquals(Scene.at(Progress.NOTHING).restOfTheStory(), attacked.restOfTheStory());
    }

    private static byte[] firstMessage(int publicValueBytes, IkeSpi spi) {
        return MessageEncoder.encode(
                header(spi, IkeSpi.NONE, ExchangeType.IKE_SA_INIT, 0, false),
                List.of(
                        IkeProposals.offer(Settings.east().build().ikeProposals(), Octets.EMPTY),
                        new KePayload(31, Octets.copyOf(new byte[publicValueBytes])),
                        new NoncePayload(Octets.copyOf(new byte[32]))));
    }

    /** Another first message under the SPI of an IKE SA that is half-open. */
    @Test
    void spiOfAHalfOpenSaIsNotTakenOver() {
        Scene attacked = Scene.at(Progress.INIT_ANSWERED);
        assertEquals(
                List.of(),
                receive(attacked.network, false, firstMessage(32, attacked.initiatorSpi())));
        assertEquals(1, attacked.network.west().ikeSas().size());
        assertEquals(Scene.at(Progress.INIT_ANSWERED).restOfTheStory(), attacked.restOfTheStory());
    }

    /** Under the SPI of one that stands it is only another stranger's beginning. */
    @Test
    void spiOfAnEstablishedSaIsNotTakenOver() {
        Scene attacked = Scene.at(Progress.ESTABLISHED);
        IkeSa established = attacked.network.west().ikeSas().getFirst();
        receive(attacked.network, false, firstMessage(32, attacked.initiatorSpi()));
        assertEquals(established, attacked.network.west().ikeSas().getFirst());
        assertEquals(IkeSa.State.ESTABLISHED, established.state());
        attacked.held.release();
        attacked.network.runFor(Duration.ofMinutes(1));
        Agreement.assertOneOfEach(attacked.network);
    }

    /** Anyone on the way can repeat what the peer said; the answer lies ready. */
    @ParameterizedTest
    @CsvSource({"INIT_ANSWERED, 0", "ESTABLISHED, 2"})
    void stormOfRepetitionsIsAnsweredFromTheCacheAlone(Progress progress, int request) {
        Scene attacked = Scene.at(progress);
        byte[] message = attacked.network.sent().get(request).message();
        byte[] answer = attacked.network.sent().get(request + 1).message();
        for (int i = 0; i < 1 << 16; i++) {
            List<IkeAction.Transmit> answers = receive(attacked.network, false, message);
            assertEquals(1, answers.size());
            assertArrayEquals(answer, answers.getFirst().message());
        }
        assertEquals(1 << 16, attacked.network.west().count(IkeCounter.RETRANSMITS_ANSWERED));
        assertEquals(Scene.at(progress).restOfTheStory(), attacked.restOfTheStory());
    }
}
