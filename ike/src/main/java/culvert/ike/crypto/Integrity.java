package culvert.ike.crypto;

/** Integrity transforms (RFC 7296 3.3.2, transform type 3); none goes with an AEAD cipher. */
public enum Integrity {
    NONE(0, "", "", 0, 0),
    HMAC_SHA1_96(2, "sha1", "HmacSHA1", 20, 12),
    HMAC_SHA2_256_128(12, "sha256", "HmacSHA256", 32, 16),
    HMAC_SHA2_384_192(13, "sha384", "HmacSHA384", 48, 24),
    HMAC_SHA2_512_256(14, "sha512", "HmacSHA512", 64, 32);

    private final int transformId;
    private final String keyword;
    private final String jcaName;
    private final int keyBytes;
    private final int icvBytes;

    Integrity(int transformId, String keyword, String jcaName, int keyBytes, int icvBytes) {
        this.transformId = transformId;
        this.keyword = keyword;
        this.jcaName = jcaName;
        this.keyBytes = keyBytes;
        this.icvBytes = icvBytes;
    }

    public int transformId() {
        return transformId;
    }

    public String keyword() {
        return keyword;
    }

    String jcaName() {
        return jcaName;
    }

    public int keyBytes() {
        return keyBytes;
    }

    public int icvBytes() {
        return icvBytes;
    }

    /** The name in Wireshark's table of IKEv2 decryption. */
    String analyserName() {
        return switch (this) {
            case NONE -> "NONE [RFC4306]";
            case HMAC_SHA1_96 -> "HMAC_SHA1_96 [RFC2404]";
            case HMAC_SHA2_256_128, HMAC_SHA2_384_192, HMAC_SHA2_512_256 -> name() + " [RFC4868]";
        };
    }
}
