package culvert.config;

import java.util.regex.Pattern;

/** Text as a value of a YAML file, quoted only where it must be. */
public final class YamlScalar {
    /** Means itself in block and flow style, at any place of a line. */
    private static final Pattern PLAIN =
            Pattern.compile("[A-Za-z0-9_./]([A-Za-z0-9_./@+:-]*[A-Za-z0-9_./@+-])?");

    private static final Pattern PRINTABLE = Pattern.compile("[ -~]*");

    private YamlScalar() {}

    /** The text as YAML writes it on one line. */
    public static String of(String text) {
        if (PLAIN.matcher(text).matches() && !text.equals("null")) {
            return text;
        }
        if (PRINTABLE.matcher(text).matches()) {
            return "'" + text.replace("'", "''") + "'";
        }
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints()
                .forEach(
                        c -> {
                            if (c < 0x20 || c > 0x7E) {
                                quoted.append("\\U%08x".formatted(c));
                            } else if (c == '"' || c == '\\') {
                                quoted.append('\\').append((char) c);
                            } else {
                                quoted.append((char) c);
                            }
                        });
        return quoted.append('"').toString();
    }
}
