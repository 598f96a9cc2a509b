package culvert.gateway.daemon;

import java.util.ArrayList;
import java.util.List;

/** Text for terminals of {@value #COLUMNS} columns. */
public final class Paragraph {
    public static final int COLUMNS = 80;

    /** Where the text behind a label begins. */
    private static final int INDENT = 11;

    private Paragraph() {}

    /** {@code " label text"}, with further lines under the text's first. */
    static void append(StringBuilder out, String label, String text) {
        List<String> lines = wrap(text, COLUMNS - INDENT);
        for (int i = 0; i < lines.size(); i++) {
            String head = i == 0 ? "  " + label : "";
            out.append(head)
                    .repeat(' ', Math.max(i == 0 ? 1 : 0, INDENT - head.length()))
                    .append(lines.get(i))
                    .append('\n');
        }
    }

    /** The first line of a block; what has no room in it stands under it. */
    static void heading(StringBuilder out, String... parts) {
        out.append(parts[0]);
        int column = parts[0].length();
        for (String part : List.of(parts).subList(1, parts.length)) {
            if (column + 2 + part.length() > COLUMNS) {
                out.append('\n');
                column = 0;
            }
            out.append("  ").append(part);
            column += 2 + part.length();
        }
        out.append('\n');
    }

    /** Lines of at most so many characters; a word that is longer has a line of its own. */
    public static List<String> wrap(String text, int columns) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > columns) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
