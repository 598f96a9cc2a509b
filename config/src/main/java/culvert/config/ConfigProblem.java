package culvert.config;

import java.nio.file.Path;

/**
 * One thing that is wrong with a configuration file, in words for the one who wrote it.
 *
 * @param file as the caller named it
 * @param line from 1; 0 when the file as a whole is meant, because it could not be read
 * @param column from 1, counted in characters; 0 when {@code line} is
 * @param what what is wrong; never holds a pre-shared key
 * @param hint what to write or do instead
 */
public record ConfigProblem(
        Path file, int line, int column, Severity severity, String what, String hint) {

    /** Whether the gateway refuses the file or only remarks on it. */
    public enum Severity {
        ERROR,
        WARNING
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** {@code FILE:LINE:COL: what (hint)}, with {@code warning:} before the text of a warning. */
    @Override
    public String toString() {
        String place = line == 0 ? file.toString() : file + ":" + line + ":" + column;
        return "%s: %s%s (%s)".formatted(place, isError() ? "" : "warning: ", what, hint);
    }
}
