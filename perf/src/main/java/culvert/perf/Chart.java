package culvert.perf;

import java.util.List;
import java.util.Locale;

/**
 * Bars, as an SVG: a group for each of a few metrics, in it a bar for each contender, scaled to the
 * longest of the group.
 *
 * @param onTheWire empty when there was no wire mode
 */
record Chart(List<String> names, Results plain, Results onTheWire) {
    private static final List<Metric> METRICS =
            List.of(Metric.TCP_1, Metric.UDP_64, Metric.UDP_1350, Metric.IDLE_P50);
    private static final List<String> COLORS =
            List.of("#1f6f8b", "#9fc5d1", "#b5523b", "#d9a441", "#6b7a4c", "#8a6fa8");
    private static final int WIDTH = 860;
    private static final int LABEL_WIDTH = 150;
    private static final int BAR_WIDTH = 520;
    private static final int BAR_HEIGHT = 18;
    private static final int GROUP_GAP = 40;

    String svg() {
        var text = new StringBuilder();
        int y = 10;
        y = mode(text, y, "links with their offloads", plain);
        if (!onTheWire.isEmpty()) {
            y = mode(text, y, "links without offloads (wire mode)", onTheWire);
        }
        return """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="13">
                <rect width="100%%" height="100%%" fill="white"/>
                %s</svg>
                """
                .formatted(WIDTH, y + 10, text);
    }

    private int mode(StringBuilder text, int top, String title, Results results) {
        int y = top;
        for (Metric metric : METRICS) {
            y += 24;
            text.append(
                    "<text x=\"10\" y=\"%d\" font-weight=\"bold\">%s, %s (%s is better): %s</text>\n"
                            .formatted(
                                    y,
                                    metric.text(),
                                    metric.unit(),
                                    metric.moreIsBetter() ? "more" : "less",
                                    title));
            y += 8;
            double longest =
                    names.stream()
                            .mapToDouble(name -> results.median(metric, name).orElse(0))
                            .max()
                            .orElse(0);
            for (int i = 0; i < names.size(); i++) {
                bar(text, y, i, results.median(metric, names.get(i)).orElse(0), longest);
                y += BAR_HEIGHT + 4;
            }
            y += GROUP_GAP - 24;
        }
        return y;
    }

    private void bar(StringBuilder text, int y, int contender, double value, double longest) {
        int width = longest == 0 ? 0 : (int) Math.round(value / longest * BAR_WIDTH);
        text.append(
                String.format(
                        Locale.ROOT,
                        "<text x=\"10\" y=\"%d\">%s</text><rect x=\"%d\" y=\"%d\" width=\"%d\""
                                + " height=\"%d\" fill=\"%s\"/><text x=\"%d\" y=\"%d\">%,.0f</text>%n",
                        y + 14,
                        names.get(contender),
                        LABEL_WIDTH,
                        y,
                        width,
                        BAR_HEIGHT,
                        COLORS.get(contender % COLORS.size()),
                        LABEL_WIDTH + width + 6,
                        y + 14,
                        value));
    }
}
