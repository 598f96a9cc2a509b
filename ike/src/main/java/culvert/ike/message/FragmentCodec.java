package culvert.ike.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Encrypted Fragment payloads (RFC 7383 2.5): each fragment is a message of its own, with the
 * header of the whole and its own length, IV and ICV.
 *
 * <pre>
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+-+-------------+-------------------------------+
 * | Next Payload  |C|  RESERVED   |            Length             |
 * +---------------+-+-------------+-------------------------------+
 * |        Fragment Number        |        Total Fragments        |
 * +-------------------------------+-------------------------------+
 * |  IV, then the encrypted part of the content, then the ICV     |
 * +---------------------------------------------------------------+
 * </pre>
 */
final class FragmentCodec {
    private static final int HEADER_BYTES = PayloadChain.GENERIC_HEADER_BYTES + 4;
    private static final int NUMBER_AT = IkeHeader.LENGTH_BYTES + PayloadChain.GENERIC_HEADER_BYTES;

    private FragmentCodec() {}

    static boolean isFragment(byte[] datagram) {
        return datagram.length >= NUMBER_AT + 2
                && HeaderCodec.nextPayload(datagram) == PayloadType.SKF;
    }

    /** What the datagram says, which nobody vouches for. */
    static int claimedNumber(byte[] datagram) {
        return ((datagram[NUMBER_AT] & 0xFF) << 8) | (datagram[NUMBER_AT + 1] & 0xFF);
    }

    static List<byte[]> seal(
            IkeHeader header, int firstType, byte[] plaintext, SkCipher cipher, int maxBytes) {
        int capacity = capacity(cipher, maxBytes);
        int total = (plaintext.length + capacity - 1) / capacity;
        List<byte[]> fragments = new ArrayList<>();
        for (int number = 1; number <= total; number++) {
            int from = (number - 1) * capacity;
            byte[] part =
                    Arrays.copyOfRange(
                            plaintext, from, Math.min(from + capacity, plaintext.length));
            int skfBytes = HEADER_BYTES + part.length + cipher.overheadBytes(part.length);
            OctetWriter out = new OctetWriter();
            HeaderCodec.encode(header, PayloadType.SKF, out);
            out.setLengthI32(HeaderCodec.LENGTH_AT, IkeHeader.LENGTH_BYTES + skfBytes);
            out.u8(number == 1 ? firstType : PayloadType.NONE).u8(0).u16(skfBytes);
            out.u16(number).u16(total);
            fragments.add(out.bytes(cipher.seal(out.toByteArray(), part)).toByteArray());
        }
        return fragments;
    }

    /** The longest content whose fragment is no longer than that; padding makes it uneven. */
    private static int capacity(SkCipher cipher, int maxBytes) {
        int room = maxBytes - IkeHeader.LENGTH_BYTES - HEADER_BYTES;
        int capacity = room;
        while (capacity > 1 && capacity + cipher.overheadBytes(capacity) > room) {
            capacity--;
        }
        return capacity;
    }

    /** Empty when the ICV is wrong or the octets are no fragment. */
    static Optional<Fragment> open(byte[] datagram, SkCipher cipher) {
        if (HeaderCodec.fault(datagram).isPresent()) {
            return Optional.empty();
        }
        try {
            OctetReader in =
                    new OctetReader(
                            "the message", datagram, IkeHeader.LENGTH_BYTES, datagram.length);
            PayloadChain.Link skf = PayloadChain.next(PayloadType.SKF, in);
            in.requireEnd();
            int number = skf.body().u16();
            int total = skf.body().u16();
            int bodyAt = skf.body().position();
            if (number == 0 || number > total || total > Limits.FRAGMENTS) {
                return Optional.empty();
            }
            return cipher.open(
                            Arrays.copyOf(datagram, bodyAt),
                            Arrays.copyOfRange(datagram, bodyAt, datagram.length))
                    .map(
                            content ->
                                    new Fragment(
                                            HeaderCodec.decode(datagram),
                                            number,
                                            total,
                                            skf.nextType(),
                                            Octets.copyOf(content)));
        } catch (MalformedMessageException e) {
            return Optional.empty();
        }
    }
}
