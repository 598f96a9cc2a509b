package culvert.ike.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import culvert.ike.message.Payload.Side;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadChainTest {
    private static final int UNKNOWN = 200;
    private static final byte[] NONCE_BODY = new byte[16];

    static Stream<Arguments> chains() {
        return Stream.of(
                arguments(
                        raw(PayloadType.NONCE).raw(new byte[3]),
                        "the message is cut short: needs 4 octets more, has 3",
                        "the chain names a payload beyond the end"),
                arguments(
                        raw(PayloadType.NONCE).payload(0, 0, 3, NONCE_BODY),
                        "Nonce has the impossible length 3",
                        "shorter than its own header"),
                arguments(
                        raw(PayloadType.NONCE).payload(0, 0, 0, NONCE_BODY),
                        "Nonce has the impossible length 0",
                        "a length that would loop for ever"),
                arguments(
                        raw(PayloadType.NONCE).payload(0, 0, 21, NONCE_BODY),
                        "the message is cut short: needs 17 octets more, has 16",
                        "one octet longer than the message"),
                arguments(
                        raw(PayloadType.NONCE).payload(0, 0, 65_535, NONCE_BODY),
                        "the message is cut short: needs 65531 octets more, has 16",
                        "the greatest length"),
                arguments(
                        raw(PayloadType.NONCE)
                                .payload(PayloadType.NONE, NONCE_BODY)
                                .raw(new byte[1]),
                        "the message is followed by 1 octets too many",
                        "octets after the last payload"),
                arguments(
                        raw(PayloadType.NONCE)
                                .payload(PayloadType.NONCE, NONCE_BODY)
                                .payload(PayloadType.NONE, NONCE_BODY),
                        "Nonce occurs twice",
                        "two nonces"),
                arguments(
                        raw(PayloadType.KE)
                                .payload(PayloadType.KE, "0013 0000 01")
                                .payload(PayloadType.NONE, "0014 0000 01"),
                        "KE occurs twice",
                        "two key exchanges"),
                arguments(many(PayloadType.VENDOR_ID, 65, ""), "more than 64 payloads", "many V"),
                arguments(many(UNKNOWN, 16_000, ""), "more than 64 payloads", "64 kB of nothing"),
                arguments(
                        many(PayloadType.NOTIFY, 33, "00004000"),
                        "more than 32 notifies",
                        "many notifies"));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("chains")
    void refusesBrokenChains(RawMessage message, String reason, String what) {
        assertEquals(
                new DecodeResult.BadUnauthenticated(reason),
                MessageDecoder.decode(message.message()));

        SkCipher cipher = TestKeys.cipher(TestKeys.SUITES.getFirst(), Side.INITIATOR);
        var bad =
                assertInstanceOf(
                        DecodeResult.BadButAuthentic.class,
                        MessageDecoder.open(message.sealed(cipher), cipher));
        assertEquals(reason.replace("the message", "the content of SK"), bad.reason());
    }

    @Test
    void refusesAMessageInTheClearWithoutPayloads() {
        assertEquals(
                new DecodeResult.BadUnauthenticated("a message in the clear is empty"),
                MessageDecoder.decode(raw(PayloadType.NONE).message()));
    }

    /** RFC 7296 2.5. */
    @ParameterizedTest
    @ValueSource(ints = {1, 32, 49, 52, 54, 127, 255})
    void skipsUnknownPayloadsUnlessTheyAreCritical(int type) {
        byte[] body = {1, 2, 3};
        RawMessage harmless =
                raw(type).payload(PayloadType.NONCE, body).payload(PayloadType.NONE, NONCE_BODY);
        var ok = assertInstanceOf(DecodeResult.Ok.class, MessageDecoder.decode(harmless.message()));
        assertEquals(
                List.of(
                        new UnknownPayload(type, false, Octets.copyOf(body)),
                        new NoncePayload(Octets.copyOf(NONCE_BODY))),
                ok.message().payloads());

        RawMessage critical = raw(type).payload(PayloadType.NONE, RawMessage.CRITICAL, 7, body);
        String reason = "unknown payload type " + type + " is marked critical";
        assertEquals(
                new DecodeResult.BadUnauthenticated(reason),
                MessageDecoder.decode(critical.message()));

        SkCipher cipher = TestKeys.cipher(TestKeys.SUITES.getFirst(), Side.INITIATOR);
        var bad =
                assertInstanceOf(
                        DecodeResult.BadButAuthentic.class,
                        MessageDecoder.open(critical.sealed(cipher), cipher));
        assertEquals(
                NotifyPayload.of(
                        NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD,
                        Octets.copyOf(new byte[] {(byte) type})),
                bad.answer());
        assertEquals(reason, bad.reason());
    }

    /** RFC 7296 2.5: the bit says nothing about payloads that every implementation knows. */
    @Test
    void ignoresTheCriticalBitOfKnownPayloads() {
        byte[] message =
                raw(PayloadType.NONCE)
                        .payload(PayloadType.NONE, RawMessage.CRITICAL, 20, NONCE_BODY)
                        .message();
        assertInstanceOf(DecodeResult.Ok.class, MessageDecoder.decode(message));
    }

    private static RawMessage raw(int firstType) {
        return RawMessage.startingWith(firstType);
    }

    private static RawMessage many(int type, int count, String bodyHex) {
        RawMessage message = raw(type);
        for (int i = 1; i <= count; i++) {
            message.payload(i < count ? type : PayloadType.NONE, bodyHex);
        }
        return message;
    }
}
