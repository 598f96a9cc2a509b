package culvert.ike.message;

import java.util.List;

/** Writes messages as octets. What cannot be written is our own bug and throws. */
public final class MessageEncoder {
    private MessageEncoder() {}

    /** A message in the clear: IKE_SA_INIT, and errors outside any IKE SA. */
    public static byte[] encode(IkeHeader header, List<Payload> payloads) {
        OctetWriter out = new OctetWriter();
        HeaderCodec.encode(header, PayloadChain.firstType(payloads), out);
        PayloadChain.encode(payloads, out);
        requireSendable(out.length());
        out.setLengthI32(HeaderCodec.LENGTH_AT, out.length());
        return out.toByteArray();
    }

    /** A message whose payloads all travel inside one SK payload (RFC 7296 3.14). */
    public static byte[] seal(IkeHeader header, List<Payload> inner, SkCipher cipher) {
        OctetWriter chain = new OctetWriter();
        PayloadChain.encode(inner, chain);
        byte[] plaintext = chain.toByteArray();

        int skBytes =
                PayloadChain.GENERIC_HEADER_BYTES
                        + plaintext.length
                        + cipher.overheadBytes(plaintext.length);
        requireSendable(IkeHeader.LENGTH_BYTES + skBytes);

        OctetWriter out = new OctetWriter();
        HeaderCodec.encode(header, PayloadType.SK, out);
        out.setLengthI32(HeaderCodec.LENGTH_AT, IkeHeader.LENGTH_BYTES + skBytes);
        // The Next Payload of SK is the first one inside it.
        out.u8(PayloadChain.firstType(inner)).u8(0).u16(skBytes);
        return out.bytes(cipher.seal(out.toByteArray(), plaintext)).toByteArray();
    }

    /**
     * The same, as one message or, when that is longer than a limit, as fragments that are not (RFC
     * 7383 2.5).
     */
    public static List<byte[]> sealWithin(
            int maxBytes, IkeHeader header, List<Payload> inner, SkCipher cipher) {
        OctetWriter chain = new OctetWriter();
        PayloadChain.encode(inner, chain);
        int wholeBytes =
                IkeHeader.LENGTH_BYTES
                        + PayloadChain.GENERIC_HEADER_BYTES
                        + chain.length()
                        + cipher.overheadBytes(chain.length());
        return wholeBytes <= maxBytes
                ? List.of(seal(header, inner, cipher))
                : FragmentCodec.seal(
                        header,
                        PayloadChain.firstType(inner),
                        chain.toByteArray(),
                        cipher,
                        maxBytes);
    }

    /**
     * What RFC 9242 3.3.2 authenticates of a message: the octets up to and with the header of SK,
     * then the payloads inside, as if nothing were encrypted, padded or cut into fragments. Both
     * lengths count just these.
     */
    public static Octets content(IkeHeader header, List<Payload> inner) {
        OctetWriter chain = new OctetWriter();
        PayloadChain.encode(inner, chain);
        return content(header, PayloadChain.firstType(inner), chain.toByteArray());
    }

    static Octets content(IkeHeader header, int firstType, byte[] plaintext) {
        OctetWriter before = new OctetWriter();
        HeaderCodec.encode(header, PayloadType.SK, before);
        before.u8(firstType).u8(0).u16(0);
        return content(before.toByteArray(), plaintext);
    }

    /**
     * @param before everything up to and with the header of SK; its lengths do not matter
     */
    static Octets content(byte[] before, byte[] plaintext) {
        OctetWriter out = new OctetWriter();
        out.bytes(before).bytes(plaintext);
        out.setLengthI32(HeaderCodec.LENGTH_AT, out.length());
        out.setLengthU16(before.length - 2, PayloadChain.GENERIC_HEADER_BYTES + plaintext.length);
        return Octets.copyOf(out.toByteArray());
    }

    private static void requireSendable(int lengthBytes) {
        if (lengthBytes > Limits.MESSAGE_BYTES) {
            throw new IllegalArgumentException("a message of " + lengthBytes + " octets");
        }
    }
}
