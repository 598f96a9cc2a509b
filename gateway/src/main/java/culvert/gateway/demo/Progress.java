package culvert.gateway.demo;

import java.io.PrintStream;
import java.util.Locale;

/** One line per step: what begins, and behind it what came of it and how long it took. */
final class Progress {
    private static final int COLUMN = 68;

    private final PrintStream out;
    private long startNanos;
    private int written;

    Progress(PrintStream out) {
        this.out = out;
    }

    void step(String what) {
        String text = "  " + what + " ";
        out.print(text);
        out.flush();
        written = text.length();
        startNanos = System.nanoTime();
    }

    /** Ends the line of the last step. */
    void done(String result) {
        end(result.isEmpty() ? "ok" : result);
    }

    void failed() {
        end("FAILED");
    }

    private void end(String result) {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        out.printf(
                Locale.ROOT,
                "%s %s (%.1f s)%n",
                ".".repeat(Math.max(2, COLUMN - written)),
                result,
                seconds);
    }
}
