package culvert.ike.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.Payload.Side;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Encrypted Fragment payloads, good and bad (RFC 7383 2.5, 2.6). */
class ReassemblyTest {
    private static final String GCM = TestKeys.SUITES.getFirst();
    private static final IkeHeader HEADER =
            new IkeHeader(new IkeSpi(1), new IkeSpi(2), ExchangeType.INFORMATIONAL, true, false, 7);

    private final Reassembly reassembly = new Reassembly();

    static List<String> suites() {
        return TestKeys.SUITES;
    }

    private static List<Payload> payloads(int lengthBytes) {
        return List.of(
                new VendorIdPayload(Octets.copyOf(new byte[lengthBytes])),
                NotifyPayload.of(NotifyType.INITIAL_CONTACT));
    }

    private static List<byte[]> fragments(String suite, int maxBytes, int lengthBytes) {
        return MessageEncoder.sealWithin(
                maxBytes, HEADER, payloads(lengthBytes), TestKeys.cipher(suite, Side.INITIATOR));
    }

    private DecodeResult open(String suite, byte[] fragment) {
        return reassembly.open(fragment, TestKeys.cipher(suite, Side.INITIATOR));
    }

    /** A fragment that says what it likes under a good ICV. */
    private static byte[] lying(int number, int total, byte[] content) {
        SkCipher cipher = TestKeys.cipher(GCM, Side.INITIATOR);
        int skfBytes = 8 + content.length + cipher.overheadBytes(content.length);
        OctetWriter out = new OctetWriter();
        HeaderCodec.encode(HEADER, PayloadType.SKF, out);
        out.setLengthI32(HeaderCodec.LENGTH_AT, IkeHeader.LENGTH_BYTES + skfBytes);
        out.u8(PayloadType.NONE).u8(0).u16(skfBytes).u16(number).u16(total);
        return out.bytes(cipher.seal(out.toByteArray(), content)).toByteArray();
    }

    @ParameterizedTest
    @MethodSource("suites")
    void everyLengthComesBackWholeAndFits(String suite) {
        for (int lengthBytes = 300; lengthBytes < 1_700; lengthBytes += 7) {
            DecodeResult result = new DecodeResult.BadUnauthenticated("nothing yet");
            List<byte[]> fragments = fragments(suite, 400, lengthBytes);
            for (byte[] fragment : fragments) {
                assertTrue(fragment.length <= 400);
                result =
                        fragments.size() == 1
                                ? MessageDecoder.open(
                                        fragment, TestKeys.cipher(suite, Side.INITIATOR))
                                : open(suite, fragment);
            }
            DecodeResult.Ok ok = assertInstanceOf(DecodeResult.Ok.class, result);
            assertEquals(payloads(lengthBytes), ok.message().payloads());
        }
    }

    @Test
    void shortMessageIsNotCut() {
        List<byte[]> whole = fragments(GCM, 1_248, 100);

        assertEquals(1, whole.size());
        assertFalse(Reassembly.isFragment(whole.getFirst()));
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "3, 2", "1, 0", "0, 0", "1, 129", "1, 65535", "65535, 65535", "65535, 1"})
    void impossibleNumbersAreDropped(int number, int total) {
        assertInstanceOf(
                DecodeResult.BadUnauthenticated.class,
                open(GCM, lying(number, total, new byte[9])));
    }

    @Test
    void everyTruncationIsDropped() {
        byte[] fragment = fragments(GCM, 400, 900).getFirst();
        for (int length = 0; length < fragment.length; length++) {
            byte[] cut = Arrays.copyOf(fragment, length);
            if (length >= IkeHeader.LENGTH_BYTES) {
                ByteBuffer.wrap(cut).putInt(HeaderCodec.LENGTH_AT, length);
            }
            assertInstanceOf(DecodeResult.BadUnauthenticated.class, open(GCM, cut));
        }
    }

    @Test
    void fewerFragmentsThanBeforeAreIgnored() {
        List<byte[]> small = fragments(GCM, 300, 900);
        List<byte[]> large = fragments(GCM, 600, 900);
        open(GCM, small.getFirst());
        for (byte[] fragment : large) {
            assertInstanceOf(DecodeResult.NeedMoreFragments.class, open(GCM, fragment));
        }
        DecodeResult result = open(GCM, small.get(1));
        for (byte[] fragment : small.subList(2, small.size())) {
            result = open(GCM, fragment);
        }
        assertInstanceOf(DecodeResult.Ok.class, result);
    }

    @Test
    void ofTwoVersionsOfAFragmentTheFirstCounts() {
        List<byte[]> fragments = fragments(GCM, 400, 900);
        assertInstanceOf(DecodeResult.NeedMoreFragments.class, open(GCM, fragments.getFirst()));
        assertInstanceOf(
                DecodeResult.NeedMoreFragments.class,
                open(GCM, lying(1, fragments.size(), new byte[300])));
        DecodeResult result = open(GCM, fragments.get(1));
        for (byte[] fragment : fragments.subList(2, fragments.size())) {
            result = open(GCM, fragment);
        }
        assertEquals(
                payloads(900),
                assertInstanceOf(DecodeResult.Ok.class, result).message().payloads());
    }

    /** RFC 7296 2.3: the window is one request, so the newer message ID is the one that counts. */
    @Test
    void partsOfTwoMessagesAreNeverMixed() {
        List<byte[]> fragments = fragments(GCM, 400, 900);
        IkeHeader other =
                new IkeHeader(
                        new IkeSpi(1), new IkeSpi(2), ExchangeType.INFORMATIONAL, true, false, 8);
        List<byte[]> others =
                MessageEncoder.sealWithin(
                        400, other, payloads(901), TestKeys.cipher(GCM, Side.INITIATOR));
        assertEquals(fragments.size(), others.size());
        for (int i = 0; i < fragments.size(); i++) {
            assertInstanceOf(DecodeResult.NeedMoreFragments.class, open(GCM, fragments.get(i)));
            if (i < fragments.size() - 1) {
                assertInstanceOf(DecodeResult.NeedMoreFragments.class, open(GCM, others.get(i)));
            }
        }
        DecodeResult result = open(GCM, others.getFirst());
        for (byte[] fragment : others.subList(1, others.size())) {
            result = open(GCM, fragment);
        }
        DecodeResult.Ok ok = assertInstanceOf(DecodeResult.Ok.class, result);
        assertEquals(8, ok.message().header().messageId());
        assertEquals(payloads(901), ok.message().payloads());
    }

    /** RFC 7383 2.5: the first fragment alone says what the content begins with. */
    @Test
    void firstFragmentThatNamesNoPayloadIsAnswered() {
        open(GCM, lying(1, 2, new byte[] {0, 0, 0, 4}));
        DecodeResult.BadButAuthentic bad =
                assertInstanceOf(
                        DecodeResult.BadButAuthentic.class,
                        open(GCM, lying(2, 2, new byte[] {0, 0, 0, 4})));
        assertEquals(NotifyPayload.of(NotifyType.INVALID_SYNTAX), bad.answer());
    }

    @Test
    void whatFollowsTheFragmentInItsMessageSpoilsIt() {
        byte[] fragment = fragments(GCM, 400, 900).getFirst();
        for (int type : new int[] {PayloadType.SK, PayloadType.SKF, PayloadType.NOTIFY}) {
            byte[] more = Arrays.copyOf(fragment, fragment.length + 8);
            more[IkeHeader.LENGTH_BYTES] = (byte) type;
            more[more.length - 5] = 8;
            ByteBuffer.wrap(more).putInt(HeaderCodec.LENGTH_AT, more.length);
            assertInstanceOf(DecodeResult.BadUnauthenticated.class, open(GCM, more));
        }
    }

    @Test
    void moreThanAMessageCanHoldIsNeverComplete() {
        for (int number = 1; number <= 128; number++) {
            assertInstanceOf(
                    DecodeResult.NeedMoreFragments.class,
                    open(GCM, lying(number, 128, new byte[1_000])));
        }
    }

    @Test
    void garbageUnderGoodIcvsIsAuthentic() {
        open(GCM, lying(2, 2, new byte[] {1, 2, 3}));

        assertInstanceOf(
                DecodeResult.BadButAuthentic.class, open(GCM, lying(1, 2, new byte[] {1})));
    }
}
