package culvert.ike.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import culvert.ike.message.Payload.Side;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What holds for every message and for every run of octets. */
class MessageRoundTripTest {
    @Property(tries = 500)
    void readsBackWhatItWroteInTheClear(@ForAll long seed) {
        RandomPayloads random = new RandomPayloads(seed);
        IkeMessage message = new IkeMessage(random.header(), random.payloads());
        byte[] datagram = MessageEncoder.encode(message.header(), message.payloads());
        assertEquals(new DecodeResult.Ok(message), MessageDecoder.decode(datagram));
    }

    @Property(tries = 300)
    void readsBackWhatItSealed(@ForAll long seed, @ForAll @IntRange(max = 2) int suite) {
        RandomPayloads random = new RandomPayloads(seed);
        List<Payload> payloads = seed % 5 == 0 ? List.of() : random.payloads();
        IkeHeader header = random.header();
        IkeMessage message =
                new IkeMessage(header, payloads, MessageEncoder.content(header, payloads));
        SkCipher cipher = TestKeys.cipher(TestKeys.SUITES.get(suite), Side.RESPONDER);
        byte[] datagram = MessageEncoder.seal(message.header(), payloads, cipher);
        assertEquals(new DecodeResult.Ok(message), MessageDecoder.open(datagram, cipher));
    }

    @Property(tries = 20)
    void neverThrowsOnAMessageCutShort(@ForAll long seed) {
        byte[] message = randomMessage(seed);
        for (int length = 0; length < message.length; length++) {
            byte[] cut = Arrays.copyOf(message, length);
            assertInstanceOf(DecodeResult.BadUnauthenticated.class, MessageDecoder.decode(cut));
            // Once more with a header that does not give it away.
            assertNotNull(MessageDecoder.decode(withLength(cut)));
        }
    }

    @Property(tries = 20)
    void neverThrowsOnAMessageWithOneOctetChanged(@ForAll long seed) {
        byte[] message = randomMessage(seed);
        Random random = new Random(seed);
        for (int at = 0; at < message.length; at++) {
            byte[] changed = message.clone();
            changed[at] = (byte) random.nextInt(256);
            assertNotNull(MessageDecoder.decode(changed));
        }
    }

    @Property(tries = 2000)
    void neverThrowsOnAnyPayloads(@ForAll byte[] octets, @ForAll @IntRange(max = 60) int type) {
        RawMessage message = RawMessage.startingWith(type).raw(octets);
        assertFalse(
                MessageDecoder.decode(message.message()) instanceof DecodeResult.BadButAuthentic);
        SkCipher cipher = TestKeys.cipher(TestKeys.SUITES.getFirst(), Side.INITIATOR);
        assertNotNull(MessageDecoder.open(message.message(), cipher));
        assertNotNull(MessageDecoder.open(message.sealed(cipher), cipher));
    }

    @Property(tries = 2000)
    void neverThrowsOnAnyPayloadBody(
            @ForAll byte[] octets, @ForAll @IntRange(min = 33, max = 48) int type) {
        byte[] message = RawMessage.startingWith(type).payload(PayloadType.NONE, octets).message();
        assertFalse(MessageDecoder.decode(message) instanceof DecodeResult.BadButAuthentic);
    }

    @Property(tries = 1000)
    void neverThrowsOnAnyOctets(@ForAll byte[] octets) {
        assertInstanceOf(DecodeResult.BadUnauthenticated.class, MessageDecoder.decode(octets));
    }

    /** A sealed message protects every bit of itself. */
    @Property(tries = 12)
    void neverOpensASealedMessageWithABitChangedOrAnOctetMissing(
            @ForAll long seed, @ForAll @IntRange(max = 2) int suite) {
        RandomPayloads random = new RandomPayloads(seed);
        SkCipher cipher = TestKeys.cipher(TestKeys.SUITES.get(suite), Side.INITIATOR);
        byte[] datagram =
                MessageEncoder.seal(random.header(), random.payloads().subList(0, 1), cipher);
        for (int bit = 0; bit < datagram.length * 8; bit++) {
            byte[] changed = datagram.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertInstanceOf(
                    DecodeResult.BadUnauthenticated.class, MessageDecoder.open(changed, cipher));
        }
        for (int length = 0; length < datagram.length; length++) {
            byte[] cut = Arrays.copyOf(datagram, length);
            assertInstanceOf(
                    DecodeResult.BadUnauthenticated.class,
                    MessageDecoder.open(withLength(cut), cipher));
        }
    }

    private static byte[] randomMessage(long seed) {
        RandomPayloads random = new RandomPayloads(seed);
        return MessageEncoder.encode(random.header(), random.payloads());
    }

    /** The same octets with a header that says how many they are, if they hold a header. */
    private static byte[] withLength(byte[] octets) {
        if (octets.length >= IkeHeader.LENGTH_BYTES) {
            ByteBuffer.wrap(octets).putInt(HeaderCodec.LENGTH_AT, octets.length);
        }
        return octets;
    }
}
