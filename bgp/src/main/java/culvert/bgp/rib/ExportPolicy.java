package culvert.bgp.rib;

import java.util.OptionalLong;

/**
 * What is announced to a peer.
 *
 * @param advertise prefixes that may be announced
 * @param maximumPrefixes prefixes that are announced in each family at most; the peer would end the
 *     session beyond
 * @param prepend how often our AS is put before the path in addition to the one time that external
 *     peers need
 * @param multiExitDisc MULTI_EXIT_DISC to set; empty: none to external peers, the route's to
 *     internal ones
 * @param localPref LOCAL_PREF to set towards internal peers; empty: the route's
 * @param originateDefault announce a default route in each family, whether we have one or not
 */
public record ExportPolicy(
        PrefixList advertise,
        int maximumPrefixes,
        int prepend,
        OptionalLong multiExitDisc,
        OptionalLong localPref,
        boolean originateDefault) {

    /** The lower of what AWS takes: a virtual private gateway's 100 prefixes. */
    public static final int DEFAULT_MAXIMUM_PREFIXES = 100;

    public static final ExportPolicy DEFAULT =
            advertising(PrefixList.ALL, DEFAULT_MAXIMUM_PREFIXES);

    public ExportPolicy withMultiExitDisc(long metric) {
        return new ExportPolicy(
                advertise,
                maximumPrefixes,
                prepend,
                OptionalLong.of(metric),
                localPref,
                originateDefault);
    }

    public static ExportPolicy advertising(PrefixList advertise, int maximumPrefixes) {
        return new ExportPolicy(
                advertise, maximumPrefixes, 0, OptionalLong.empty(), OptionalLong.empty(), false);
    }
}
