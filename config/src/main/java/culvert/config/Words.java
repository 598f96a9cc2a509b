package culvert.config;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Words of the file as they appear in messages, and which known word was probably meant. */
final class Words {
    private static final int LONGEST_QUOTE = 60;
    private static final int LONGEST_PATH_QUOTE = 400;

    private static final Pattern SHELL_WORD = Pattern.compile("[A-Za-z0-9_./][A-Za-z0-9_./+-]*");

    private Words() {}

    /**
     * The text in quotes, cut when long; control characters, which a double-quoted YAML text may
     * hold, must not reach a terminal.
     */
    static String quote(String text) {
        return quote(text, LONGEST_QUOTE);
    }

    /** A path in quotes, which is of no use when its end is cut off. */
    static String quotePath(Path path) {
        return quote(path.toString(), LONGEST_PATH_QUOTE);
    }

    private static String quote(String text, int longest) {
        StringBuilder quoted = new StringBuilder("'");
        for (int i = 0; i < Math.min(text.length(), longest); i++) {
            char c = text.charAt(i);
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                quoted.append("\\u%04x".formatted((int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append(text.length() > longest ? "...'" : "'").toString();
    }

    /** Words that are printable already, no longer than a line. */
    static String cut(String text) {
        return text.length() > LONGEST_QUOTE ? text.substring(0, LONGEST_QUOTE) + "..." : text;
    }

    /** Whether the text may stand in a message as it is. */
    static boolean isPrintable(String text) {
        return text.length() <= LONGEST_QUOTE && quote(text).length() == text.length() + 2;
    }

    /** The path as an argument of a shell command. */
    static String shell(Path path) {
        String text = path.toString();
        return SHELL_WORD.matcher(text).matches() ? text : quote(text);
    }

    /** The known word that differs by a slip or two from what was written. */
    static Optional<String> nearest(String written, Collection<String> known) {
        String word = written.toLowerCase(Locale.ROOT).replace('_', '-').replace(' ', '-');
        return known.stream()
                .filter(candidate -> Math.abs(candidate.length() - word.length()) <= 2)
                .filter(candidate -> distance(word, candidate) <= allowance(candidate))
                .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
    }

    /** In a word of three letters two slips would make anything of anything. */
    private static int allowance(String candidate) {
        return candidate.length() <= 4 ? 1 : 2;
    }

    /**
     * How many letters must be inserted, removed, replaced or swapped with their neighbour
     * (restricted Damerau-Levenshtein distance).
     */
    static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(last[j], row[j - 1]) + 1);
                boolean swapped =
                        i > 1
                                && j > 1
                                && a.charAt(i - 1) == b.charAt(j - 2)
                                && a.charAt(i - 2) == b.charAt(j - 1);
                if (swapped) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            beforeLast = last;
            last = row;
        }
        return last[b.length()];
    }
}
