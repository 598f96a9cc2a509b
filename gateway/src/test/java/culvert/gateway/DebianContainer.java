package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Namespace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Debian 13 under its own systemd, in a network namespace of the lab. What is changed in it is kept
 * in memory and gone at the end.
 */
final class DebianContainer implements AutoCloseable {
    /** Made by scripts/set-up.sh. */
    private static final Path ROOT = Path.of("/var/cache/culvert-lab/trixie-systemd");

    private static final long BOOT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final Process nspawn;
    private final long leader;

    private DebianContainer(Process nspawn, long leader) {
        this.nspawn = nspawn;
        this.leader = leader;
    }

    /**
     * Returns when it has booted.
     *
     * @param shared a directory of this machine, which it sees at /shared
     */
    static DebianContainer boot(Namespace namespace, Path shared) {
        assertTrue(Files.isDirectory(ROOT), ROOT + " is missing: run ./verify, which makes it");
        try {
            Process nspawn =
                    new ProcessBuilder(
                                    "systemd-nspawn",
                                    "--quiet",
                                    "--register=no",
                                    "--keep-unit",
                                    "--directory=" + ROOT,
                                    "--volatile=overlay",
                                    "--network-namespace-path=/run/netns/" + namespace.name(),
                                    "--bind=/dev/net/tun",
                                    "--bind-ro=" + shared + ":/shared",
                                    "--capability=CAP_NET_ADMIN,CAP_NET_RAW",
                                    "--boot")
                            .redirectErrorStream(true)
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(shared.resolve("console.log").toFile())
                            .start();
            DebianContainer booted = new DebianContainer(nspawn, awaitLeader(nspawn));
            booted.awaitBoot(shared.resolve("console.log"));
            return booted;
        } catch (IOException e) {
            throw new UncheckedIOException("systemd-nspawn of systemd-container is missing", e);
        }
    }

    private static long awaitLeader(Process nspawn) {
        long deadlineNanos = System.nanoTime() + BOOT_NANOS;
        while (System.nanoTime() - deadlineNanos < 0) {
            var init =
                    nspawn.children()
                            .filter(c -> c.info().command().orElse("").endsWith("/systemd"))
                            .findFirst();
            if (init.isPresent()) {
                return init.get().pid();
            }
            pause();
        }
        throw new AssertionError("the container has no init process");
    }

    private void awaitBoot(Path console) {
        long deadlineNanos = System.nanoTime() + BOOT_NANOS;
        while (System.nanoTime() - deadlineNanos < 0) {
            String state = run("systemctl", "is-system-running").output().strip();
            if (state.equals("running") || state.equals("degraded")) {
                return;
            }
            pause();
        }
        throw new AssertionError("the container does not boot, see " + console);
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    HostCommand run(String... command) {
        return run(List.of(command), "");
    }

    private HostCommand run(List<String> command, String stdin) {
        List<String> inside =
                new ArrayList<>(
                        List.of(
                                "nsenter",
                                "--target=" + leader,
                                "--mount",
                                "--uts",
                                "--ipc",
                                "--net",
                                "--pid",
                                "--root",
                                "env",
                                "-i",
                                "--chdir=/",
                                "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
                                "LC_ALL=C.UTF-8"));
        inside.addAll(command);
        return HostCommand.run(inside, Map.of(), stdin);
    }

    /** Its output; a failure fails the test, with the journal of the service. */
    String require(String... command) {
        HostCommand result = run(command);
        assertEquals(
                0,
                result.exitCode(),
                () -> String.join(" ", command) + "\n" + result.output() + journal());
        return result.output();
    }

    String journal() {
        return run("journalctl", "--no-pager", "-u", "culvert", "-o", "cat").output();
    }

    void write(String path, String content) {
        assertEquals(0, run(List.of("tee", path), content).exitCode(), path);
    }

    @Override
    public void close() {
        run("systemctl", "--no-block", "poweroff");
        try {
            if (!nspawn.waitFor(20, TimeUnit.SECONDS)) {
                nspawn.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            nspawn.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
