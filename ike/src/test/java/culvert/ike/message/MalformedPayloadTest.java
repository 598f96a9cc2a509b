package culvert.ike.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import culvert.ike.message.Payload.Side;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Payloads that lie, each sent in the clear and inside SK: a stranger is dropped, the peer is told
 * INVALID_SYNTAX, both for the same reason.
 */
class MalformedPayloadTest {
    @ParameterizedTest
    @MethodSource("culvert.ike.message.MalformedPayload#all")
    void isDroppedFromAStrangerAndAnsweredToThePeer(MalformedPayload payload) {
        RawMessage message = payload.alone();

        assertEquals(
                new DecodeResult.BadUnauthenticated(payload.reason()),
                MessageDecoder.decode(message.message()));

        SkCipher cipher = TestKeys.cipher(TestKeys.SUITES.getFirst(), Side.INITIATOR);
        var bad =
                assertInstanceOf(
                        DecodeResult.BadButAuthentic.class,
                        MessageDecoder.open(message.sealed(cipher), cipher));
        assertEquals(payload.reason(), bad.reason());
        assertEquals(NotifyPayload.of(NotifyType.INVALID_SYNTAX), bad.answer());
        assertEquals(7, bad.header().messageId());
    }
}
