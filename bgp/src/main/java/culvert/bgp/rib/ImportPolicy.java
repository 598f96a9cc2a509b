package culvert.bgp.rib;

import culvert.model.IpPrefix;
import java.util.List;
import java.util.OptionalLong;

/**
 * What is taken from a peer.
 *
 * @param accept prefixes to take; a default route only if a rule names it
 * @param maximumPrefixes prefixes that the peer may send in each family before the session ends
 * @param weight preference above all attributes; higher wins
 * @param localPref LOCAL_PREF to set; empty: carry the one of an internal peer, else 100
 * @param multiExitDisc MULTI_EXIT_DISC to set; empty: carry the peer's
 * @param ownAsAllowed how often our own AS may stand in an AS_PATH
 * @param enforceFirstAs whether an external peer must put its AS first (RFC 4271 6.3)
 * @param acceptAsSet whether paths with an AS_SET are taken (RFC 9774 says no)
 * @param connected networks that the peer's next hops must lie in; empty: any next hop will do
 */
public record ImportPolicy(
        PrefixList accept,
        int maximumPrefixes,
        int weight,
        OptionalLong localPref,
        OptionalLong multiExitDisc,
        int ownAsAllowed,
        boolean enforceFirstAs,
        boolean acceptAsSet,
        List<IpPrefix> connected) {

    public static final int DEFAULT_MAXIMUM_PREFIXES = 1000;

    /** Everything with the defaults of the configuration. */
    public static final ImportPolicy DEFAULT = accepting(PrefixList.ALL, DEFAULT_MAXIMUM_PREFIXES);

    public ImportPolicy {
        connected = List.copyOf(connected);
    }

    public static ImportPolicy accepting(PrefixList accept, int maximumPrefixes) {
        return new ImportPolicy(
                accept,
                maximumPrefixes,
                0,
                OptionalLong.empty(),
                OptionalLong.empty(),
                0,
                true,
                false,
                List.of());
    }
}
