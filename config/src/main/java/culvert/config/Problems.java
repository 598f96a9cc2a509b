package culvert.config;

import culvert.config.ConfigProblem.Severity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with one file. */
final class Problems {
    /** A file of nothing but mistakes must not fill the memory. */
    static final int MOST_KEPT = 500;

    private record Entry(Position at, Severity severity, String what, String hint) {}

    private final Path file;
    private final List<Entry> entries = new ArrayList<>();
    private boolean anyError;
    private boolean full;

    Problems(Path file) {
        this.file = file;
    }

    void error(Position at, String what, String hint) {
        anyError = true;
        add(new Entry(at, Severity.ERROR, what, hint));
    }

    void warning(Position at, String what, String hint) {
        add(new Entry(at, Severity.WARNING, what, hint));
    }

    private void add(Entry entry) {
        if (entries.size() < MOST_KEPT) {
            entries.add(entry);
        } else if (!full) {
            full = true;
            entries.add(
                    new Entry(
                            entry.at,
                            entry.severity,
                            "more than " + MOST_KEPT + " problems; the others are not shown",
                            "correct these first"));
        }
    }

    /** Whether looking for more has no use. */
    boolean isFull() {
        return full;
    }

    boolean anyError() {
        return anyError;
    }

    /** In the order of the file; at one place in the order of discovery. */
    List<ConfigProblem> inFileOrder() {
        return entries.stream()
                .sorted(Comparator.comparing(Entry::at))
                .map(
                        e ->
                                new ConfigProblem(
                                        file,
                                        e.at.line(),
                                        e.at.column(),
                                        e.severity,
                                        e.what,
                                        e.hint))
                .toList();
    }
}
