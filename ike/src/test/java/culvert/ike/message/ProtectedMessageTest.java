package culvert.ike.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import culvert.ike.message.Payload.Side;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The frame of SK: what stands around and before it. */
class ProtectedMessageTest {
    static final List<String> SUITES = TestKeys.SUITES;

    private static final IkeHeader HEADER =
            new IkeHeader(new IkeSpi(1), new IkeSpi(2), ExchangeType.INFORMATIONAL, true, false, 3);
    private static final List<Payload> PAYLOADS =
            List.of(NotifyPayload.of(NotifyType.TEMPORARY_FAILURE));

    private static SkCipher gcm() {
        return TestKeys.cipher(TestKeys.SUITES.getFirst(), Side.INITIATOR);
    }

    static Stream<Arguments> frames() {
        byte[] body = new byte[64];
        RawMessage manyBefore = RawMessage.startingWith(PayloadType.VENDOR_ID);
        IntStream.range(0, 64).forEach(_ -> manyBefore.payload(PayloadType.VENDOR_ID, ""));
        return Stream.of(
                arguments(RawMessage.startingWith(PayloadType.NONE), "no SK payload"),
                arguments(
                        RawMessage.startingWith(PayloadType.NONCE)
                                .payload(PayloadType.NONE, new byte[16]),
                        "no SK payload"),
                arguments(
                        RawMessage.startingWith(PayloadType.SK).payload(0, 0, 3, body),
                        "SK has the impossible length 3"),
                arguments(
                        RawMessage.startingWith(PayloadType.SK).payload(0, 0, 69, body),
                        "the message is cut short: needs 65 octets more, has 64"),
                arguments(
                        RawMessage.startingWith(PayloadType.SK).payload(0, 0, 67, body),
                        "the message is followed by 1 octets too many"),
                arguments(
                        RawMessage.startingWith(PayloadType.SK)
                                .payload(PayloadType.SK, body)
                                .payload(PayloadType.NONE, body),
                        "the message is followed by 68 octets too many"),
                arguments(
                        RawMessage.startingWith(PayloadType.SK)
                                .payload(PayloadType.NONCE, body)
                                .payload(PayloadType.NONE, new byte[16]),
                        "the message is followed by 20 octets too many"),
                arguments(
                        RawMessage.startingWith(PayloadType.SKF).payload(PayloadType.NONE, body),
                        "a fragment where SK should be"),
                arguments(
                        RawMessage.startingWith(200)
                                .payload(PayloadType.SK, RawMessage.CRITICAL, 4, new byte[0])
                                .payload(PayloadType.NONE, body),
                        "unknown payload type 200 is marked critical"),
                arguments(manyBefore, "more than 64 payloads"),
                arguments(
                        RawMessage.startingWith(PayloadType.SK).payload(PayloadType.NONE, ""),
                        "the integrity check of SK failed"),
                arguments(
                        RawMessage.startingWith(PayloadType.SK)
                                .payload(PayloadType.NONE, new byte[8]),
                        "the integrity check of SK failed"),
                arguments(
                        RawMessage.startingWith(PayloadType.SK).payload(PayloadType.NONE, body),
                        "the integrity check of SK failed"));
    }

    @ParameterizedTest
    @MethodSource("frames")
    void dropsAFrameThatIsWrongWhoeverSentIt(RawMessage message, String reason) {
        for (String suite : TestKeys.SUITES) {
            assertEquals(
                    new DecodeResult.BadUnauthenticated(reason),
                    MessageDecoder.open(message.message(), TestKeys.cipher(suite, Side.INITIATOR)));
        }
    }

    @ParameterizedTest
    @FieldSource("SUITES")
    void opensAnEmptyMessage(String suite) {
        SkCipher cipher = TestKeys.cipher(suite, Side.INITIATOR);
        byte[] datagram = MessageEncoder.seal(HEADER, List.of(), cipher);
        assertEquals(
                new DecodeResult.Ok(
                        new IkeMessage(
                                HEADER, List.of(), MessageEncoder.content(HEADER, List.of()))),
                MessageDecoder.open(datagram, cipher));
    }

    /** Our own messages must not be taken for the peer's when someone sends them back. */
    @ParameterizedTest
    @FieldSource("SUITES")
    void refusesAReflectedMessage(String suite) {
        SkCipher ours = TestKeys.cipher(suite, Side.INITIATOR);
        SkCipher theirs = TestKeys.cipher(suite, Side.RESPONDER);
        byte[] datagram = MessageEncoder.seal(HEADER, PAYLOADS, ours);
        assertEquals(
                new DecodeResult.BadUnauthenticated("the integrity check of SK failed"),
                MessageDecoder.open(datagram, theirs));
    }

    /** What stands before SK is covered by the ICV and still says nothing. */
    @ParameterizedTest
    @FieldSource("SUITES")
    void ignoresUnprotectedPayloadsBeforeSk(String suite) {
        SkCipher cipher = TestKeys.cipher(suite, Side.INITIATOR);
        byte[] before =
                RawMessage.startingWith(PayloadType.VENDOR_ID)
                        .payload(PayloadType.SK, "0102")
                        .chain();
        int skBytes = 4 + cipher.overheadBytes(0);
        byte[] head =
                ByteBuffer.allocate(IkeHeader.LENGTH_BYTES + before.length + 4)
                        .put(MessageEncoder.encode(HEADER, List.of()))
                        .put(before)
                        .put((byte) PayloadType.NONE)
                        .put((byte) 0)
                        .putShort((short) skBytes)
                        .put(HeaderCodec.NEXT_PAYLOAD_AT, (byte) PayloadType.VENDOR_ID)
                        .putInt(
                                HeaderCodec.LENGTH_AT,
                                IkeHeader.LENGTH_BYTES + before.length + skBytes)
                        .array();
        byte[] body = cipher.seal(head, new byte[0]);
        byte[] datagram =
                ByteBuffer.allocate(head.length + body.length).put(head).put(body).array();
        // RFC 9242 3.3.2 has AUTH cover it all the same.
        assertEquals(
                new DecodeResult.Ok(
                        new IkeMessage(
                                HEADER, List.of(), MessageEncoder.content(head, new byte[0]))),
                MessageDecoder.open(datagram, cipher));

        datagram[head.length - 6] ^= 1; // within the vendor ID
        assertInstanceOf(
                DecodeResult.BadUnauthenticated.class, MessageDecoder.open(datagram, cipher));
    }

    @Test
    void refusesProtectedMessagesWhereOnlyClearOnesMayCome() {
        byte[] datagram = MessageEncoder.seal(HEADER, PAYLOADS, gcm());
        assertEquals(
                new DecodeResult.BadUnauthenticated("SK where no encrypted payload may be"),
                MessageDecoder.decode(datagram));
    }

    /** The peer itself sends garbage: its ICV is good, so it is told. */
    @Test
    void answersGarbageThatThePeerSealed() {
        SkCipher cipher = gcm();
        byte[] garbage = new byte[100];
        Arrays.fill(garbage, (byte) 0xA5);
        byte[] datagram = RawMessage.startingWith(PayloadType.NOTIFY).raw(garbage).sealed(cipher);
        var bad =
                assertInstanceOf(
                        DecodeResult.BadButAuthentic.class, MessageDecoder.open(datagram, cipher));
        assertEquals(NotifyPayload.of(NotifyType.INVALID_SYNTAX), bad.answer());
    }

    @Test
    void answersAMessageWhoseSkSaysThatItIsEmptyAndIsNot() {
        SkCipher cipher = gcm();
        byte[] datagram = RawMessage.startingWith(PayloadType.NONE).raw(new byte[4]).sealed(cipher);
        var bad =
                assertInstanceOf(
                        DecodeResult.BadButAuthentic.class, MessageDecoder.open(datagram, cipher));
        assertEquals("the content of SK is followed by 4 octets too many", bad.reason());
    }

    @Test
    void refusesToSealMoreThanADatagramHolds() {
        List<Payload> huge =
                List.of(
                        new VendorIdPayload(Octets.copyOf(new byte[40_000])),
                        new VendorIdPayload(Octets.copyOf(new byte[25_500])));
        assertThrows(
                IllegalArgumentException.class, () -> MessageEncoder.seal(HEADER, huge, gcm()));
    }
}
