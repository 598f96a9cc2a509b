package culvert.gateway.doctor;

import static culvert.gateway.doctor.SamplePatient.TUNNEL;
import static culvert.gateway.doctor.SamplePatient.assertSays;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Causes that lie in what the two ends were told, and in what happened before. */
class MoreCausesTest {
    private static final String SILENT =
            TUNNEL.replace(
                    "\"reason\":null",
                    "\"reason\":\"peer 198.18.0.11 does not answer IKE_SA_INIT\"");
    private static final String WITHOUT_SA =
            TUNNEL.replace(
                    "\"ike\":{\"rekeySeconds\":100},\"esp\":{\"rekeySeconds\":100}",
                    "\"ike\":null,\"esp\":null");

    private final SamplePatient patient;

    MoreCausesTest(@TempDir Path root) throws IOException {
        this.patient = new SamplePatient(root);
    }

    private void edit(String from, String to) throws IOException {
        Path file = patient.root().resolve("culvert.yaml");
        Files.writeString(file, Files.readString(file).replace(from, to));
    }

    @Test
    void aRefusedRekeyIsTheLastWordUntilAnSaCarriesTheTunnelAgain() {
        String carries =
                "{\"tunnel\":\"aws-1\",\"msg\":\"CHILD SA 1/2 (aes256gcm16) carries the tunnel\"}";
        patient.happened(carries);
        assertSays(patient.one(new RekeyCheck(), TUNNEL), "PASS", "no rekey was refused");
        patient.happened(
                "{\"tunnel\":\"aws-1\",\"msg\":\"peer 198.18.0.11 refused our ESP proposals"
                        + " (NO_PROPOSAL_CHOSEN): give both sides one in common\"}");
        patient.happened("{\"tunnel\":\"aws-2\",\"msg\":\"CHILD SA 3/4 carries the tunnel\"}");
        assertSays(patient.one(new RekeyCheck(), TUNNEL), "WARN", "last rekey was refused");
        patient.happened(carries);
        assertSays(patient.one(new RekeyCheck(), TUNNEL), "PASS", "no rekey was refused");
    }

    @Test
    void nobodyBegins() throws IOException {
        assertSays(patient.one(new InitiationCheck(), WITHOUT_SA), "PASS", "we begin");
        edit("interface: cv0", "interface: cv0\n        role: respond");
        assertSays(patient.one(new InitiationCheck(), WITHOUT_SA), "FAIL", "role: respond");
        assertSays(patient.one(new InitiationCheck(), TUNNEL), "PASS", "the peer has");
    }

    @Test
    void lifetimesBeyondThePeers() throws IOException {
        edit("routing: static", "vpn-connection-id: vpn-0123456789abcdef0\n    routing: static");
        assertSays(patient.one(new LifetimesCheck(), TUNNEL), "PASS", "no SA lives longer");
        edit("interface: cv0", "interface: cv0\n        esp: {lifetime: 2h}");
        assertSays(patient.one(new LifetimesCheck(), TUNNEL), "WARN", "aws-1 has lifetimes beyond");
    }

    @Test
    void preferencesThatOutweighTheMed() throws IOException {
        assertSays(patient.one(new PreferenceCheck(), TUNNEL), "PASS", "outweighs");
        edit("outside-address: 198.18.0.1}", "outside-address: 198.18.0.1, asn: 65000}");
        edit(
                "routing: static\n    static-routes: [10.20.0.0/16]",
                "routing: bgp\n    peer-asn: 64512\n    vpn-connection-id: vpn-0123456789abcdef0");
        edit(
                "inside-address: 169.254.10.2/30\n",
                """
                inside-address: 169.254.10.2/30
                        bgp: {local-pref: 200}
                      - name: aws-2
                        interface: cv1
                        peer-address: 198.18.0.12
                        pre-shared-key: {file: secrets/aws-1.psk}
                        inside-address: 169.254.10.6/30
                """);
        assertSays(patient.one(new PreferenceCheck(), TUNNEL), "WARN", "aws differ in local-pref");
    }

    @Test
    void aSilentPeerMayNotKnowOurAddressWhichOnlyTheOutsideCanTell() throws IOException {
        assertSays(patient.one(new PublicAddressCheck(), TUNNEL), "PASS", "no peer is silent");
        assertSays(patient.one(new PublicAddressCheck(), SILENT), "UNKNOWN", "--public-address");
        Path answer = Files.writeString(patient.root().resolve("address"), "198.18.0.1\n");
        patient.askedOutside(answer.toUri());
        assertSays(patient.one(new PublicAddressCheck(), SILENT), "PASS", "sees us as 198.18.0.1");
        Files.writeString(answer, "203.0.113.9\n");
        assertSays(
                patient.one(new PublicAddressCheck(), SILENT), "FAIL", "as 203.0.113.9, and our");
        assertSays(
                patient.one(new PublicAddressCheck(), TUNNEL), "WARN", "as 203.0.113.9, and our");
        for (String nonsense :
                new String[] {"", "<html>Sign in to this network</html>", "1.2.3.4.5"}) {
            Files.writeString(answer, nonsense);
            assertSays(patient.one(new PublicAddressCheck(), SILENT), "UNKNOWN", "did not tell");
        }
        Files.delete(answer);
        assertSays(patient.one(new PublicAddressCheck(), SILENT), "UNKNOWN", "did not tell");
    }

    @Test
    void forwardingOfTheOtherFamilyAndOfOneDevice() throws IOException {
        patient.write("proc/sys/net/ipv4/conf/cv0/forwarding", "0\n");
        assertSays(
                patient.one(new ForwardingCheck(), TUNNEL), "FAIL", "net.ipv4.conf.cv0.forwarding");
        patient.write("proc/sys/net/ipv4/conf/cv0/forwarding", "1\n");
        edit("[10.20.0.0/16]", "['2001:db8::/48']");
        edit("169.254.10.2/30", "fd00:10::2/126");
        assertSays(
                patient.one(new ForwardingCheck(), TUNNEL), "UNKNOWN", "ipv6/conf/all/forwarding");
        patient.write("proc/sys/net/ipv6/conf/all/forwarding", "0\n");
        assertSays(
                patient.one(new ForwardingCheck(), TUNNEL), "FAIL", "net.ipv6.conf.all.forwarding");
        patient.write("proc/sys/net/ipv6/conf/all/forwarding", "1\n");
        assertSays(patient.one(new ForwardingCheck(), TUNNEL), "PASS", "ip_forward");
    }

    @Test
    void mappingsThatEndBeforeTheNextKeepalive() throws IOException {
        patient.write("proc/sys/net/netfilter/nf_conntrack_count", "5\n");
        patient.write("proc/sys/net/netfilter/nf_conntrack_max", "1000\n");
        patient.write("proc/sys/net/netfilter/nf_conntrack_udp_timeout_stream", "10\n");
        assertSays(patient.one(new ConntrackCheck(), TUNNEL), "WARN", "after 10 s");
    }

    @Test
    void namesOfPeersThatLeadNowhere() throws IOException {
        assertSays(patient.one(new PeerNameCheck(), TUNNEL), "PASS", "has an address");
        edit("peer-address: 198.18.0.11", "peer-address: aws.example.com");
        assertSays(patient.one(new PeerNameCheck(), TUNNEL), "PASS", "leads to one");
        String unknown = TUNNEL.replace("\"peerAddress\":\"198.18.0.11\"", "\"peerAddress\":null");
        assertSays(patient.one(new PeerNameCheck(), unknown), "FAIL", "aws.example.com");
        assertSays(patient.one(new OutsideRouteCheck(), unknown), "UNKNOWN", "no address");
    }

    /** As getent is when no name server answers. */
    @Test
    void toolsThatHangAreEnded() {
        assertTimeout(
                Duration.ofSeconds(20),
                () -> assertEquals(Optional.empty(), new Machine().tool("sleep", "60")));
        assertEquals(Optional.of("yes\n"), new Machine().tool("echo", "yes"));
    }

    @Test
    void numbersOfTheKernelAreReadToTheirEnd() throws IOException {
        String file = "proc/sys/kernel/pid_max";
        long all = new Machine().number(file).orElseThrow();
        // The kernel takes no less than this.
        assertTrue(all > 300, () -> file + " is " + all);
    }

    @Test
    void whatTheReversePathFilterHasDroppedIsCounted() throws IOException {
        patient.write("proc/sys/net/ipv4/conf/cv0/rp_filter", "1\n");
        patient.write("proc/net/netstat", "TcpExt: A IPReversePathFilter\nTcpExt: 1 42\n");
        assertSays(patient.one(new ReversePathCheck(), TUNNEL), "FAIL", "42 packets dropped");
    }
}
