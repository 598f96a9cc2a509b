package culvert.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A BIRD 2 in one namespace: the BGP side of an endpoint, or a router. It announces what it is told
 * and puts what it learns into the kernel's table of its namespace. What names no session speaks of
 * the first.
 */
public final class Bird implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    /** The session with the customer gateway, as endpoints of AWS call it. */
    static final String CUSTOMER = "customer";

    private final Namespace namespace;
    private final Path directory;
    private final BirdSpec spec;
    private LabProcess process;

    private Bird(Namespace namespace, Path directory, BirdSpec spec) {
        this.namespace = namespace;
        this.directory = directory;
        this.spec = spec;
        write(spec.announced());
        this.process = run();
    }

    /** Starts a BIRD; at most one per namespace. */
    public static Bird start(Topology topology, Namespace namespace, BirdSpec spec) {
        return new Bird(namespace, topology.directory().resolve("bird-" + namespace.role()), spec);
    }

    private LabProcess run() {
        LabProcess started =
                namespace.start(
                        "bird",
                        "bird -f -c %s -s %s"
                                .formatted(directory.resolve("bird.conf"), controlSocket()));
        long deadlineNanos = System.nanoTime() + START_LIMIT.toNanos();
        while (!Files.exists(controlSocket())) {
            if (!started.isAlive() || System.nanoTime() > deadlineNanos) {
                throw started.failure("opened no control socket");
            }
            LabProcess.pause(Duration.ofMillis(10));
        }
        return started;
    }

    /** Announces exactly these prefixes from now on. */
    public void announce(List<String> prefixes) {
        write(prefixes);
        birdc("configure");
    }

    /** Waits until the session is established. */
    public void awaitEstablished(Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (!isEstablished()) {
            if (System.nanoTime() > deadlineNanos) {
                throw process.failure(
                        "has no session\n" + birdc("show protocols all " + session()).indent(4));
            }
            LabProcess.pause(Duration.ofMillis(20));
        }
    }

    public boolean isEstablished() {
        return birdc("show protocols " + session()).contains("Established");
    }

    /** The prefixes that the neighbor announces. */
    public List<String> learned() {
        List<String> prefixes = new ArrayList<>();
        for (String line : birdc("show route protocol " + session()).lines().toList()) {
            String word = line.split(" ")[0];
            if (word.contains("/")) {
                prefixes.add(word);
            }
        }
        return prefixes;
    }

    /** Ends the session in order, with a NOTIFICATION. */
    public void shutSession() {
        birdc("disable " + session());
    }

    public void openSession() {
        birdc("enable " + session());
    }

    /** Announces the bulk of the specification too. */
    public void offerBulk() {
        birdc("enable " + BirdSpec.BULK);
    }

    /** Withdraws the bulk. */
    public void withdrawBulk() {
        birdc("disable " + BirdSpec.BULK);
    }

    /**
     * Talks with it until closed, as somebody at its command line would. BIRD 2.0 sends a full
     * table in portions and may sleep for up to 3 s between them when nothing else happens.
     */
    public BirdTalk keepAwake() {
        return new BirdTalk(controlSocket());
    }

    private String session() {
        return spec.neighbors().getFirst().name();
    }

    public LabProcess process() {
        return process;
    }

    /** Everything it logged. */
    public String log() {
        return process.log();
    }

    /** Runs one command of BIRD's own command line. */
    public String birdc(String command) {
        List<String> line = new ArrayList<>(List.of("birdc", "-s", controlSocket().toString()));
        line.addAll(List.of(command.split(" ")));
        CommandResult result = namespace.attempt(line, Command.TIME_LIMIT);
        if (!result.succeeded()) {
            throw new LabException("birdc " + command + ": " + result.stdout() + result.stderr());
        }
        return result.stdout();
    }

    @Override
    public void close() {
        process.kill();
    }

    private Path controlSocket() {
        return directory.resolve("bird.ctl");
    }

    private void write(List<String> prefixes) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("bird.conf"), spec.file(prefixes));
        } catch (IOException e) {
            throw new LabException("cannot write " + directory + ": " + e.getMessage(), e);
        }
    }
}
