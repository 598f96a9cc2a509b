package culvert.config;

import static culvert.config.Parsed.bad;
import static culvert.config.Parsed.ok;
import static culvert.config.Words.quote;

import culvert.bgp.message.Nlri;
import culvert.bgp.rib.PrefixRule;
import culvert.model.IpPrefix;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lines of a prefix list, as routers write them: {@code 10.0.0.0/8} is the prefix and all within
 * it, {@code 10.0.0.0/8 ge 16 le 24} what is in it and 16 to 24 bits long, {@code 10.0.0.0/8 le 8}
 * the prefix alone.
 */
final class PrefixRules {
    private static final Pattern RULE =
            Pattern.compile("(\\S+)(?: ge ([0-9]{1,3}))?(?: le ([0-9]{1,3}))?");

    static final ValueType<PrefixRule> TYPE =
            ValueType.of(
                    "prefix, PREFIX ge N, PREFIX le N or PREFIX ge N le N",
                    "10.0.0.0/8 le 24",
                    new WordShape.Text("[0-9A-Fa-f:./]+( ge [0-9]{1,3})?( le [0-9]{1,3})?"),
                    PrefixRules::rule);

    private PrefixRules() {}

    /** As it is written in the file. */
    static String text(PrefixRule rule) {
        Nlri prefix = rule.prefix();
        String shortest = rule.ge() == prefix.length() ? "" : " ge " + rule.ge();
        String longest = rule.le() == prefix.family().addressBits() ? "" : " le " + rule.le();
        return prefix + shortest + longest;
    }

    private static Parsed<PrefixRule> rule(String word) {
        Matcher matcher = RULE.matcher(word);
        if (!matcher.matches()) {
            return bad(
                    quote(word) + " is not a prefix with its lengths",
                    "write 10.0.0.0/8, or 10.0.0.0/8 ge 16 le 24");
        }
        return AddressTypes.prefix(matcher.group(1))
                .then(prefix -> rule(prefix, matcher.group(2), matcher.group(3)));
    }

    private static Parsed<PrefixRule> rule(
            IpPrefix prefix, @Nullable String ge, @Nullable String le) {
        Nlri nlri = Nlri.of(prefix);
        int bits = nlri.family().addressBits();
        int shortest = ge == null ? prefix.length() : Integer.parseInt(ge);
        int longest = le == null ? bits : Integer.parseInt(le);
        if (shortest < prefix.length() || longest < shortest || longest > bits) {
            return bad(
                    "lengths %d to %d cannot be within %s".formatted(shortest, longest, prefix),
                    "write lengths from %d to %d, the lower one first"
                            .formatted(prefix.length(), bits));
        }
        return ok(new PrefixRule(nlri, shortest, longest, true));
    }
}
