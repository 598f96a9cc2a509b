package culvert.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** Runs the short commands that build and question the lab ({@code ip}, {@code swanctl}, ...). */
final class Command {
    /** No command of the lab runs longer when all is well. */
    static final Duration TIME_LIMIT = Duration.ofSeconds(30);

    private static final Executor READERS = Thread::startVirtualThread;

    private Command() {}

    /**
     * Runs to the end and gives what was printed to stdout.
     *
     * @param line words separated by single spaces, without quotes
     * @param more words that may contain spaces
     * @throws LabException when the command cannot start or exits with anything but 0
     */
    static String run(String line, String... more) {
        return require(words(line, more), "", TIME_LIMIT);
    }

    static List<String> words(String line, String... more) {
        return Stream.concat(Stream.of(line.split(" ")), Stream.of(more)).toList();
    }

    /** As {@link #run}, with text for the command's stdin. */
    static String require(List<String> command, String stdin, Duration limit) {
        CommandResult result = attempt(command, stdin, limit);
        if (!result.succeeded()) {
            throw new LabException(
                    String.join(" ", command)
                            + ": exit code "
                            + result.exitCode()
                            + (stdin.isEmpty() ? "" : "\n  input: " + stdin.strip())
                            + "\n  "
                            + (result.stderr().isBlank() ? result.stdout() : result.stderr())
                                    .strip());
        }
        return result.stdout();
    }

    /** Runs to the end whatever the exit code; only a command that cannot start or end throws. */
    static CommandResult attempt(List<String> command, String stdin, Duration limit) {
        Process process;
        try {
            process = new ProcessBuilder(command).start();
        } catch (IOException e) {
            throw new LabException(
                    "cannot run "
                            + command.getFirst()
                            + " (is it installed? the lab needs iproute2): "
                            + e.getMessage(),
                    e);
        }
        var stdout = CompletableFuture.supplyAsync(() -> text(process.getInputStream()), READERS);
        var stderr = CompletableFuture.supplyAsync(() -> text(process.getErrorStream()), READERS);
        try {
            feed(process, stdin);
            if (!process.waitFor(limit)) {
                throw new LabException(
                        String.join(" ", command)
                                + ": still running after "
                                + limit.toSeconds()
                                + " s");
            }
            return new CommandResult(process.exitValue(), stdout.join(), stderr.join());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException(String.join(" ", command) + ": interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void feed(Process process, String stdin) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(stdin.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended without reading its input; its exit code and stderr will say why.
            return;
        }
    }

    private static String text(InputStream in) {
        try (in) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
