package culvert.gateway.log;

/**
 * Text that a terminal, a browser or a log reader shows as it is: what could move a cursor, end a
 * line or turn the reading direction is written as an escape. Peers choose some of our words.
 */
public final class CleanText {
    /** Longer texts are cut: no event needs more, and a peer could make a very long one. */
    public static final int LONGEST_CHARACTERS = 4000;

    private CleanText() {}

    /** The text in one line. */
    public static String of(String text) {
        int end = Math.min(text.length(), LONGEST_CHARACTERS);
        StringBuilder clean = new StringBuilder(end + 16);
        int at = 0;
        while (at < end) {
            int character = text.codePointAt(at);
            at += Character.charCount(character);
            if (isPlain(character)) {
                clean.appendCodePoint(character);
            } else {
                clean.append("\\u{").append(Integer.toHexString(character)).append('}');
            }
        }
        if (at < text.length()) {
            clean.append("...");
        }
        return clean.toString();
    }

    private static boolean isPlain(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.PRIVATE_USE,
                    Character.SURROGATE,
                    Character.UNASSIGNED ->
                    false;
            default -> true;
        };
    }
}
