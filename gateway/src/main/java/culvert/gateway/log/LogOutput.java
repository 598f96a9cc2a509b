package culvert.gateway.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.event.Level;

/** Where every line of the process goes: stderr, in the chosen format, within the rate limit. */
public final class LogOutput {
    private static final Path STDERR = Path.of("/proc/self/fd/2");
    private static final Duration LAST_LINES_LIMIT = Duration.ofMillis(500);

    private static volatile LogOutput current =
            new LogOutput(standardError(), new LineWriter(LogFormat.TEXT, false));

    private static final EventRing EVENTS = new EventRing();
    private static volatile Map<String, TunnelPhases> phases = Map.of();

    private final LineSink sink;
    private final LineWriter writer;
    private final RateLimit limit = new RateLimit();

    LogOutput(OutputStream stream, LineWriter writer) {
        this.sink = new LineSink(stream, lost -> writer.write(lossReport(lost)));
        this.writer = writer;
    }

    /** Without the buffer of System.err, which swallows errors. */
    private static OutputStream standardError() {
        return new FileOutputStream(FileDescriptor.err);
    }

    private static LogLine lossReport(long lost) {
        return new LogLine(
                Instant.now(),
                Level.WARN,
                "{}",
                lost + " lines of the log were lost: it was full, or nobody read it",
                List.of(new LogLine.Field(LogKey.EVENT, "log-lines-lost")),
                Optional.empty());
    }

    /**
     * Chooses the format of all lines from now on.
     *
     * @param format absent: logfmt when stderr is the journal, else text
     * @param environment of the process; systemd says in {@code JOURNAL_STREAM} which file is the
     *     journal
     */
    public static void select(Optional<LogFormat> format, Map<String, String> environment) {
        select(format, environment, standardError());
    }

    static void select(
            Optional<LogFormat> format, Map<String, String> environment, OutputStream stream) {
        boolean journal = isJournal(environment);
        LogFormat chosen = format.orElse(journal ? LogFormat.LOGFMT : LogFormat.TEXT);
        current = new LogOutput(stream, new LineWriter(chosen, journal));
    }

    /** Before the process ends: waits a moment until the last lines are out. */
    public static void drain() {
        current.awaitWritten();
    }

    void awaitWritten() {
        sink.drain(LAST_LINES_LIMIT);
    }

    /** Lines that the log's file or reader did not take. */
    public static long lostLines() {
        return current.sink.lost();
    }

    /** Lines that the rate limit has kept out of the log. */
    public static long suppressedLines() {
        return current.limit.suppressed();
    }

    /**
     * Says how the tunnels are, for the lines that come; any thread may log.
     *
     * @param byTunnel by the tunnel's name
     */
    public static void tunnelPhases(Map<String, TunnelPhases> byTunnel) {
        phases = Map.copyOf(byTunnel);
    }

    static Optional<TunnelPhases> phases(String tunnel) {
        return Optional.ofNullable(phases.get(tunnel));
    }

    /** What happened lately. */
    public static EventRing events() {
        return EVENTS;
    }

    static LogOutput current() {
        return current;
    }

    /** systemd.exec(5): the device and inode number of the journal's end of our stderr. */
    private static boolean isJournal(Map<String, String> environment) {
        String journal = environment.get("JOURNAL_STREAM");
        if (journal == null) {
            return false;
        }
        try {
            String stderr =
                    Files.getAttribute(STDERR, "unix:dev")
                            + ":"
                            + Files.getAttribute(STDERR, "unix:ino");
            return journal.equals(stderr);
        } catch (IOException e) {
            return false; // a closed stderr is no journal
        }
    }

    void accept(LogLine line, long nowNanos) {
        OptionalLong missed = limit.ask(line.kind(), nowNanos);
        if (missed.isEmpty()) {
            return;
        }
        LogLine whole =
                missed.getAsLong() == 0
                        ? line
                        : line.with("suppressed", Long.toString(missed.getAsLong()));
        sink.offer(writer.write(whole));
        EVENTS.offer(whole);
    }
}
