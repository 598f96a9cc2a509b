package culvert.ike.message;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Builds messages octet by octet, so that they can lie where the encoder would not. */
final class RawMessage {
    static final int CRITICAL = 0x80;

    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private final int firstType;

    private RawMessage(int firstType) {
        this.firstType = firstType;
    }

    static RawMessage startingWith(int firstType) {
        return new RawMessage(firstType);
    }

    static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replaceAll("\\s", ""));
    }

    /** A payload whose length is right. */
    RawMessage payload(int nextType, byte[] body) {
        return payload(nextType, 0, 4 + body.length, body);
    }

    RawMessage payload(int nextType, String bodyHex) {
        return payload(nextType, hex(bodyHex));
    }

    RawMessage payload(int nextType, int flags, int lengthBytes, byte[] body) {
        octets.writeBytes(
                new byte[] {
                    (byte) nextType, (byte) flags, (byte) (lengthBytes >>> 8), (byte) lengthBytes
                });
        return raw(body);
    }

    RawMessage raw(byte[] more) {
        octets.writeBytes(more);
        return this;
    }

    /** The payloads without the IKE header. */
    byte[] chain() {
        return octets.toByteArray();
    }

    /** With an IKE header in front: IKE_SA_INIT request from SPI 1. */
    byte[] message() {
        return ByteBuffer.allocate(IkeHeader.LENGTH_BYTES + octets.size())
                .putLong(1)
                .putLong(0)
                .put((byte) firstType)
                .put((byte) 0x20)
                .put((byte) ExchangeType.IKE_SA_INIT)
                .put((byte) 0x08)
                .putInt(0)
                .putInt(IkeHeader.LENGTH_BYTES + octets.size())
                .put(chain())
                .array();
    }

    /** All of it as the content of SK, with a good ICV. */
    byte[] sealed(SkCipher cipher) {
        byte[] plaintext = chain();
        int skBytes = 4 + plaintext.length + cipher.overheadBytes(plaintext.length);
        byte[] head =
                ByteBuffer.allocate(IkeHeader.LENGTH_BYTES + 4)
                        .putLong(1)
                        .putLong(2)
                        .put((byte) PayloadType.SK)
                        .put((byte) 0x20)
                        .put((byte) ExchangeType.INFORMATIONAL)
                        .put((byte) 0x08)
                        .putInt(7)
                        .putInt(IkeHeader.LENGTH_BYTES + skBytes)
                        .put((byte) firstType)
                        .put((byte) 0)
                        .putShort((short) skBytes)
                        .array();
        byte[] body = cipher.seal(head, plaintext);
        return ByteBuffer.allocate(head.length + body.length).put(head).put(body).array();
    }
}
