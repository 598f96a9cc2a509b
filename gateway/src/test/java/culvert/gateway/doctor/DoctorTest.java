package culvert.gateway.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.config.ConfigLoader;
import culvert.config.ConfigResult;
import culvert.config.LoadOptions;
import culvert.gateway.control.ControlReply;
import culvert.gateway.control.ExitCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each check on a machine of files, a kernel of words and a daemon of JSON. */
class DoctorTest {
    private static final String TUNNEL =
            """
            {"name":"aws-1","interface":"cv0","state":"up","reason":null,
             "peerAddress":"198.18.0.11","natDetected":false,"mtu":1438,
             "ike":{"rekeySeconds":100},"esp":{"rekeySeconds":100},
             "traffic":{"packetsIn":1000,"packetsOut":1000,
               "drops":{"replay":0,"authentication":0,"noSa":0,"selectors":0,"pathMtu":0}},
             "bgp":{"state":"established","received":2,"accepted":1,"advertised":1,"heldBack":0,
               "reason":"","peer":"169.254.10.1","lastNotification":""}}
            """;

    @TempDir private Path root = Path.of("");
    private final Map<InetAddress, Kernel.Way> ways = new HashMap<>();
    private final Map<String, Kernel.Device> devices = new HashMap<>();

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

    @BeforeEach
    void buildMachine() throws IOException {
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

    private void way(String to, String device) {
        ways.put(
                InetAddress.ofLiteral(to),
                new Kernel.Way(device, Optional.of(InetAddress.ofLiteral("198.18.0.254")), false));
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.toAbsolutePath().getParent());
        Files.writeString(path, text);
    }

    private Patient patient(String tunnel) {
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
                                .orElseThrow()));
    }

    private Result one(Check check, String tunnel) {
        return check.examine(patient(tunnel));
    }

    private static void assertSays(Result result, String word, String evidence) {
        assertEquals(word, result.word(), result::toString);
        assertTrue(result.evidence().contains(evidence), result::toString);
        boolean needsFix = word.equals("WARN") || word.equals("FAIL");
        assertEquals(needsFix, !result.fix().isEmpty(), result::toString);
    }

    @Test
    void namesAreUniqueAndEveryNeedIsACheckThatComesBefore() {
        Set<String> before = new HashSet<>();
        for (Check check : Doctor.CHECKS) {
            assertTrue(before.containsAll(check.needs()), check.name());
            assertTrue(before.add(check.name()), check.name());
            assertTrue(check.name().matches("[a-z0-9-]+"), check.name());
        }
    }

    @Test
    void aHealthyGatewayHasNoFailure() {
        for (Finding finding : Doctor.examine(Doctor.CHECKS, patient(TUNNEL))) {
            assertTrue(!(finding.result() instanceof Result.Fail), finding::toString);
        }
        for (Finding finding :
                Doctor.examine(
                        PathWalk.steps(InetAddress.ofLiteral("10.20.0.5")), patient(TUNNEL))) {
            assertTrue(!(finding.result() instanceof Result.Fail), finding::toString);
        }
    }

    @Test
    void whatTheKernelDoesNotTellIsUnknownAndTheRestGoesOn() {
        List<Finding> findings =
                Doctor.examine(List.of(new PortsCheck(), new DaemonCheck()), patient(TUNNEL));
        assertSays(findings.get(0).result(), "UNKNOWN", "does not tell");
        assertInstanceOf(Result.Pass.class, findings.get(1).result());
    }

    @Test
    void unreadableFilesAreUnknown() throws IOException {
        for (String file :
                new String[] {
                    "proc/7/status",
                    "proc/net/snmp",
                    "proc/sys/net/ipv4/ip_forward",
                    "proc/sys/net/ipv4/conf/all/rp_filter",
                    "sys/class/dmi/id/sys_vendor",
                    "run/systemd/timesync/synchronized"
                }) {
            Files.delete(root.resolve(file));
        }
        for (Check check :
                List.of(
                        new TunAccessCheck(),
                        new SocketDropsCheck(),
                        new ForwardingCheck(),
                        new ReversePathCheck(),
                        new CloudCheck(),
                        new ClockCheck(),
                        new AddressTranslationCheck(),
                        new ForwardFilterCheck())) {
            assertEquals("UNKNOWN", one(check, TUNNEL).word(), check.name());
        }
    }

    @Test
    void theMachineMayLackDevicesAndRights() throws IOException {
        write("proc/7/status", "CapEff:\t0000000000000000\n");
        assertSays(one(new TunAccessCheck(), TUNNEL), "FAIL", "CAP_NET_ADMIN");
        Files.delete(root.resolve("dev/net/tun"));
        assertSays(one(new TunAccessCheck(), TUNNEL), "FAIL", "/dev/net/tun");
    }

    @Test
    void tablesAndBuffersOverflow() throws IOException {
        write("proc/sys/net/netfilter/nf_conntrack_count", "950\n");
        write("proc/sys/net/netfilter/nf_conntrack_max", "1000\n");
        assertSays(one(new ConntrackCheck(), TUNNEL), "WARN", "950 of 1000");
        write("proc/net/snmp", "Udp: InDatagrams NoPorts RcvbufErrors\nUdp: 1000 0 50\n");
        assertSays(one(new SocketDropsCheck(), TUNNEL), "WARN", "50 of 1000");
        write("proc/net/xfrm_stat", "XfrmInError 0\nXfrmInNoPols\t12\n");
        assertSays(one(new XfrmCheck(), TUNNEL), "WARN", "blocked 12");
    }

    @Test
    void cloudsHaveSwitchesOfTheirOwn() throws IOException {
        write("sys/class/dmi/id/sys_vendor", "Amazon EC2\n");
        assertSays(one(new CloudCheck(), TUNNEL), "WARN", "EC2");
    }

    @Test
    void trafficTellsItsOwnStory() {
        assertSays(
                one(new OneWayCheck(), TUNNEL.replace("\"packetsIn\":1000", "\"packetsIn\":0")),
                "FAIL",
                "none came back");
        assertSays(
                one(new OneWayCheck(), TUNNEL.replace("\"packetsOut\":1000", "\"packetsOut\":0")),
                "WARN",
                "none went out");
        assertSays(
                one(new IntegrityCheck(), TUNNEL.replace("\"replay\":0", "\"replay\":40")),
                "WARN",
                "40 drops of kind replay");
        assertSays(
                one(new MtuCheck(), TUNNEL.replace("\"pathMtu\":0", "\"pathMtu\":3")),
                "FAIL",
                "3 packets were too long");
        assertSays(
                one(
                        new RekeyCheck(),
                        TUNNEL.replace(
                                "\"esp\":{\"rekeySeconds\":100", "\"esp\":{\"rekeySeconds\":0")),
                "WARN",
                "due for its rekey");
    }

    @Test
    void bgpThatBringsNothing() {
        BgpRoutesCheck check = new BgpRoutesCheck();
        assertSays(
                one(check, TUNNEL.replace("\"received\":2", "\"received\":0")),
                "WARN",
                "announces nothing");
        assertSays(
                one(check, TUNNEL.replace("\"accepted\":1", "\"accepted\":0")), "FAIL", "rejected");
        assertSays(
                one(check, TUNNEL.replace("\"advertised\":1", "\"advertised\":0")),
                "WARN",
                "we announce nothing");
        assertSays(
                one(check, TUNNEL.replace("\"heldBack\":0", "\"heldBack\":5")), "WARN", "5 of our");
        assertSays(
                one(
                        new BgpSessionCheck(),
                        TUNNEL.replace("\"established\"", "\"active\"")
                                .replace(
                                        "\"lastNotification\":\"\"",
                                        "\"lastNotification\":\"received OPEN error: Bad Peer AS\"")),
                "FAIL",
                "Bad Peer AS");
    }

    @Test
    void aTunnelBehindANatNeedsItsPublicName() {
        assertSays(
                one(new IdentityCheck(), TUNNEL.replace("Detected\":false", "Detected\":true")),
                "WARN",
                "behind a NAT");
    }

    @Test
    void devicesAndRoutesThatSomebodyChanged() {
        devices.put("cv0", new Kernel.Device("cv0", true, 1300));
        assertSays(one(new DeviceCheck(), TUNNEL), "WARN", "has MTU 1300, not 1438");
        devices.remove("cv0");
        assertSays(one(new DeviceCheck(), TUNNEL), "FAIL", "missing");
        ways.remove(InetAddress.ofLiteral("10.20.255.255"));
        assertSays(one(new RoutesCheck(), TUNNEL), "FAIL", "no route in the kernel");
        way("198.18.0.11", "cv0");
        assertSays(one(new OutsideRouteCheck(), TUNNEL), "FAIL", "into the tunnel device");
    }

    @Test
    void aPeerWithANameIsLookedForWhereTheDaemonFoundIt() throws IOException {
        write("culvert.yaml", read("culvert.yaml").replace("198.18.0.11", "vpn.example.com"));
        assertSays(one(new OutsideRouteCheck(), TUNNEL), "PASS", "every peer has a route");
        way("198.18.0.11", "cv0");
        assertSays(one(new OutsideRouteCheck(), TUNNEL), "FAIL", "into the tunnel device");
        String unknown = TUNNEL.replace("\"198.18.0.11\"", "null");
        assertSays(
                one(new OutsideRouteCheck(), unknown),
                "FAIL",
                "aws-1: the name vpn.example.com leads to no address");
        assertSays(one(new MtuCheck(), unknown), "UNKNOWN", "no way to the peer");
    }

    private String read(String file) throws IOException {
        return Files.readString(root.resolve(file));
    }

    @Test
    void rulesOfThePacketFilterAreRead() {
        Firewall docker =
                new Firewall(
                        """
                        *nat
                        -A POSTROUTING -s 172.17.0.0/16 ! -o docker0 -j MASQUERADE
                        *filter
                        :FORWARD DROP [0:0]
                        """);
        assertEquals(1, docker.rewritesOfSource(List.of("cv0")).size());
        assertTrue(docker.forwardsNothingByDefault());
        Firewall careful =
                new Firewall(
                        """
                        table ip nat {
                          chain postrouting {
                            type nat hook postrouting priority srcnat; policy accept;
                            oifname "eth0" masquerade
                          }
                          chain forward { type filter hook forward priority filter; policy accept; }
                        }
                        """);
        assertEquals(List.of(), careful.rewritesOfSource(List.of("cv0")));
        assertEquals(false, careful.forwardsNothingByDefault());
    }

    @Test
    void aReportAnswersInItsFirstLineAndFitsEightyColumns() {
        DoctorReport report =
                new DoctorReport(
                        List.of(
                                new Finding("daemon", new Result.Pass("it runs")),
                                new Finding(
                                        "routes", new Result.Fail("lost ".repeat(40), "find it")),
                                new Finding("bgp-routes", new Result.Unknown("waits for routes"))));
        String text = report.toText();
        assertTrue(text.startsWith("routes fails: 1 of 3 pass, 0 to look at, 1 unknown\n"), text);
        assertTrue(text.contains("FAIL     routes\n"), text);
        assertTrue(text.contains("         fix: find it\n"), text);
        assertTrue(text.lines().allMatch(line -> line.length() <= 80), text);
        assertTrue(
                report.toJson().contains("\"name\":\"daemon\",\"result\":\"pass\""),
                report::toJson);
    }
}
