package culvert.bgp.rib;

import culvert.bgp.message.Nlri;
import culvert.model.IpPrefix;
import java.util.List;

/**
 * Rules of which the first that matches decides.
 *
 * @param otherwise whether a prefix that no rule matches is let through
 */
public record PrefixList(List<PrefixRule> rules, boolean otherwise) {
    /** Lets everything through; names no prefix. */
    public static final PrefixList ALL = new PrefixList(List.of(), true);

    public static final PrefixList NONE = new PrefixList(List.of(), false);

    public PrefixList {
        rules = List.copyOf(rules);
    }

    /** Lets the prefixes and all within them through, nothing else. */
    public static PrefixList orLonger(List<IpPrefix> prefixes) {
        return new PrefixList(prefixes.stream().map(PrefixRule::orLonger).toList(), false);
    }

    public boolean permits(Nlri nlri) {
        for (PrefixRule rule : rules) {
            if (rule.matches(nlri)) {
                return rule.permits();
            }
        }
        return otherwise;
    }

    /** The rule that keeps the prefix out, for people; empty when no rule matches it. */
    String denial(Nlri nlri) {
        for (PrefixRule rule : rules) {
            if (rule.matches(nlri)) {
                return rule.permits() ? "" : rule.text();
            }
        }
        return "";
    }

    /** Whether a rule that is written for default routes lets this one through. */
    boolean namesDefaultRoute(Nlri nlri) {
        for (PrefixRule rule : rules) {
            if (rule.matches(nlri)) {
                return rule.permits() && rule.prefix().length() == 0;
            }
        }
        return false;
    }
}
