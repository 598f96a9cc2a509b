package culvert.gateway.doctor;

import static culvert.gateway.doctor.SamplePatient.TUNNEL;
import static culvert.gateway.doctor.SamplePatient.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each check on a machine of files, a kernel of words and a daemon of JSON. */
class DoctorTest {
    private final Path root;
    private final SamplePatient patient;

    DoctorTest(@TempDir Path root) throws IOException {
        this.root = root;
        this.patient = new SamplePatient(root);
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
        for (Finding finding : Doctor.examine(Doctor.CHECKS, patient.asIs(TUNNEL))) {
            assertTrue(!(finding.result() instanceof Result.Fail), finding::toString);
        }
        for (Finding finding :
                Doctor.examine(
                        PathWalk.steps(InetAddress.ofLiteral("10.20.0.5")), patient.asIs(TUNNEL))) {
            assertTrue(!(finding.result() instanceof Result.Fail), finding::toString);
        }
    }

    @Test
    void whatTheKernelDoesNotTellIsUnknownAndTheRestGoesOn() {
        List<Finding> findings =
                Doctor.examine(List.of(new PortsCheck(), new DaemonCheck()), patient.asIs(TUNNEL));
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
            assertEquals("UNKNOWN", patient.one(check, TUNNEL).word(), check.name());
        }
    }

    @Test
    void theMachineMayLackDevicesAndRights() throws IOException {
        patient.write("proc/7/status", "CapEff:\t0000000000000000\n");
        assertSays(patient.one(new TunAccessCheck(), TUNNEL), "FAIL", "CAP_NET_ADMIN");
        Files.delete(root.resolve("dev/net/tun"));
        assertSays(patient.one(new TunAccessCheck(), TUNNEL), "FAIL", "/dev/net/tun");
    }

    @Test
    void tablesAndBuffersOverflow() throws IOException {
        patient.write("proc/sys/net/netfilter/nf_conntrack_count", "950\n");
        patient.write("proc/sys/net/netfilter/nf_conntrack_max", "1000\n");
        assertSays(patient.one(new ConntrackCheck(), TUNNEL), "WARN", "950 of 1000");
        patient.write("proc/net/snmp", "Udp: InDatagrams NoPorts RcvbufErrors\nUdp: 1000 0 50\n");
        assertSays(patient.one(new SocketDropsCheck(), TUNNEL), "WARN", "50 of 1000");
        patient.write("proc/net/xfrm_stat", "XfrmInError 0\nXfrmInNoPols\t12\n");
        assertSays(patient.one(new XfrmCheck(), TUNNEL), "WARN", "blocked 12");
    }

    @Test
    void cloudsHaveSwitchesOfTheirOwn() throws IOException {
        patient.write("sys/class/dmi/id/sys_vendor", "Amazon EC2\n");
        assertSays(patient.one(new CloudCheck(), TUNNEL), "WARN", "EC2");
    }

    @Test
    void trafficTellsItsOwnStory() {
        assertSays(
                patient.one(
                        new OneWayCheck(), TUNNEL.replace("\"packetsIn\":1000", "\"packetsIn\":0")),
                "FAIL",
                "none came back");
        assertSays(
                patient.one(
                        new OneWayCheck(),
                        TUNNEL.replace("\"packetsOut\":1000", "\"packetsOut\":0")),
                "WARN",
                "none went out");
        assertSays(
                patient.one(new IntegrityCheck(), TUNNEL.replace("\"replay\":0", "\"replay\":40")),
                "WARN",
                "40 drops of kind replay");
        assertSays(
                patient.one(new MtuCheck(), TUNNEL.replace("\"pathMtu\":0", "\"pathMtu\":3")),
                "FAIL",
                "3 packets were too long");
        assertSays(
                patient.one(
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
                patient.one(check, TUNNEL.replace("\"received\":2", "\"received\":0")),
                "WARN",
                "announces nothing");
        assertSays(
                patient.one(check, TUNNEL.replace("\"accepted\":1", "\"accepted\":0")),
                "FAIL",
                "rejected");
        assertSays(
                patient.one(check, TUNNEL.replace("\"advertised\":1", "\"advertised\":0")),
                "WARN",
                "we announce nothing");
        assertSays(
                patient.one(check, TUNNEL.replace("\"heldBack\":0", "\"heldBack\":5")),
                "WARN",
                "5 of our");
        assertSays(
                patient.one(
                        new BgpSessionCheck(),
                        TUNNEL.replace("\"established\"", "\"active\"")
                                .replace(
                                        "\"lastNotification\":\"\"",
                                        "\"lastNotification\":\"received OPEN error: Bad Peer"
                                                + " AS\"")),
                "FAIL",
                "Bad Peer AS");
    }

    @Test
    void aTunnelBehindANatNeedsItsPublicName() {
        assertSays(
                patient.one(
                        new IdentityCheck(), TUNNEL.replace("Detected\":false", "Detected\":true")),
                "WARN",
                "behind a NAT");
    }

    @Test
    void devicesAndRoutesThatSomebodyChanged() {
        patient.devices.put("cv0", new Kernel.Device("cv0", true, 1300));
        assertSays(patient.one(new DeviceCheck(), TUNNEL), "WARN", "has MTU 1300, not 1438");
        patient.devices.remove("cv0");
        assertSays(patient.one(new DeviceCheck(), TUNNEL), "FAIL", "missing");
        patient.ways.remove(InetAddress.ofLiteral("10.20.255.255"));
        assertSays(patient.one(new RoutesCheck(), TUNNEL), "FAIL", "no route in the kernel");
        patient.way("198.18.0.11", "cv0");
        assertSays(patient.one(new OutsideRouteCheck(), TUNNEL), "FAIL", "into the tunnel device");
    }

    @Test
    void aPeerWithANameIsLookedForWhereTheDaemonFoundIt() throws IOException {
        patient.write(
                "culvert.yaml", read("culvert.yaml").replace("198.18.0.11", "vpn.example.com"));
        assertSays(patient.one(new OutsideRouteCheck(), TUNNEL), "PASS", "every peer has a route");
        patient.way("198.18.0.11", "cv0");
        assertSays(patient.one(new OutsideRouteCheck(), TUNNEL), "FAIL", "into the tunnel device");
        String unknown = TUNNEL.replace("\"198.18.0.11\"", "null");
        assertSays(
                patient.one(new PeerNameCheck(), unknown),
                "FAIL",
                "aws-1: the name vpn.example.com leads to no address");
        assertSays(patient.one(new MtuCheck(), unknown), "UNKNOWN", "no way to the peer");
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
