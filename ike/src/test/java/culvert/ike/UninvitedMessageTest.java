package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.message.AuthPayload;
import culvert.ike.message.ConfigurationPayload;
import culvert.ike.message.DecodeResult;
import culvert.ike.message.EapPayload;
import culvert.ike.message.ExchangeType;
import culvert.ike.message.IkeHeader;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.IkeSpi;
import culvert.ike.message.MessageDecoder;
import culvert.ike.message.MessageEncoder;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload;
import culvert.ike.message.Payload.Side;
import culvert.ike.message.ProtocolId;
import culvert.ike.message.UnknownPayload;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages and payloads that are well made and come when, where or from whom they may not. */
class UninvitedMessageTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final SimulatedNetwork network =
            new SimulatedNetwork(Settings.east().build(), Settings.west().respond().build(), 29);

    /** The header's octets: SPIr 8-15, exchange type 18, flags 19, message ID 20-23. */
    @ParameterizedTest
    @CsvSource({
        "15, 9", // SPIr
        "18, 0",
        "18, 33",
        "18, 35",
        "18, 36",
        "18, 37",
        "18, 43",
        "18, 255",
        "19, 0x00", // the responder asks
        "19, 0x28", // the initiator answers
        "23, 1", // message ID 1
    })
    void whatIsNearlyAFirstMessageBeginsNothing(int offset, String value) {
        network.input(network.west(), new IkeInput.TunnelUp(Settings.TUNNEL));
        IkeInput.DatagramReceived first = FirstMessages.of(Settings.EAST, 7);
        byte[] message = first.message().clone();
        message[offset] = Integer.decode(value).byteValue();

        assertEquals(
                List.of(),
                network.west()
                        .handle(
                                new IkeInput.DatagramReceived(
                                        first.local(), first.remote(), message),
                                network.nowNanos()));
        assertEquals(0, network.west().endpoint().ikeSas().size());
        assertEquals(1, network.west().count(IkeCounter.DROPPED_UNKNOWN_SPI));
    }

    /** With the keys of some other IKE SA, as far as they matter. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void protectedMessagesBeforeThereAreKeysAreDropped(boolean response) {
        SimulatedNetwork other =
                new SimulatedNetwork(
                        Settings.east().build(), Settings.west().respond().build(), 31);
        other.up();
        other.runUntil(Agreement::isOneOfEach, SOON);
        IkeSaKeys keys = other.west().ikeSas().getFirst().channel().keys();
        network.onlyIf(transmit -> false);
        network.up();
        IkeSpi ours = network.east().ikeSas().getFirst().channel().spi();
        for (int exchangeType : new int[] {34, 35, 36, 37, 43, 44}) {
            byte[] message =
                    MessageEncoder.seal(
                            new IkeHeader(ours, new IkeSpi(9), exchangeType, false, response, 0),
                            List.of(),
                            keys.cipher(Side.RESPONDER, new DeterministicRandom(1)));
            assertEquals(
                    List.of(),
                    network.east()
                            .handle(
                                    new IkeInput.DatagramReceived(
                                            new InetSocketAddress(Settings.EAST, 500),
                                            new InetSocketAddress(Settings.WEST, 500),
                                            message),
                                    network.nowNanos()));
        }

        assertEquals(IkeSa.State.INIT_SENT, network.east().ikeSas().getFirst().state());
        // A protected answer to IKE_SA_INIT is read, and is none.
        assertEquals(response ? 1 : 0, network.east().count(IkeCounter.DROPPED_MALFORMED));
        assertEquals(response ? 5 : 6, network.east().count(IkeCounter.DROPPED_WRONG_EXCHANGE));
        network.loseNothing();
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    @Test
    void otherExchangesBeforeIkeAuthAreDropped() {
        // IKE_SA_INIT -->               <-- {SA, KE, N}
        // INFORMATIONAL, CREATE_CHILD_SA, IKE_INTERMEDIATE, IKE_FOLLOWUP_KE -->
        // IKE_AUTH -->                  <-- IKE_AUTH
        HeldMessages messages = new HeldMessages(network);
        network.up();
        messages.deliver(0);
        messages.deliver(0);
        Impersonator east = new Impersonator(network.east(), network.nowNanos());
        for (int exchangeType : new int[] {36, 37, 43, 44, 0, 33, 255}) {
            assertEquals(List.of(), east.request(network.west(), exchangeType, 1));
        }

        assertEquals(7, network.west().count(IkeCounter.DROPPED_WRONG_EXCHANGE));
        messages.release();
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    @Test
    void uninvitedPayloadsInIkeAuthAreNotAnswered() {
        // IKE_AUTH {..., CP, EAP, and one that nobody knows} -->   <-- {IDr, AUTH, SA, TSi, TSr}
        HeldMessages messages = new HeldMessages(network);
        network.up();
        messages.deliver(0);
        messages.deliver(0);
        Impersonator east = new Impersonator(network.east(), network.nowNanos());
        List<Payload> payloads = new ArrayList<>(opened(network.sent().getLast()).payloads());
        payloads.add(new ConfigurationPayload(Octets.ofHex("01000000")));
        payloads.add(new EapPayload(Octets.ofHex("01010004")));
        payloads.add(new UnknownPayload(200, false, Octets.ofHex("00")));
        IkeAction.Transmit answer =
                east.request(
                                network.west(),
                                ExchangeType.IKE_AUTH,
                                1,
                                payloads.toArray(Payload[]::new))
                        .getFirst();

        IkeMessage said = east.open(answer);
        assertTrue(said.first(AuthPayload.class).isPresent());
        assertEquals(Optional.empty(), said.first(ConfigurationPayload.class));
        assertEquals(Optional.empty(), said.first(EapPayload.class));
        network.inject(network.east(), answer);
        Agreement.assertOneOfEach(network);
    }

    /** With the keys of the eastern gateway, which sent it. */
    private IkeMessage opened(IkeAction.Transmit transmit) {
        IkeSaKeys keys = network.east().ikeSas().getFirst().channel().keys();
        return ((DecodeResult.Ok)
                        MessageDecoder.open(
                                transmit.message(),
                                keys.cipher(Side.INITIATOR, new DeterministicRandom(1))))
                .message();
    }

    private static NotifyPayload rekeyOf(Octets spi) {
        return new NotifyPayload(ProtocolId.ESP, spi, NotifyType.REKEY_SA, Octets.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void childNamedByTheOtherDirectionOrByNothingIsNotFound(boolean otherDirection) {
        // {N(REKEY_SA, the SPI that we receive on)} -->   <-- {N(CHILD_SA_NOT_FOUND)}
        network.up();
        network.runUntil(Agreement::isOneOfEach, SOON);
        Octets spi =
                otherDirection
                        ? Octets.ofInt(network.east().inbound().keySet().iterator().next().value())
                        : Octets.ofHex("01020304");
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        List<IkeAction.Transmit> answers =
                west.request(network.east(), ExchangeType.CREATE_CHILD_SA, 0, rekeyOf(spi));

        assertEquals(
                List.of(
                        new NotifyPayload(
                                ProtocolId.ESP, spi, NotifyType.CHILD_SA_NOT_FOUND, Octets.EMPTY)),
                west.open(answers.getFirst()).payloads());
        Agreement.assertOneOfEach(network);
    }

    @Test
    void rekeyOnAnIkeSaThatIsBeingDeletedIsPutOff() {
        // {D(IKE)} -->   <-- {N(REKEY_SA), ...}
        //                {N(TEMPORARY_FAILURE)} -->
        network.up();
        network.runUntil(Agreement::isOneOfEach, SOON);
        Octets spi = Octets.ofInt(network.east().outbound().orElseThrow().sa().spi().value());
        Impersonator west = new Impersonator(network.west(), network.nowNanos());
        network.onlyIf(transmit -> false);
        network.input(network.east(), new IkeInput.TunnelDown(Settings.TUNNEL));
        List<IkeAction.Transmit> answers =
                west.request(network.east(), ExchangeType.CREATE_CHILD_SA, 0, rekeyOf(spi));

        assertEquals(
                List.of(NotifyPayload.of(NotifyType.TEMPORARY_FAILURE)),
                west.open(answers.getFirst()).payloads());
        assertEquals(IkeSa.State.DELETING, network.east().ikeSas().getFirst().state());
        assertTrue(network.east().inbound().isEmpty());
    }
}
