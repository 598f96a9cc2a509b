package culvert.tunio;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A second Java process in the calling thread's network namespace, with Culvert's module and a test
 * class as its program. It ends with this object.
 */
final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    static ChildJvm start(Class<?> program, String... arguments) {
        return start(
                List.of(), List.of("--enable-native-access=culvert.tunio"), program, arguments);
    }

    /**
     * @param launcher a command that runs Java in its place, such as setpriv; may be empty
     * @param options of Java
     */
    static ChildJvm start(
            List<String> launcher, List<String> options, Class<?> program, String... arguments) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(java.toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(options);
        command.addAll(List.of("--module-path", "target/classes", "--add-modules"));
        command.addAll(List.of("culvert.tunio", "-cp", "target/test-classes"));
        command.addAll(List.of("--patch-module", "culvert.tunio=target/test-classes"));
        command.addAll(List.of("-m", "culvert.tunio/" + program.getName()));
        command.addAll(List.of(arguments));
        try {
            return new ChildJvm(new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** The next line that the program prints, standard error included. */
    String readLine() throws IOException {
        String line = output.readLine();
        if (line == null) {
            throw new IOException("the program ended without printing a line");
        }
        return line;
    }

    String readAll() throws IOException {
        return output.readAllAsString();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
