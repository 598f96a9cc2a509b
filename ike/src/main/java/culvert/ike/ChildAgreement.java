package culvert.ike;

import culvert.ike.crypto.ChildSaKeys;
import culvert.ike.crypto.EspProposal;
import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.message.Octets;
import culvert.model.Secret;
import culvert.model.Spi;
import culvert.model.TrafficSelector;
import java.util.List;
import java.util.Optional;

/**
 * What both sides settled about a CHILD SA.
 *
 * @param nonceI of the exchange that makes it
 * @param sharedSecret of the key exchange within that exchange; closed by {@link #deriveKeys}
 * @param additional SK(1) | SK(2) | ... of the key exchanges that followed (RFC 9370); closed
 *     likewise
 * @param weInitiated that exchange
 */
record ChildAgreement(
        EspProposal proposal,
        Spi inboundSpi,
        Spi outboundSpi,
        List<TrafficSelector> localSelectors,
        List<TrafficSelector> remoteSelectors,
        Octets nonceI,
        Octets nonceR,
        Optional<Secret> sharedSecret,
        Optional<Secret> additional,
        boolean weInitiated) {

    /** KEYMAT of one CHILD SA, by what it is for at this end. */
    record Keys(Secret inbound, Secret outbound) {}

    /** What decides when both ends made a successor of one CHILD SA (RFC 7296 2.8.1). */
    Octets lowestNonce() {
        return nonceI.compareUnsigned(nonceR) <= 0 ? nonceI : nonceR;
    }

    /** The same after its additional key exchanges. */
    ChildAgreement with(Secret additionalSecrets) {
        return new ChildAgreement(
                proposal,
                inboundSpi,
                outboundSpi,
                localSelectors,
                remoteSelectors,
                nonceI,
                nonceR,
                sharedSecret,
                Optional.of(additionalSecrets),
                weInitiated);
    }

    Keys deriveKeys(IkeSaKeys ikeKeys) {
        ChildSaKeys keys =
                ikeKeys.childKeys(proposal.suite(), nonceI, nonceR, sharedSecret, additional);
        sharedSecret.ifPresent(Secret::close);
        additional.ifPresent(Secret::close);
        return weInitiated
                ? new Keys(keys.responderToInitiator(), keys.initiatorToResponder())
                : new Keys(keys.initiatorToResponder(), keys.responderToInitiator());
    }

    /**
     * Two CHILD SAs of one IKE SA must not go by one name: DELETE and REKEY_SA would mean both.
     *
     * @throws Refusal when the peer has given its SPI to another already
     */
    void requireDistinct(IkeSa sa) throws Refusal {
        if (ChildSa.named(sa, outboundSpi).isPresent()) {
            throw Refusal.syntax("the peer gave one SPI to two CHILD SAs");
        }
    }

    /** Nothing is to come of it. */
    void discard(Turn turn) {
        sharedSecret.ifPresent(Secret::close);
        additional.ifPresent(Secret::close);
        turn.espSpis().release(inboundSpi);
    }
}
