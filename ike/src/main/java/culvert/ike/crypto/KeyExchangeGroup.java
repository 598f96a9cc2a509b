package culvert.ike.crypto;

/** Key exchange groups (RFC 7296 3.3.2, transform type 4) and how far each may be trusted. */
public enum KeyExchangeGroup implements KeyExchangeMethod {
    MODP1024(2, "modp1024", 128, Standing.LEGACY),
    MODP2048(14, "modp2048", 256, Standing.CURRENT),
    MODP3072(15, "modp3072", 384, Standing.CURRENT),
    MODP4096(16, "modp4096", 512, Standing.CURRENT),
    MODP6144(17, "modp6144", 768, Standing.CURRENT),
    MODP8192(18, "modp8192", 1024, Standing.CURRENT),
    ECP256(19, "ecp256", 64, Standing.CURRENT),
    ECP384(20, "ecp384", 96, Standing.CURRENT),
    ECP521(21, "ecp521", 132, Standing.CURRENT),
    MODP1024S160(22, "modp1024s160", 128, Standing.LEGACY),
    MODP2048S224(23, "modp2048s224", 256, Standing.LEGACY),
    MODP2048S256(24, "modp2048s256", 256, Standing.LEGACY),
    CURVE25519(31, "curve25519", 32, Standing.CURRENT);

    /** Whether a group may be used without the operator naming it. */
    public enum Standing {
        CURRENT,
        /**
         * Weak or deprecated (RFC 8247 2.4): used only when a proposal names it, with a warning.
         */
        LEGACY
    }

    private final int transformId;
    private final String keyword;
    private final int publicValueBytes;
    private final Standing standing;

    KeyExchangeGroup(int transformId, String keyword, int publicValueBytes, Standing standing) {
        this.transformId = transformId;
        this.keyword = keyword;
        this.publicValueBytes = publicValueBytes;
        this.standing = standing;
    }

    @Override
    public int transformId() {
        return transformId;
    }

    @Override
    public String keyword() {
        return keyword;
    }

    /** Exact octets of a public value on the wire; any other length is refused. */
    public int publicValueBytes() {
        return publicValueBytes;
    }

    public Standing standing() {
        return standing;
    }
}
