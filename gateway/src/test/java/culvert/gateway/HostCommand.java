package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A tool of this machine, run to its end. */
public record HostCommand(int exitCode, String output) {
    /** Stdout and stderr together; stdin is empty. */
    public static HostCommand run(List<String> command, Map<String, String> environment) {
        return run(command, environment, "");
    }

    static HostCommand run(List<String> command, Map<String, String> environment, String stdin) {
        try {
            Path input = Files.createTempFile("stdin", "");
            try {
                Files.writeString(input, stdin);
                ProcessBuilder builder =
                        new ProcessBuilder(command)
                                .redirectErrorStream(true)
                                .redirectInput(input.toFile());
                builder.environment().putAll(environment);
                Process process = builder.start();
                String output =
                        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                return new HostCommand(process.waitFor(), output);
            } finally {
                Files.delete(input);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot run " + command.getFirst(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Its output; a failure of the tool fails the test. */
    public static String require(String... command) {
        HostCommand result = run(List.of(command), Map.of());
        assertEquals(
                0, result.exitCode(), () -> String.join(" ", command) + "\n" + result.output());
        return result.output();
    }
}
