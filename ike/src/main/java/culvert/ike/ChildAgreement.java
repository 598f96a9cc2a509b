package culvert.ike;

import culvert.ike.crypto.ChildSaKeys;
import culvert.ike.crypto.IkeSaKeys;
import culvert.ike.message.Octets;
import culvert.model.EspSuite;
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
 * @param weInitiated that exchange
 */
record ChildAgreement(
        EspSuite suite,
        Spi inboundSpi,
        Spi outboundSpi,
        List<TrafficSelector> localSelectors,
        List<TrafficSelector> remoteSelectors,
        Octets nonceI,
        Octets nonceR,
        Optional<Secret> sharedSecret,
        boolean weInitiated) {

    /** KEYMAT of one CHILD SA, by what it is for at this end. */
    record Keys(Secret inbound, Secret outbound) {}

    Keys deriveKeys(IkeSaKeys ikeKeys) {
        ChildSaKeys keys = ikeKeys.childKeys(suite, nonceI, nonceR, sharedSecret);
        sharedSecret.ifPresent(Secret::close);
        return weInitiated
                ? new Keys(keys.responderToInitiator(), keys.initiatorToResponder())
                : new Keys(keys.initiatorToResponder(), keys.responderToInitiator());
    }
}
