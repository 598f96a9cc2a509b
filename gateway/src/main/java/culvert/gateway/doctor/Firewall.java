package culvert.gateway.doctor;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rules of this machine's packet filter, as text.
 *
 * @param rules as {@code nft list ruleset} and {@code iptables-save} print them
 */
record Firewall(String rules) {
    /** A kernel holds the rules of both generations at once, and each tool sees its own only. */
    private static final String[][] TOOLS = {
        {"nft", "list", "ruleset"}, {"iptables-save"}, {"iptables-legacy-save"}
    };

    /** Empty when no tool is there, or none may look. */
    static Optional<Firewall> of(Machine machine) {
        return Stream.of(TOOLS)
                .map(machine::tool)
                .flatMap(Optional::stream)
                .reduce((first, second) -> first + second)
                .map(Firewall::new);
    }

    /** Rules that rewrite source addresses, but for those that say to which devices they apply. */
    List<String> rewritesOfSource(List<String> tunnelDevices) {
        return rules.lines()
                .map(String::strip)
                .filter(line -> !line.startsWith("#"))
                .filter(line -> line.matches("(?i).*\\b(masquerade|snat)\\b.*"))
                .filter(line -> isForTunnels(line, tunnelDevices))
                .toList();
    }

    /** A rule for one outgoing device concerns us only when that is a tunnel's. */
    private static boolean isForTunnels(String rule, List<String> tunnelDevices) {
        boolean namesDevice =
                rule.matches(".*(oifname|oif|-o) \"?[\\w.-]+\"?.*") && !rule.contains("! -o");
        return !namesDevice || tunnelDevices.stream().anyMatch(rule::contains);
    }

    /** Whether what is forwarded is dropped unless a rule lets it through. */
    boolean forwardsNothingByDefault() {
        return rules.lines()
                .map(String::strip)
                .anyMatch(
                        line ->
                                line.startsWith(":FORWARD DROP")
                                        || (line.contains("hook forward")
                                                && line.contains("policy drop")));
    }

    boolean mentions(List<String> devices) {
        return devices.stream().anyMatch(rules::contains);
    }
}
