package culvert.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * FRR in one namespace: zebra, which writes the kernel's table, and bgpd with one neighbor. It
 * announces what it is told and believes what it hears.
 */
public final class Frr implements AutoCloseable {
    private static final Path DAEMONS = Path.of("/usr/lib/frr");
    private static final String VTY_GROUP = "frrvty";
    private static final Duration START_LIMIT = Duration.ofSeconds(10);

    private final Namespace namespace;
    private final Path directory;
    private final String neighbor;
    private final LabProcess zebra;
    private final LabProcess bgpd;

    /**
     * What one FRR is told.
     *
     * @param routerId its BGP identifier
     * @param neighbor address of the peer, on a network of the namespace
     * @param password key of TCP MD5; empty for none
     */
    public record Spec(
            String routerId,
            long localAsn,
            String neighbor,
            long neighborAsn,
            String password,
            List<String> announced) {
        public Spec {
            announced = List.copyOf(announced);
        }

        /** The BGP side of an endpoint of AWS. */
        public static Spec aws(Endpoint endpoint, String... announced) {
            return new Spec(
                    endpoint.insideAddress(),
                    BirdSpec.AWS_ASN,
                    endpoint.customerInsideAddress(),
                    BirdSpec.CUSTOMER_ASN,
                    "",
                    List.of(announced));
        }

        public Spec withPassword(String key) {
            return new Spec(routerId, localAsn, neighbor, neighborAsn, key, announced);
        }

        /** bgpd's configuration. */
        String file() {
            var lines = new ArrayList<String>();
            lines.add("router bgp " + localAsn);
            lines.add(" bgp router-id " + routerId);
            lines.add(" no bgp ebgp-requires-policy");
            // The prefixes that it announces need not be in the kernel's table.
            lines.add(" no bgp network import-check");
            lines.add(" neighbor %s remote-as %d".formatted(neighbor, neighborAsn));
            lines.add(" neighbor " + neighbor + " timers 10 30");
            lines.add(" neighbor " + neighbor + " timers connect 2");
            if (!password.isEmpty()) {
                lines.add(" neighbor " + neighbor + " password " + password);
            }
            lines.add(" address-family ipv4 unicast");
            announced.forEach(prefix -> lines.add("  network " + prefix));
            lines.add(" exit-address-family");
            return String.join("\n", lines) + "\n";
        }

        /** Without the password. */
        @Override
        public String toString() {
            return "Frr.Spec[" + routerId + " to " + neighbor + "]";
        }
    }

    private Frr(Namespace namespace, Path directory, Spec spec) {
        this.namespace = namespace;
        this.directory = directory;
        this.neighbor = spec.neighbor();
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("zebra.conf"), "hostname lab\n");
            Files.writeString(directory.resolve("bgpd.conf"), spec.file());
            Files.writeString(directory.resolve("group"), groups());
        } catch (IOException e) {
            throw new LabException("cannot write " + directory + ": " + e.getMessage(), e);
        }
        zebra = run("zebra");
        bgpd = run("bgpd");
    }

    /** Starts an FRR; at most one per namespace. */
    public static Frr start(Topology topology, Namespace namespace, Spec spec) {
        return new Frr(namespace, topology.directory().resolve("frr-" + namespace.role()), spec);
    }

    /**
     * The daemons stay root, because the lab's directory is root's alone; and they insist that
     * whoever they are belongs to their group, which root does in their own /etc/group.
     */
    private static String groups() throws IOException {
        return Files.readAllLines(Path.of("/etc/group")).stream()
                .map(line -> line.startsWith(VTY_GROUP + ":") ? line + ",root" : line)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private LabProcess run(String daemon) {
        if (!Files.isExecutable(DAEMONS.resolve(daemon))) {
            throw new LabException(
                    DAEMONS.resolve(daemon) + " is missing: install the package frr");
        }
        LabProcess started =
                namespace.start(
                        daemon,
                        "unshare --mount sh -c",
                        ("mount --bind %1$s/group /etc/group && exec %2$s/%3$s -f %1$s/%3$s.conf"
                                        + " -i %1$s/%3$s.pid -z %1$s/zserv.api --vty_socket %1$s"
                                        + " -P 0 -u root -g root --log stdout")
                                .formatted(directory, DAEMONS, daemon));
        Path socket = directory.resolve(daemon + ".vty");
        long deadlineNanos = System.nanoTime() + START_LIMIT.toNanos();
        while (!Files.exists(socket)) {
            if (!started.isAlive() || System.nanoTime() > deadlineNanos) {
                throw started.failure("opened no " + socket);
            }
            LabProcess.pause(Duration.ofMillis(10));
        }
        return started;
    }

    public boolean isEstablished() {
        return vtysh("show bgp neighbors " + neighbor).contains("BGP state = Established");
    }

    /** Whether the kernel of the namespace has a route of BGP's to the prefix. */
    public boolean hasInstalled(String prefix) {
        return !namespace.exec("ip route show " + prefix + " proto bgp").isBlank();
    }

    /** Ends the session in order, with a NOTIFICATION. */
    public void shutSession() {
        configure("neighbor " + neighbor + " shutdown");
    }

    public void openSession() {
        configure("no neighbor " + neighbor + " shutdown");
    }

    /** Begins to announce a prefix. */
    public void announce(String prefix) {
        configure("network " + prefix);
    }

    /** Withdraws a prefix. */
    public void withdraw(String prefix) {
        configure("no network " + prefix);
    }

    private void configure(String line) {
        vtysh("configure terminal", "router bgp", line);
    }

    /** Runs commands of FRR's own shell, in one session. */
    public String vtysh(String... commands) {
        List<String> line = new ArrayList<>(List.of("vtysh", "--vty_socket", directory.toString()));
        for (String command : commands) {
            line.add("-c");
            line.add(command);
        }
        CommandResult result = namespace.attempt(line, Command.TIME_LIMIT);
        if (!result.succeeded()) {
            throw new LabException(
                    "vtysh " + List.of(commands) + ": " + result.stdout() + result.stderr());
        }
        return result.stdout();
    }

    /** Everything that bgpd logged. */
    public String log() {
        return bgpd.log();
    }

    @Override
    public void close() {
        bgpd.kill();
        zebra.kill();
    }
}
