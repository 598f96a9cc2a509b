package culvert.gateway.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.config.ConfigLoader;
import culvert.config.ConfigResult;
import culvert.config.LoadOptions;
import culvert.gateway.control.ControlReply;
import culvert.gateway.control.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A machine of files, a kernel of words and a daemon of JSON: healthy, until a test changes it. */
final class SamplePatient {
    static final String TUNNEL =
            """
            {"name":"aws-1","interface":"cv0","state":"up","reason":null,
             "peerAddress":"198.18.0.11","natDetected":false,"mtu":1438,
             "ike":{"rekeySeconds":100},"esp":{"rekeySeconds":100},
             "traffic":{"packetsIn":1000,"packetsOut":1000,
               "drops":{"replay":0,"authentication":0,"noSa":0,"selectors":0,"pathMtu":0}},
             "bgp":{"state":"established","received":2,"accepted":1,"advertised":1,"heldBack":0,
               "reason":"","peer":"169.254.10.1","lastNotification":""}}
            """;

    final Map<InetAddress, Kernel.Way> ways = new HashMap<>();
    final Map<String, Kernel.Device> devices = new HashMap<>();
    final List<JsonValue> events = new ArrayList<>();
    private final Path root;
    private Optional<URI> publicAddressService = Optional.empty();

    /** A kernel that knows what a test tells it. */
    private final class ToldKernel implements Kernel {
        @Override
        public Optional<Way> way(InetAddress destination) {
            return Optional.ofNullable(ways.get(destination));
        }

        @Override
        public Optional<Device> device(String name) {
            return Optional.ofNullable(devices.get(name));
        }

        @Override
        public List<InetAddress> addresses() {
            return List.of(InetAddress.ofLiteral("198.18.0.1"));
        }

        @Override
        public List<Holder> holdersOfUdp(int port) {
            throw new UncheckedIOException(new IOException("this kernel does not tell"));
        }
    }

    /** A healthy gateway whose files are below the directory. */
    SamplePatient(Path root) throws IOException {
        this.root = root;
        write("dev/net/tun", "");
        write("proc/7/status", "Name:\tjava\nCapEff:\t0000000000003400\n");
        write("proc/net/snmp", "Udp: InDatagrams NoPorts RcvbufErrors\nUdp: 100000 0 1\n");
        write("proc/sys/net/ipv4/ip_forward", "1\n");
        write("proc/sys/net/ipv4/conf/all/rp_filter", "0\n");
        write("proc/sys/net/ipv4/conf/cv0/rp_filter", "2\n");
        write("sys/class/dmi/id/sys_vendor", "ACME\n");
        write("run/systemd/timesync/synchronized", "");
        write("secrets/aws-1.psk", "only.for_this.test\n");
        Files.setPosixFilePermissions(
                root.resolve("secrets/aws-1.psk"), PosixFilePermissions.fromString("rw-------"));
        write(
                "culvert.yaml",
                """
                version: 1
                site: {name: here, outside-address: 198.18.0.1}
                connections:
                  - name: aws
                    routing: static
                    static-routes: [10.20.0.0/16]
                    tunnels:
                      - name: aws-1
                        interface: cv0
                        peer-address: 198.18.0.11
                        pre-shared-key: {file: secrets/aws-1.psk}
                        inside-address: 169.254.10.2/30
                """);
        way("198.18.0.11", "eth0");
        way("10.20.255.255", "cv0");
        way("10.20.0.5", "cv0");
        devices.put("eth0", new Kernel.Device("eth0", true, 1500));
        devices.put("cv0", new Kernel.Device("cv0", true, 1438));
    }

    void way(String to, String device) {
        ways.put(
                InetAddress.ofLiteral(to),
                new Kernel.Way(device, Optional.of(InetAddress.ofLiteral("198.18.0.254")), false));
    }

    void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.toAbsolutePath().getParent());
        Files.writeString(path, text);
    }

    Patient asIs(String tunnel) {
        ConfigResult config = ConfigLoader.load(root.resolve("culvert.yaml"), LoadOptions.NONE);
        return new Patient(
                root.resolve("culvert.yaml"),
                config,
                new Machine(root, false),
                new ToldKernel(),
                new Daemon(
                        new ControlReply(ExitCode.OK, ""),
                        JsonValue.parse(
                                        "{\"version\":\"1\",\"pid\":7,\"tunnels\":["
                                                + tunnel
                                                + "]}")
                                .orElseThrow(),
                        JsonValue.parse(
                                        """
                                        {"tunnels":[{"name":"aws-1","child":{"spiOut":"c1",
                                         "remoteSelectors":[{"from":"0.0.0.0",
                                           "to":"255.255.255.255","protocol":0}]}}]}
                                        """)
                                .orElseThrow(),
                        JsonValue.parse(
                                        """
                                        {"routes":[{"prefix":"10.20.0.0/16","kind":"static",
                                          "installed":true,"via":"aws-1"}]}
                                        """)
                                .orElseThrow(),
                        events),
                publicAddressService);
    }

    void askedOutside(URI service) {
        publicAddressService = Optional.of(service);
    }

    Path root() {
        return root;
    }

    void happened(String event) {
        events.add(JsonValue.parse(event).orElseThrow());
    }

    Result one(Check check, String tunnel) {
        return check.examine(asIs(tunnel));
    }

    static void assertSays(Result result, String word, String evidence) {
        assertEquals(word, result.word(), result::toString);
        assertTrue(result.evidence().contains(evidence), result::toString);
        boolean needsFix = word.equals("WARN") || word.equals("FAIL");
        assertEquals(needsFix, !result.fix().isEmpty(), result::toString);
    }
}
