package culvert.ike.crypto;

/** Pseudo-random functions (RFC 7296 3.3.2, transform type 2). */
public enum Prf {
    HMAC_SHA1(2, "prfsha1", "HmacSHA1", 20),
    HMAC_SHA256(5, "prfsha256", "HmacSHA256", 32),
    HMAC_SHA384(6, "prfsha384", "HmacSHA384", 48),
    HMAC_SHA512(7, "prfsha512", "HmacSHA512", 64);

    private final int transformId;
    private final String keyword;
    private final String jcaName;
    private final int outputBytes;

    Prf(int transformId, String keyword, String jcaName, int outputBytes) {
        this.transformId = transformId;
        this.keyword = keyword;
        this.jcaName = jcaName;
        this.outputBytes = outputBytes;
    }

    public int transformId() {
        return transformId;
    }

    /** The name in proposals, as strongSwan writes it. */
    public String keyword() {
        return keyword;
    }

    String jcaName() {
        return jcaName;
    }

    /** Octets of output, and of the preferred key (RFC 7296 2.13). */
    public int outputBytes() {
        return outputBytes;
    }
}
