package culvert.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * A process that the lab started and that goes on running; stdout and stderr go to one log file.
 *
 * <p>The process dies with its namespace at the latest, see {@link Topology#close}.
 */
public final class LabProcess {
    private static final Duration POLL_INTERVAL = Duration.ofMillis(10);
    private static final int TAIL_LINES = 25;

    private final String name;
    private final Process process;
    private final Path logFile;

    private LabProcess(String name, Process process, Path logFile) {
        this.name = name;
        this.process = process;
        this.logFile = logFile;
    }

    static LabProcess start(
            String name, List<String> command, Map<String, String> environment, Path logFile) {
        var builder =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile.toFile()));
        builder.environment().putAll(environment);
        try {
            Process process = builder.start();
            process.getOutputStream().close();
            return new LabProcess(name, process, logFile);
        } catch (IOException e) {
            throw new LabException("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Empty while the process runs; 128 + signal number when a signal ended it. */
    public OptionalInt exitCode() {
        return process.isAlive() ? OptionalInt.empty() : OptionalInt.of(process.exitValue());
    }

    /** Everything printed so far. */
    public String log() {
        try {
            return Files.readString(logFile, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new LabException("cannot read the log of " + name + ": " + e.getMessage(), e);
        }
    }

    /** The last lines printed, for messages. */
    public String logTail() {
        List<String> lines = log().lines().toList();
        return String.join(
                "\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size()));
    }

    /**
     * Waits for a line that contains the text, and gives the line.
     *
     * @throws LabException when the process ends or the time runs out before
     */
    public String awaitLine(String text, Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean alive = process.isAlive();
            // Only a complete line counts: its end may still be on the way.
            String log = log();
            for (String line : log.substring(0, log.lastIndexOf('\n') + 1).lines().toList()) {
                if (line.contains(text)) {
                    return line;
                }
            }
            if (!alive) {
                throw failure(
                        "ended with exit code " + process.exitValue() + " before \"" + text + "\"");
            }
            if (System.nanoTime() > deadlineNanos) {
                throw failure("printed no \"" + text + "\" within " + limit.toMillis() + " ms");
            }
            pause(POLL_INTERVAL);
        }
    }

    /** Waits for the end and gives the exit code. */
    public int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit)) {
                throw failure("still runs after " + limit.toMillis() + " ms");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while waiting for " + name, e);
        }
    }

    /** SIGTERM: asks for an orderly end. */
    public void terminate() {
        signal("TERM");
    }

    /** SIGKILL, and waits until the process is gone. */
    public void kill() {
        process.destroyForcibly();
        awaitExit(Command.TIME_LIMIT);
    }

    /** SIGSTOP: the process keeps its sockets but answers nothing, as a hung peer does. */
    public void freeze() {
        signal("STOP");
    }

    /** SIGCONT after {@link #freeze}. */
    public void thaw() {
        signal("CONT");
    }

    /** SIGHUP: read the configuration again. */
    public void hangUp() {
        signal("HUP");
    }

    void signal(String signal) {
        if (process.isAlive()) {
            // The shell's own: /bin/kill is not on every machine.
            Command.require(
                    List.of("sh", "-c", "kill -" + signal + " " + pid()), "", Command.TIME_LIMIT);
        }
    }

    LabException failure(String what) {
        return new LabException(name + " " + what + "\n" + logTail().indent(4));
    }

    static void pause(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }
}
