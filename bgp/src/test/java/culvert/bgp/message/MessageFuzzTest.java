package culvert.bgp.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import culvert.bgp.message.MessageFramer.Frame;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Any octets, to every way in. As plain tests these run over the corpora in the resources; {@code
 * JAZZER_FUZZ=1} and {@code -Dtest=MessageFuzzTest#NAME} search for more.
 */
class MessageFuzzTest {
    private static final int LONGEST_BODY =
            MessageFramer.EXTENDED_MAXIMUM_OCTETS - MessageFramer.HEADER_OCTETS;

    /** The body of an OPEN: what was understood can be written, and is understood the same. */
    @FuzzTest(maxDuration = "5m")
    void open(byte[] body) {
        if (body.length > LONGEST_BODY) {
            return;
        }
        byte[] message = MessageEncoder.frame(MessageType.OPEN, Octets.copyOf(body));
        if (Wire.decode(message, Negotiated.NOTHING)
                instanceof DecodeResult.Decoded(Open open, List<DecodeError> tolerated)) {
            assertEquals(List.of(), tolerated);
            byte[] again = MessageEncoder.encode(open, Negotiated.NOTHING);
            assertEquals(
                    new DecodeResult.Decoded(open, List.of()),
                    Wire.decode(again, Negotiated.NOTHING));
        }
    }

    /** The kind of session in one octet, then the body of an UPDATE. */
    @FuzzTest(maxDuration = "5m")
    void update(byte[] input) {
        if (input.length == 0 || input.length - 1 > LONGEST_BODY) {
            return;
        }
        Octets body = Octets.copyOf(Arrays.copyOfRange(input, 1, input.length));
        MessagePropertyTest.check(
                MessageEncoder.frame(MessageType.UPDATE, body),
                (input[0] & 1) == 0,
                (input[0] & 2) == 0);
    }

    /**
     * The length of the pieces in one octet, then a stream: how TCP cuts it makes no difference.
     */
    @FuzzTest(maxDuration = "5m")
    void stream(byte[] input) {
        if (input.length == 0) {
            return;
        }
        byte[] octets = Arrays.copyOfRange(input, 1, input.length);
        int pieceBytes = 1 + (input[0] & 0x7F);
        boolean extended = input[0] < 0;
        assertEquals(
                frames(octets, octets.length + 1, extended), frames(octets, pieceBytes, extended));
    }

    /** The messages, decoded, and what stands behind the last of them. */
    private static List<Object> frames(byte[] octets, int pieceBytes, boolean extended) {
        MessageFramer framer = new MessageFramer(extended);
        List<Object> found = new ArrayList<>();
        for (int at = 0; at < octets.length; at += pieceBytes) {
            framer.feed(Arrays.copyOfRange(octets, at, Math.min(octets.length, at + pieceBytes)));
            Frame frame = framer.next();
            while (frame instanceof Frame.Whole whole) {
                found.add(MessageDecoder.decode(whole, Wire.EBGP));
                frame = framer.next();
            }
            if (frame instanceof Frame.Malformed) {
                found.add(frame);
                return found;
            }
        }
        return found;
    }
}
