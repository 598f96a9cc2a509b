package culvert.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A Linux of its own, run as a process (user-mode Linux), for what the kernel of this machine may
 * lack: packet filters, address translation, connection tracking, IPsec. Its root is this machine's
 * file system, read-only, with the same programs; its network is empty, and whole labs fit into it.
 */
public final class GuestKernel {
    /** From Debian's package user-mode-linux. */
    private static final String KERNEL = "/usr/bin/linux.uml";

    private static final String MEMORY = "mem=3000M";

    private GuestKernel() {}

    /** Boots, runs the command as root to its end and gives what it printed. */
    public static CommandResult run(List<String> command, Duration limit) {
        try {
            Path shared = Files.createTempDirectory("culvert-guest");
            try {
                return runIn(shared, command, limit);
            } finally {
                delete(shared);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CommandResult runIn(Path shared, List<String> command, Duration limit)
            throws IOException {
        Path init = shared.resolve("init");
        try (InputStream script = GuestKernel.class.getResourceAsStream("guest-init.sh")) {
            Files.write(init, script.readAllBytes());
        }
        init.toFile().setExecutable(true);
        Files.writeString(
                shared.resolve("command"),
                "exec "
                        + command.stream()
                                .map(word -> "'" + word.replace("'", "'\\''") + "'")
                                .collect(Collectors.joining(" "))
                        + "\n");
        CommandResult kernel =
                Command.attempt(
                        List.of(
                                KERNEL,
                                MEMORY,
                                "quiet",
                                "rootfstype=hostfs",
                                "ro",
                                "init=" + init,
                                "con=null",
                                "con0=null,fd:1",
                                "culvert.shared=" + shared),
                        "",
                        limit);
        Path exitCode = shared.resolve("exit-code");
        if (!Files.exists(exitCode)) {
            throw new LabException(
                    "the guest kernel ended before the command did:\n" + kernel.stdout());
        }
        return new CommandResult(
                Integer.parseInt(Files.readString(exitCode).strip()),
                Files.readString(shared.resolve("output")),
                Files.readString(shared.resolve("modules.log")));
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
