package culvert.ike;

/**
 * A certificate that a tunnel depends on.
 *
 * @param subject its subject, for people
 * @param issuer who issued it, likewise
 * @param notAfterUnixSeconds the end of its validity
 */
public record CertificateStatus(
        Whose whose, String subject, String issuer, long notAfterUnixSeconds) {
    /** Where in the tunnel it stands. */
    public enum Whose {
        /** Ours, or the intermediate authority sent with it that ends earlier. */
        OURS,
        /** The peer's, as it last proved itself. */
        PEER,
        /** Of the authorities that we believe, the one that ends first. */
        AUTHORITY
    }
}
