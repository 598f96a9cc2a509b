package culvert.bgp.rib;

import culvert.bgp.message.Nlri;
import culvert.model.IpPrefix;

/**
 * One line of a prefix list.
 *
 * @param prefix covers what the rule speaks of
 * @param ge shortest length that matches
 * @param le longest length that matches
 * @param permits whether a match is let through
 */
public record PrefixRule(Nlri prefix, int ge, int le, boolean permits) {
    public PrefixRule {
        int bits = prefix.family().addressBits();
        if (ge < prefix.length() || le < ge || le > bits) {
            throw new IllegalArgumentException(
                    "%s ge %d le %d: needs %d <= ge <= le <= %d"
                            .formatted(prefix, ge, le, prefix.length(), bits));
        }
    }

    /** Permits the prefix itself. */
    public static PrefixRule exactly(IpPrefix prefix) {
        return new PrefixRule(Nlri.of(prefix), prefix.length(), prefix.length(), true);
    }

    /** Permits the prefix and all within it. */
    public static PrefixRule orLonger(IpPrefix prefix) {
        Nlri nlri = Nlri.of(prefix);
        return new PrefixRule(nlri, nlri.length(), nlri.family().addressBits(), true);
    }

    /** The same rule, forbidding. */
    public PrefixRule denying() {
        return new PrefixRule(prefix, ge, le, false);
    }

    /** As a configuration file has it. */
    String text() {
        StringBuilder text = new StringBuilder(permits ? "" : "deny ").append(prefix);
        if (ge > prefix.length()) {
            text.append(" ge ").append(ge);
        }
        if (le > ge || ge > prefix.length()) {
            text.append(" le ").append(le);
        }
        return text.toString();
    }

    boolean matches(Nlri nlri) {
        return nlri.length() >= ge && nlri.length() <= le && prefix.covers(nlri);
    }
}
