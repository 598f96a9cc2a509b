package culvert.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A strongSwan in one namespace, with ESP in user space (kernel-libipsec), as one end of one
 * tunnel.
 *
 * <p>One charon serves one tunnel: libipsec takes the first matching policy, so two tunnels with
 * selectors 0.0.0.0/0 in one charon would both use the first. Each charon has a mount namespace in
 * which {@code /run}, {@code /etc/swanctl} and {@code /etc/strongswan.conf} are its own files in
 * the lab's directory; so several live side by side, and the system's own configuration is neither
 * read nor changed. One of another {@link StrongSwanRelease} has another root besides.
 */
public final class StrongSwanEndpoint implements AutoCloseable {
    /** The TUN device of kernel-libipsec; its MTU is 1400, fixed. */
    public static final String DEVICE = "ipsec0";

    private static final Duration START_LIMIT = Duration.ofSeconds(10);
    // kernel-libipsec must come before kernel-netlink, and still needs it for routes and addresses.
    private static final String PLUGINS =
            "random nonce openssl pem pkcs1 pkcs8 x509 revocation constraints pubkey gcm hmac kdf sha1 sha2"
                    + " aes gmp kernel-libipsec kernel-netlink socket-default vici updown counters";

    private static final Map<String, String> DAEMON_SETTINGS =
            Map.of(
                    "charon.load_modular", "no",
                    "charon.load", PLUGINS,
                    "charon.filelog.lab.path", "/run/charon.log",
                    "charon.filelog.lab.flush_line", "yes",
                    "charon.filelog.lab.time_format", "%T",
                    "charon.filelog.lab.time_add_ms", "yes",
                    "charon.filelog.lab.default", "1");

    private final Namespace namespace;
    private final Path directory;
    private final StrongSwanRelease release;
    private StrongSwanSpec spec;
    private @Nullable LabProcess charon;

    private StrongSwanEndpoint(
            Namespace namespace, Path directory, StrongSwanRelease release, StrongSwanSpec spec) {
        this.namespace = namespace;
        this.directory = directory;
        this.release = release;
        this.spec = spec;
    }

    /** An endpoint of AWS in its namespace, started. */
    public static StrongSwanEndpoint startAws(Topology topology, Endpoint endpoint) {
        return start(topology, topology.endpoint(endpoint), StrongSwanSpec.aws(endpoint));
    }

    /** The installed charon in a namespace, started; at most one per namespace. */
    public static StrongSwanEndpoint start(
            Topology topology, Namespace namespace, StrongSwanSpec spec) {
        return start(topology, namespace, StrongSwanRelease.INSTALLED, spec);
    }

    /** A charon of this release. */
    public static StrongSwanEndpoint start(
            Topology topology,
            Namespace namespace,
            StrongSwanRelease release,
            StrongSwanSpec spec) {
        Path directory = topology.directory().resolve("strongswan-" + namespace.role());
        var endpoint = new StrongSwanEndpoint(namespace, directory, release, spec);
        endpoint.start();
        return endpoint;
    }

    /** Starts charon, loads the connection, and gives the TUN device its address and routes. */
    public void start() {
        if (charon != null && charon.isAlive()) {
            throw new IllegalStateException("charon already runs in " + namespace.role());
        }
        writeConfiguration();
        removeRoutingOfFormerRun();
        charon = namespace.start("charon", "sh -ec", script());
        awaitVici();
        loadAll();
        namespace.ip(
                // kernel-libipsec's table 220 sends everything into the tunnel, decrypted packets
                // for networks
                // behind this end as well; specific routes of the main table go first, its default
                // does not.
                "rule add pref 210 lookup main suppress_prefixlength 0",
                "address replace " + spec.insideAddress() + " dev " + DEVICE);
        for (String prefix : spec.routes()) {
            namespace.ip("route replace " + prefix + " dev " + DEVICE);
        }
    }

    /** Dies at once and tells nobody. */
    public void stop() {
        running().kill();
    }

    /** {@link #stop}, then {@link #start}: a crash and restart, with INITIAL_CONTACT. */
    public void restart() {
        stop();
        start();
    }

    /** Takes new settings; they hold from the next IKE SA on. */
    public void reload(StrongSwanSpec changed) {
        spec = changed;
        writeConfiguration();
        loadAll();
    }

    /** Initiates the IKE SA and its child, and waits until they stand. */
    public void initiate() {
        swanctl("--initiate --child " + StrongSwanSpec.CHILD);
    }

    /** Deletes the IKE SA and with it the child, with DELETE to the peer. */
    public void terminate() {
        swanctl("--terminate --ike " + StrongSwanSpec.CONNECTION);
    }

    /** Deletes the child alone, with DELETE to the peer. */
    public void terminateChild() {
        swanctl("--terminate --child " + StrongSwanSpec.CHILD);
    }

    /** Begins to rekey the child; the exchange itself follows. */
    public void rekeyChild() {
        vici().command("rekey", "child", StrongSwanSpec.CHILD);
    }

    /** Begins to rekey the IKE SA; the exchange itself follows. */
    public void rekeyIke() {
        vici().command("rekey", "ike", StrongSwanSpec.CONNECTION);
    }

    /** Runs swanctl with these options in the place of the charon, and gives its output. */
    public String swanctl(String options) {
        return Command.run("nsenter -t " + running().pid() + " -m -n -r swanctl " + options);
    }

    /** The IKE SAs and their children, oldest first. */
    public List<IkeSaReport> listSas() {
        return IkeSaReport.parse(swanctl("--list-sas --pretty"));
    }

    /** Waits until an IKE SA is ESTABLISHED with a child INSTALLED, and gives it. */
    public IkeSaReport awaitEstablished(Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadlineNanos) {
            for (IkeSaReport sa : listSas()) {
                if (sa.established()) {
                    return sa;
                }
            }
            LabProcess.pause(Duration.ofMillis(20));
        }
        throw new LabException(
                "no tunnel in "
                        + namespace.role()
                        + " within "
                        + limit
                        + "\n"
                        + logTail().indent(4));
    }

    /** Everything charon logged. */
    public String log() {
        Path file = directory.resolve("run/charon.log");
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new LabException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    /** Waits for a line of charon's log that contains the text, and gives the line. */
    public String awaitLog(String text, Duration limit) {
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (System.nanoTime() < deadlineNanos) {
            var line = log().lines().filter(l -> l.contains(text)).findFirst();
            if (line.isPresent()) {
                return line.get();
            }
            LabProcess.pause(Duration.ofMillis(20));
        }
        throw new LabException(
                "charon in "
                        + namespace.role()
                        + " logged no \""
                        + text
                        + "\" within "
                        + limit
                        + "\n"
                        + logTail().indent(4));
    }

    /** The charon, for signals: frozen it is a peer that hangs. */
    public LabProcess process() {
        return running();
    }

    public Namespace namespace() {
        return namespace;
    }

    @Override
    public void close() {
        if (charon != null) {
            charon.kill();
        }
    }

    private LabProcess running() {
        if (charon == null) {
            throw new IllegalStateException("charon in " + namespace.role() + " was never started");
        }
        return charon;
    }

    private ViciSocket vici() {
        return new ViciSocket(directory.resolve("run/charon.vici"));
    }

    private String logTail() {
        List<String> lines = log().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 25), lines.size()));
    }

    private void loadAll() {
        swanctl("--load-all");
    }

    private static String bind(Path from, Path to) {
        return "mount --bind " + from + " " + to;
    }

    private void awaitVici() {
        Path socket = vici().path();
        long deadlineNanos = System.nanoTime() + START_LIMIT.toNanos();
        while (!Files.exists(socket)) {
            if (!running().isAlive() || System.nanoTime() > deadlineNanos) {
                throw running().failure("opened no control socket\n" + logTail());
            }
            LabProcess.pause(Duration.ofMillis(10));
        }
    }

    private void writeConfiguration() {
        SortedMap<String, String> settings = new TreeMap<>(DAEMON_SETTINGS);
        settings.putAll(spec.settings());
        try {
            Files.createDirectories(directory.resolve("run"));
            Files.createDirectories(directory.resolve("swanctl"));
            Files.writeString(
                    directory.resolve("strongswan.conf"),
                    StrongSwanSettings.file(settings, "charon"));
            Path swanctl = directory.resolve("swanctl/swanctl.conf");
            if (!Files.exists(swanctl)) {
                Files.createFile(
                        swanctl,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(swanctl, StrongSwanSettings.file(settings, "connections", "secrets"));
            for (Map.Entry<String, Path> file : spec.files().entrySet()) {
                Path copy = directory.resolve("swanctl").resolve(file.getKey());
                Files.createDirectories(copy.getParent());
                Files.copy(file.getValue(), copy, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new LabException("cannot write " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Rules and routes of table 220 that a killed charon leaves behind. */
    private void removeRoutingOfFormerRun() {
        for (int preference : List.of(210, 220)) {
            // Each call removes one; a rule may be there more than once.
            boolean removed;
            do {
                removed = namespace.attempt("ip rule del pref " + preference).succeeded();
            } while (removed);
        }
        namespace.attempt("ip route flush table 220");
        try {
            Files.deleteIfExists(directory.resolve("run/charon.pid"));
            Files.deleteIfExists(directory.resolve("run/charon.vici"));
        } catch (IOException e) {
            throw new LabException("cannot clean " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Runs in the mount namespace that {@code ip netns exec} made: nobody else sees these mounts.
     */
    private String script() {
        var lines = new ArrayList<String>();
        Path root = release.root();
        lines.add(bind(directory.resolve("strongswan.conf"), root.resolve("etc/strongswan.conf")));
        lines.add(bind(directory.resolve("swanctl"), root.resolve("etc/swanctl")));
        if (release != StrongSwanRelease.INSTALLED) {
            lines.add("mount --rbind /dev " + root.resolve("dev"));
            lines.add("mount --rbind /sys " + root.resolve("sys"));
            lines.add("mount -t proc proc " + root.resolve("proc"));
        }
        lines.add(bind(directory.resolve("run"), root.resolve("run")));
        lines.add("exec chroot " + root + " " + release.charon());
        return String.join("\n", lines);
    }
}
