package culvert.bgp;

import culvert.bgp.rib.ProtectedPrefix;
import culvert.model.IpPrefix;
import java.util.List;

/**
 * What all peers have in common.
 *
 * @param asn our AS number, unsigned
 * @param bgpIdentifier our BGP identifier, unsigned; not zero
 * @param originate our own prefixes
 * @param protectedPrefixes addresses whose route no peer may change
 * @param maximumPaths how many routes may share the packets of a prefix
 * @param multipathRelaxed whether those may differ in the content of AS_PATH
 * @param restarting we were here a moment ago, and peers that kept our routes should know
 */
public record BgpSpeakerSettings(
        int asn,
        int bgpIdentifier,
        List<IpPrefix> originate,
        List<ProtectedPrefix> protectedPrefixes,
        int maximumPaths,
        boolean multipathRelaxed,
        boolean restarting) {

    public BgpSpeakerSettings {
        originate = List.copyOf(originate);
        protectedPrefixes = List.copyOf(protectedPrefixes);
        if (asn == 0) {
            throw new IllegalArgumentException("AS 0 is reserved (RFC 7607)");
        }
        if (bgpIdentifier == 0) {
            throw new IllegalArgumentException("a BGP identifier is not zero (RFC 6286)");
        }
    }

    /** One path per prefix, no restart. */
    public static BgpSpeakerSettings of(
            int asn,
            int bgpIdentifier,
            List<IpPrefix> originate,
            List<ProtectedPrefix> protectedPrefixes) {
        return new BgpSpeakerSettings(
                asn, bgpIdentifier, originate, protectedPrefixes, 1, false, false);
    }
}
