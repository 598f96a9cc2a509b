package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.Namespace;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What packet filter, address translation, connection tracking and IPsec of the kernel do to a
 * healthy tunnel, and whether doctor names it. {@link FullKernelIT} runs it where they are.
 */
class DoctorInFullKernel {
    private static final Path MOST_CONNECTIONS =
            Path.of("/proc/sys/net/netfilter/nf_conntrack_max");

    private static Topology topology;
    private static Namespace machine;
    private static StrongSwanEndpoint peer;
    private static CulvertProcess gateway;

    @BeforeAll
    static void raiseTunnel() {
        topology = Topology.open();
        machine = topology.gateway();
        peer = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
        gateway = LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1));
        gateway.awaitUp(LIMIT);
        topology.routeVpcVia(Endpoint.AWS1);
    }

    @AfterAll
    static void tearDown() {
        gateway.close();
        peer.close();
        topology.close();
    }

    private static DoctorOpinion doctor() {
        return DoctorOpinion.doctor(gateway);
    }

    private static void rule(String words) {
        machine.exec("iptables-legacy " + words);
    }

    private static boolean siteReachesVpc() {
        return topology.lan().reaches(Topology.VPC_HOST, 5);
    }

    @Test
    void masqueradeMeantForTheInternet() {
        rule("-t nat -A POSTROUTING -o out0 -j MASQUERADE");
        doctor().finds("PASS", "address-translation");
        rule("-t nat -A POSTROUTING -s " + Topology.LAN_PREFIX + " -j MASQUERADE");
        doctor().finds("WARN", "address-translation", "MASQUERADE", "fix: let the rule apply");
        rule("-t nat -F");
        doctor().finds("PASS", "address-translation");
    }

    @Test
    void forwardingDeniedByDefault() {
        doctor().finds("PASS", "forward-filter");
        rule("-P FORWARD DROP");
        assertFalse(siteReachesVpc());
        doctor().finds("WARN", "forward-filter", "no rule names a tunnel's device", "fix: accept");
        rule("-A FORWARD -i cv0 -j ACCEPT");
        rule("-A FORWARD -o cv0 -j ACCEPT");
        assertTrue(siteReachesVpc());
        doctor().finds("PASS", "forward-filter");
        rule("-F");
        rule("-P FORWARD ACCEPT");
    }

    @Test
    void tableOfConnectionsThatIsFull() throws IOException {
        String most = Files.readString(MOST_CONNECTIONS);
        rule("-A FORWARD -m conntrack --ctstate INVALID -j DROP");
        assertTrue(siteReachesVpc());
        doctor().finds("PASS", "connection-tracking", "connections are tracked");
        Files.writeString(MOST_CONNECTIONS, "1");
        doctor().finds("WARN", "connection-tracking", "of 1 connections", "nf_conntrack_max=2");
        Files.writeString(MOST_CONNECTIONS, most);
        rule("-F");
    }

    @Test
    void policiesThatAnotherVpnLeft() {
        doctor().finds("PASS", "kernel-ipsec", "no policies");
        String policy = "src %s dst %s dir fwd".formatted(Topology.LAN_PREFIX, Topology.VPC_PREFIX);
        machine.exec("ip xfrm policy add " + policy + " action block");
        assertFalse(siteReachesVpc());
        doctor().finds("WARN", "kernel-ipsec", "src 192.168.10.0/24", "ip xfrm policy flush");
        machine.exec("ip xfrm policy delete " + policy);
        assertTrue(siteReachesVpc());
        doctor().finds("WARN", "kernel-ipsec", "has blocked", "fix: look at");
    }
}
