package culvert.gateway.log;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Where every line of the process goes: stderr, in the chosen format, within the rate limit. */
public final class LogOutput {
    private static final Path STDERR = Path.of("/proc/self/fd/2");

    private static volatile LogOutput current =
            new LogOutput(System.err, new LineWriter(LogFormat.TEXT, false));

    private static final EventRing EVENTS = new EventRing();
    private static volatile Map<String, TunnelPhases> phases = Map.of();

    private final PrintStream stream;
    private final LineWriter writer;
    private final RateLimit limit = new RateLimit();

    LogOutput(PrintStream stream, LineWriter writer) {
        this.stream = stream;
        this.writer = writer;
    }

    /**
     * Chooses the format of all lines from now on.
     *
     * @param format absent: logfmt when stderr is the journal, else text
     * @param environment of the process; systemd says in {@code JOURNAL_STREAM} which file is the
     *     journal
     */
    public static void select(Optional<LogFormat> format, Map<String, String> environment) {
        boolean journal = isJournal(environment);
        LogFormat chosen = format.orElse(journal ? LogFormat.LOGFMT : LogFormat.TEXT);
        current = new LogOutput(System.err, new LineWriter(chosen, journal));
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
        // One write per event, so that lines of different threads do not mix.
        byte[] octets = writer.write(whole).getBytes(StandardCharsets.UTF_8);
        stream.write(octets, 0, octets.length);
        stream.flush();
        EVENTS.offer(whole);
    }
}
