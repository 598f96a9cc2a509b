package culvert.ike.crypto;

/** Ciphers of the IKE SA (RFC 7296 3.3.2, transform type 1; RFC 5282 for GCM). */
public enum Encryption {
    AES128_CBC(12, 128, "aes128", false),
    AES192_CBC(12, 192, "aes192", false),
    AES256_CBC(12, 256, "aes256", false),
    AES128_GCM16(20, 128, "aes128gcm16", true),
    AES192_GCM16(20, 192, "aes192gcm16", true),
    AES256_GCM16(20, 256, "aes256gcm16", true);

    private final int transformId;
    private final int keyBits;
    private final String keyword;
    private final boolean aead;

    Encryption(int transformId, int keyBits, String keyword, boolean aead) {
        this.transformId = transformId;
        this.keyBits = keyBits;
        this.keyword = keyword;
        this.aead = aead;
    }

    public int transformId() {
        return transformId;
    }

    public int keyBits() {
        return keyBits;
    }

    public String keyword() {
        return keyword;
    }

    public boolean isAead() {
        return aead;
    }

    /** Octets of SK_e: the key, and for GCM the four of the salt after it (RFC 5282 7.1). */
    public int keymatBytes() {
        return keyBits / 8 + (aead ? 4 : 0);
    }

    /** The name in Wireshark's table of IKEv2 decryption. */
    String analyserName() {
        return aead
                ? "AES-GCM-" + keyBits + " with 16 octet ICV [RFC5282]"
                : "AES-CBC-" + keyBits + " [RFC3602]";
    }
}
