package culvert.ike;

import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.message.Octets;

/**
 * What the IKE_INTERMEDIATE exchanges of an IKE SA add to the octets that AUTH covers (RFC 9242
 * 3.3.2):
 *
 * <pre>
 *   IntAuth_i(n) = prf(SK_pi(n), IntAuth_i(n-1) | request n)
 *   IntAuth_r(n) = prf(SK_pr(n), IntAuth_r(n-1) | response n)
 *   IntAuth      = IntAuth_i | IntAuth_r | message ID of IKE_AUTH
 * </pre>
 */
final class IntermediateAuth {
    private Octets ofInitiator = Octets.EMPTY;
    private Octets ofResponder = Octets.EMPTY;
    private int exchanges;

    /**
     * Takes one exchange in.
     *
     * @param keys that protected it
     * @param request its content, see {@link culvert.ike.message.IkeMessage#content}
     * @param response likewise
     */
    void add(IkeSaKeys keys, Octets request, Octets response) {
        ofInitiator = keys.intermediate(keys.skPi(), ofInitiator, request);
        ofResponder = keys.intermediate(keys.skPr(), ofResponder, response);
        exchanges++;
    }

    /** How many exchanges there were. */
    int exchanges() {
        return exchanges;
    }

    /** IntAuth; empty when there was no exchange. */
    Octets octets() {
        if (exchanges == 0) {
            return Octets.EMPTY;
        }
        // IKE_SA_INIT has the message ID 0, and each of the exchanges one of its own.
        return ofInitiator.then(ofResponder).then(Octets.ofInt(exchanges + 1));
    }
}
