package culvert.ike.message;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;

/** Builds messages octet by octet, so that they can lie where the encoder would not. */
public final class RawMessage {
    static final int CRITICAL = 0x80;

    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private final int firstType;

    private RawMessage(int firstType) {
        this.firstType = firstType;
    }

    public static RawMessage startingWith(int firstType) {
        return new RawMessage(firstType);
    }

    public static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
    }

    /** A payload whose length is right. */
    public RawMessage payload(int nextType, byte[] body) {
        return payload(nextType, 0, 4 + body.length, body);
    }

    public RawMessage payload(int nextType, String bodyHex) {
        return payload(nextType, hex(bodyHex));
    }

    public RawMessage payload(int nextType, int flags, int lengthBytes, byte[] body) {
        octets.writeBytes(
                new byte[] {
                    (byte) nextType, (byte) flags, (byte) (lengthBytes >>> 8), (byte) lengthBytes
                });
        return raw(body);
    }

    public RawMessage raw(byte[] more) {
        octets.writeBytes(more);
        return this;
    }

    /** The payloads without the IKE header. */
    byte[] chain() {
        return octets.toByteArray();
    }

    /** With an IKE header in front: IKE_SA_INIT request from SPI 1. */
    byte[] message() {
        return message(
                new IkeHeader(
                        new IkeSpi(1), IkeSpi.NONE, ExchangeType.IKE_SA_INIT, true, false, 0));
    }

    /** In the clear. */
    public byte[] message(IkeHeader header) {
        OctetWriter out = new OctetWriter();
        HeaderCodec.encode(header, firstType, out);
        out.setLengthI32(HeaderCodec.LENGTH_AT, IkeHeader.LENGTH_BYTES + octets.size());
        return out.bytes(chain()).toByteArray();
    }

    /** All of it as the content of SK, with a good ICV. */
    byte[] sealed(SkCipher cipher) {
        return sealed(
                new IkeHeader(
                        new IkeSpi(1), new IkeSpi(2), ExchangeType.INFORMATIONAL, true, false, 7),
                cipher);
    }

    /** The same in an exchange of choice. */
    public byte[] sealed(IkeHeader header, SkCipher cipher) {
        byte[] plaintext = chain();
        int skBytes = 4 + plaintext.length + cipher.overheadBytes(plaintext.length);
        OctetWriter out = new OctetWriter();
        HeaderCodec.encode(header, PayloadType.SK, out);
        out.setLengthI32(HeaderCodec.LENGTH_AT, IkeHeader.LENGTH_BYTES + skBytes);
        out.u8(firstType).u8(0).u16(skBytes);
        return out.bytes(cipher.seal(out.toByteArray(), plaintext)).toByteArray();
    }
}
