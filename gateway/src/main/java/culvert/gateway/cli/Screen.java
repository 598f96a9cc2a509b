package culvert.gateway.cli;

import java.util.Objects;

/** The terminal behind stdout, if there is one. */
final class Screen {
    /** Cursor home, and what is below it goes: the page is drawn over without a flicker. */
    static final String REDRAW = "\033[H\033[J";

    private Screen() {}

    static boolean isTerminal() {
        return Objects.requireNonNull(System.console(), "always there since JDK 22").isTerminal();
    }

    /** As text is to be shown here. */
    static String colored(String text) {
        return StatusColors.wanted(isTerminal(), System.getenv()) ? StatusColors.paint(text) : text;
    }
}
