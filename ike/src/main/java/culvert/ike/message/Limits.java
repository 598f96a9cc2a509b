package culvert.ike.message;

/**
 * What one message may hold. The counts are several times what real peers send; they bound the work
 * that a stranger's IKE_SA_INIT can cause.
 */
final class Limits {
    /** The most that one UDP datagram and one SK payload can carry. */
    static final int MESSAGE_BYTES = 65_535;

    /** Of one message: with the smallest datagrams that IPv4 lets one count on, 576 octets. */
    static final int FRAGMENTS = 128;

    static final int PAYLOADS = 64;
    static final int NOTIFIES = 32;
    static final int PROPOSALS = 64;
    static final int TRANSFORMS_PER_PROPOSAL = 128;
    static final int SPIS_PER_DELETE = 256;

    /** All that the one octet of the count can say (RFC 7296 3.13). */
    static final int SELECTORS = 255;

    private Limits() {}
}
