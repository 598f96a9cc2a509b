package culvert.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A Culvert that runs in a namespace, with its configuration, keys and control socket in the lab's
 * directory.
 */
public final class CulvertProcess implements AutoCloseable {
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

    private final Namespace namespace;
    private final Launcher launcher;
    private final Path directory;
    private final List<String> runOptions;
    private LabProcess process;

    private CulvertProcess(
            Namespace namespace, Launcher launcher, Path directory, List<String> runOptions) {
        this.namespace = namespace;
        this.launcher = launcher;
        this.directory = directory;
        this.runOptions = runOptions;
        this.process = run();
    }

    /** Starts an endpoint of AWS that is a Culvert in role respond. */
    public static CulvertProcess startAws(Topology topology, Endpoint endpoint, Launcher launcher) {
        return start(topology, topology.endpoint(endpoint), GatewaySpec.aws(endpoint), launcher);
    }

    /**
     * Starts {@code culvert run}; at most one per namespace. It is not yet up when this returns.
     *
     * @param runOptions more options of {@code run}
     */
    public static CulvertProcess start(
            Topology topology,
            Namespace namespace,
            GatewaySpec spec,
            Launcher launcher,
            String... runOptions) {
        Path directory = topology.directory().resolve("culvert-" + namespace.role());
        write(directory, spec);
        return new CulvertProcess(namespace, launcher, directory, List.of(runOptions));
    }

    private LabProcess run() {
        var arguments = new ArrayList<>(List.of("run", "-c", configuration(directory).toString()));
        arguments.addAll(runOptions);
        return namespace.start(
                "culvert", launcher.with(arguments.toArray(String[]::new)), environment(directory));
    }

    /** Writes a changed configuration; the daemon takes it at the next {@code reload} or start. */
    public void rewrite(GatewaySpec spec) {
        write(directory, spec);
    }

    /** Starts again after {@link #stop} or {@link #kill}. */
    public void startAgain() {
        if (process.isAlive()) {
            throw new IllegalStateException("culvert already runs in " + namespace.role());
        }
        process = run();
    }

    /**
     * As {@code culvert wait}: returns when every tunnel, and its BGP session, is up.
     *
     * @throws LabException with the daemon's status and log when the time runs out
     */
    public void awaitUp(Duration limit) {
        // This comes first, so that a daemon that dies on its configuration is named at once.
        awaitAnswer(limit);
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        String answer = ask("watch");
        while (!answer.startsWith("0\n")) {
            if (System.nanoTime() - deadlineNanos > 0) {
                throw process.failure("is not up: " + answer);
            }
            LabProcess.pause(POLL_INTERVAL);
            answer = ask("watch");
        }
    }

    /** What {@code culvert status --json} prints, whatever the exit code says of the state. */
    public CulvertStatus status() {
        String answer = ask("status json");
        int start = answer.indexOf('{');
        if (start < 0) {
            throw process.failure("gave no status: " + answer);
        }
        return CulvertStatus.parse(answer.substring(start));
    }

    /** Gives the daemon's answer to one line on its control socket; it begins with an exit code. */
    public String ask(String request) {
        try {
            return new ControlSocket(controlSocket()).ask(request);
        } catch (LabException e) {
            throw process.failure(e.getMessage());
        }
    }

    /** Whether somebody listens on the control socket; a killed daemon leaves its file behind. */
    public boolean answers() {
        try {
            new ControlSocket(controlSocket()).ask("watch");
            return true;
        } catch (LabException e) {
            return false;
        }
    }

    /** Runs a subcommand against this daemon, e.g. {@code cli("rekey", "aws-1")}, to its end. */
    public CommandResult cli(String... arguments) {
        return namespace.attempt(command(arguments), Command.TIME_LIMIT);
    }

    /** The orderly end: SIGTERM. */
    public Stopped stop() {
        long startNanos = System.nanoTime();
        process.terminate();
        int exitCode = process.awaitExit(STOP_LIMIT);
        return new Stopped(exitCode, Duration.ofNanos(System.nanoTime() - startNanos));
    }

    /** How the daemon ended after SIGTERM, and how long that took. */
    public record Stopped(int exitCode, Duration took) {}

    /** SIGKILL: the peer is not told. */
    public void kill() {
        process.kill();
    }

    /** Everything printed since the last start. */
    public String log() {
        return process.log();
    }

    public LabProcess process() {
        return process;
    }

    public Namespace namespace() {
        return namespace;
    }

    public Path controlSocket() {
        return controlSocket(directory);
    }

    public Path configuration() {
        return configuration(directory);
    }

    @Override
    public void close() {
        process.kill();
    }

    private void awaitAnswer(Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (!answers()) {
            if (!process.isAlive() || System.nanoTime() > deadlineNanos) {
                throw process.failure("does not answer");
            }
            LabProcess.pause(POLL_INTERVAL);
        }
    }

    private List<String> command(String... arguments) {
        var environment = new ArrayList<>(List.of("env", "CULVERT_CONTROL=" + controlSocket()));
        environment.addAll(launcher.with(arguments));
        return environment;
    }

    private static Map<String, String> environment(Path directory) {
        return Map.of("CULVERT_CONTROL", controlSocket(directory).toString());
    }

    private static Path controlSocket(Path directory) {
        return directory.resolve("control.sock");
    }

    private static Path configuration(Path directory) {
        return directory.resolve("culvert.yaml");
    }

    private static void write(Path directory, GatewaySpec spec) {
        try {
            Files.createDirectories(directory.resolve("secrets"));
            Files.writeString(configuration(directory), spec.yaml(controlSocket(directory)));
            for (TunnelSpec tunnel : spec.tunnels()) {
                Path file = directory.resolve(GatewaySpec.keyFile(tunnel));
                Files.deleteIfExists(file);
                Files.createFile(file, OWNER_ONLY);
                Files.writeString(file, tunnel.preSharedKey() + "\n");
            }
        } catch (IOException e) {
            throw new LabException("cannot write " + directory + ": " + e.getMessage(), e);
        }
    }
}
