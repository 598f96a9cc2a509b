package culvert.ike;

import culvert.ike.message.Octets;

/**
 * What IKE_SA_INIT leaves for IKE_AUTH to sign (RFC 7296 2.15).
 *
 * @param request octet for octet as it travelled
 * @param response the same
 * @param usePpk whether both sides have said N(USE_PPK) (RFC 8784 3)
 */
record Handshake(Octets nonceI, Octets nonceR, Octets request, Octets response, boolean usePpk) {

    /** The nonce that both sides compare when two IKE SAs crossed (RFC 7296 2.8.2). */
    Octets lowestNonce() {
        return nonceI.compareUnsigned(nonceR) <= 0 ? nonceI : nonceR;
    }
}
