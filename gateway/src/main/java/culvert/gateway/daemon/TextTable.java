package culvert.gateway.daemon;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table for terminals of {@value Paragraph#COLUMNS} columns. Where all its columns have no room,
 * the last ones go below their row, each cell behind its heading.
 */
final class TextTable {
    private static final int GAP = 2;
    private static final String INDENT = "    ";

    private final List<List<String>> rows;
    private final int[] widths;

    /** How many columns stand beside each other. */
    private final int beside;

    private TextTable(List<List<String>> rows) {
        this.rows = rows;
        this.widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        int most = 0;
        int columns = -GAP;
        while (most < widths.length && columns + GAP + widths[most] <= Paragraph.COLUMNS) {
            columns += GAP + widths[most++];
        }
        this.beside = Math.max(1, most);
    }

    /** Columns as wide as their widest cell; the first row holds the headings. */
    static void append(StringBuilder text, List<List<String>> rows) {
        TextTable table = new TextTable(rows);
        for (int row = 0; row < rows.size(); row++) {
            table.appendRow(text, rows.get(row));
            if (row > 0) {
                table.appendBelow(text, rows.get(row));
            }
        }
    }

    private void appendRow(StringBuilder text, List<String> row) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < beside; column++) {
            line.append(row.get(column))
                    .repeat(' ', widths[column] - row.get(column).length() + GAP);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }

    private void appendBelow(StringBuilder text, List<String> row) {
        List<String> cells = new ArrayList<>();
        for (int column = beside; column < widths.length; column++) {
            String cell = row.get(column);
            if (!cell.isEmpty() && !cell.equals("-")) {
                cells.add(rows.getFirst().get(column).toLowerCase(Locale.ROOT) + " " + cell);
            }
        }
        if (!cells.isEmpty()) {
            for (String line :
                    Paragraph.wrap(String.join(", ", cells), Paragraph.COLUMNS - INDENT.length())) {
                text.append(INDENT).append(line).append('\n');
            }
        }
    }
}
