package culvert.model;

import java.util.Optional;

/** The ESP transforms that the dataplane implements: AES-GCM with a 16-octet ICV (RFC 4106). */
public enum EspSuite {
    AES128_GCM16("aes128gcm16", 16),
    AES256_GCM16("aes256gcm16", 32);

    /** Octets of the salt that follows the key in KEYMAT (RFC 4106 8.1). */
    public static final int SALT_BYTES = 4;

    /** Octets of the explicit IV in every packet (RFC 4106 3.1). */
    public static final int IV_BYTES = 8;

    /** Octets of the integrity check value (RFC 4106 6). */
    public static final int ICV_BYTES = 16;

    private final String keyword;
    private final int keyBytes;

    EspSuite(String keyword, int keyBytes) {
        this.keyword = keyword;
        this.keyBytes = keyBytes;
    }

    /** The name in proposals and in {@code status}, as strongSwan writes it. */
    public String keyword() {
        return keyword;
    }

    /** Octets of the AES key alone. */
    public int keyBytes() {
        return keyBytes;
    }

    /** Octets of KEYMAT that one direction takes: the key, then the salt. */
    public int keymatBytes() {
        return keyBytes + SALT_BYTES;
    }

    public static Optional<EspSuite> ofKeyword(String keyword) {
        for (EspSuite suite : values()) {
            if (suite.keyword.equals(keyword)) {
                return Optional.of(suite);
            }
        }
        return Optional.empty();
    }
}
