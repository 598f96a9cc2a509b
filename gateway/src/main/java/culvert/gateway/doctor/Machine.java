package culvert.gateway.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What files and tools of this machine tell. What cannot be read is absent, never a fault. */
final class Machine {
    private static final long TOOL_SECONDS = 5;
    private static final int MOST_BYTES = 4 << 20;

    private final Path root;
    private final boolean runsTools;

    Machine() {
        this(Path.of("/"), true);
    }

    /**
     * @param root where {@code proc}, {@code sys}, {@code dev} and {@code run} are
     * @param runsTools whether other programs may be asked
     */
    Machine(Path root, boolean runsTools) {
        this.root = root;
        this.runsTools = runsTools;
    }

    /** A file's text without the white space at its ends. */
    Optional<String> read(String file) {
        // Files.readString begins with one octet where a file says that it is empty, and a second
        // read of a file below /proc/sys gives nothing (proc_dointvec).
        try (InputStream in = Files.newInputStream(root.resolve(file))) {
            return Optional.of(
                    new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8).strip());
        } catch (IOException | UncheckedIOException e) {
            return Optional.empty();
        }
    }

    OptionalLong number(String file) {
        return read(file)
                .filter(text -> text.matches("[0-9]{1,18}"))
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }

    boolean exists(String file) {
        return Files.exists(root.resolve(file));
    }

    /** A counter of /proc/net/snmp or netstat: a line of names is followed by one of numbers. */
    OptionalLong counter(String file, String group, String name) {
        List<String> lines =
                read(file).stream()
                        .flatMap(String::lines)
                        .filter(line -> line.startsWith(group + ":"))
                        .toList();
        if (lines.size() < 2) {
            return OptionalLong.empty();
        }
        List<String> names = List.of(lines.get(0).split(" +", -1));
        String[] values = lines.get(1).split(" +", -1);
        int index = names.indexOf(name);
        return index < 0 || index >= values.length
                ? OptionalLong.empty()
                : OptionalLong.of(Long.parseLong(values[index]));
    }

    /** The stdout of a program that ends well within {@value #TOOL_SECONDS} s. */
    Optional<String> tool(String... command) {
        if (!runsTools) {
            return Optional.empty();
        }
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            process.getOutputStream().close();
            // Such as getent, while no name server answers.
            CompletableFuture.delayedExecutor(TOOL_SECONDS, TimeUnit.SECONDS)
                    .execute(process::destroyForcibly);
            String output =
                    new String(
                            process.getInputStream().readNBytes(MOST_BYTES),
                            StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? Optional.of(output) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
