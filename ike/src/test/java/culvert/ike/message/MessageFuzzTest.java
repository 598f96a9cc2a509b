package culvert.ike.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import culvert.ike.message.Payload.Side;
import java.util.Arrays;

/**
 * Any octets, to every way in. As plain tests these run over the corpora in the resources; {@code
 * JAZZER_FUZZ=1} and {@code -Dtest=MessageFuzzTest#NAME} search for more.
 */
class MessageFuzzTest {
    /** Header and payload decoder: whatever was read can be written and read again. */
    @FuzzTest(maxDuration = "5m")
    void messageInTheClear(byte[] datagram) {
        MessageDecoder.peekHeader(datagram);
        if (MessageDecoder.decode(datagram) instanceof DecodeResult.Ok ok && isWritable(ok)) {
            IkeMessage message = ok.message();
            byte[] again = MessageEncoder.encode(message.header(), message.payloads());
            assertEquals(ok, MessageDecoder.decode(again));
        }
    }

    /** Behind a good ICV: the content of SK, as the peer itself may send it. */
    @FuzzTest(maxDuration = "5m")
    void contentOfSk(byte[] input) {
        if (input.length == 0) {
            return;
        }
        SkCipher cipher =
                TestKeys.cipher(
                        TestKeys.SUITES.get((input[0] & 0xFF) % TestKeys.SUITES.size()),
                        Side.INITIATOR);
        byte[] plaintext = Arrays.copyOfRange(input, 1, input.length);
        MessageDecoder.open(sealed(input[0], plaintext, cipher), cipher);
    }

    /** Without one: SK and SKF with a known key, cut and changed. */
    @FuzzTest(maxDuration = "5m")
    void protectedMessage(byte[] datagram) {
        for (String suite : TestKeys.SUITES) {
            SkCipher cipher = TestKeys.cipher(suite, Side.RESPONDER);
            MessageDecoder.open(datagram, cipher);
            if (Reassembly.isFragment(datagram)) {
                Reassembly.isFirstFragment(datagram);
                new Reassembly().open(datagram, cipher);
            }
        }
    }

    /** Authentic fragments with any numbers, in any order: number, total, type, length, octets. */
    @FuzzTest(maxDuration = "5m")
    void fragments(byte[] input) {
        SkCipher cipher = TestKeys.cipher(TestKeys.SUITES.getFirst(), Side.INITIATOR);
        Reassembly reassembly = new Reassembly();
        int at = 0;
        while (at + 5 <= input.length) {
            int lengthBytes = Math.min(input[at + 4] & 0xFF, input.length - at - 5);
            byte[] content = Arrays.copyOfRange(input, at + 5, at + 5 + lengthBytes);
            byte[] fragment =
                    fragment(
                            input[at],
                            input[at + 1],
                            input[at + 2],
                            input[at + 3],
                            content,
                            cipher);
            reassembly.open(fragment, cipher);
            at += 5 + lengthBytes;
        }
    }

    private static IkeHeader header(int messageId) {
        return new IkeHeader(new IkeSpi(1), new IkeSpi(2), 37, true, false, messageId);
    }

    private static byte[] sealed(int firstType, byte[] plaintext, SkCipher cipher) {
        OctetWriter out = new OctetWriter();
        HeaderCodec.encode(header(0), PayloadType.SK, out);
        int skBytes = 4 + plaintext.length + cipher.overheadBytes(plaintext.length);
        out.u8(firstType & 0xFF).u8(0).u16(Math.min(skBytes, 0xFFFF));
        out.setLengthI32(HeaderCodec.LENGTH_AT, out.length() - 4 + skBytes);
        return out.bytes(cipher.seal(out.toByteArray(), plaintext)).toByteArray();
    }

    private static byte[] fragment(
            byte messageId,
            byte number,
            byte total,
            byte firstType,
            byte[] content,
            SkCipher cipher) {
        OctetWriter out = new OctetWriter();
        HeaderCodec.encode(header(messageId), PayloadType.SKF, out);
        int skfBytes = 8 + content.length + cipher.overheadBytes(content.length);
        out.u8(firstType & 0xFF).u8(0).u16(skfBytes).u16(number & 0xFF).u16(total & 0xFF);
        out.setLengthI32(HeaderCodec.LENGTH_AT, out.length() - 8 + skfBytes);
        return out.bytes(cipher.seal(out.toByteArray(), content)).toByteArray();
    }

    /** What cannot be written is what a peer may offer and nobody chooses. */
    private static boolean isWritable(DecodeResult.Ok ok) {
        return ok.message()
                        .all(SaPayload.class)
                        .flatMap(sa -> sa.proposals().stream())
                        .flatMap(proposal -> proposal.transforms().stream())
                        .noneMatch(Transform::unknownAttribute)
                // RFC 7296 2.9: selectors of unknown types are narrowed away, perhaps all of them.
                && ok.message().all(TsPayload.class).noneMatch(ts -> ts.selectors().isEmpty());
    }
}
