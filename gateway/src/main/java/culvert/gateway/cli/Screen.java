package culvert.gateway.cli;

import java.io.Console;

/** The terminal behind stdout, if there is one. */
final class Screen {
    /** Cursor home, and what is below it goes: the page is drawn over without a flicker. */
    static final String REDRAW = "\033[H\033[J";

    private Screen() {}

    /** Without a terminal JDK 25 has no console again, whatever Error Prone says of 22. */
    @SuppressWarnings("SystemConsoleNull")
    static boolean isTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** As text is to be shown here. */
    static String colored(String text) {
        return StatusColors.wanted(isTerminal(), System.getenv()) ? StatusColors.paint(text) : text;
    }
}
