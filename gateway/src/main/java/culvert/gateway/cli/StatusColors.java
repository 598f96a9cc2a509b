package culvert.gateway.cli;

import java.util.Map;
import java.util.stream.Collectors;

/**
 * Paints the words of state in a status, for those who look at a terminal. The words say the same
 * without colour.
 */
final class StatusColors {
    private static final String RESET = "\033[0m";
    private static final Map<String, String> COLORS =
            Map.of(
                    "ok", "\033[32m",
                    "up", "\033[32m",
                    "degraded", "\033[33m",
                    "connecting", "\033[33m",
                    "down", "\033[31m",
                    "PASS", "\033[32m",
                    "WARN", "\033[33m",
                    "FAIL", "\033[31m",
                    "UNKNOWN", "\033[36m");

    private StatusColors() {}

    /**
     * Whether to paint: stdout is a terminal that can, and nobody asked for no colour
     * (https://no-color.org).
     *
     * @param terminal whether stdout is one
     */
    static boolean wanted(boolean terminal, Map<String, String> environment) {
        return terminal
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    }

    /** The first word of state in each line that is not indented. */
    static String paint(String text) {
        return text.lines().map(StatusColors::line).collect(Collectors.joining("\n", "", "\n"));
    }

    private static String line(String line) {
        if (line.isEmpty() || line.startsWith(" ")) {
            return line;
        }
        int start = 0;
        for (String word : line.split("(?<=[ :])|(?=[ :])", -1)) {
            String color = COLORS.get(word);
            if (color != null) {
                int end = start + word.length();
                return line.substring(0, start) + color + word + RESET + line.substring(end);
            }
            start += word.length();
        }
        return line;
    }
}
