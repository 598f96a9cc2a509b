package culvert.gateway;

import static culvert.gateway.DoctorOpinion.awaitFound;
import static culvert.gateway.DoctorOpinion.awaitNamed;
import static culvert.gateway.DoctorOpinion.doctor;
import static culvert.gateway.LabGateway.LIMIT;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Bird;
import culvert.lab.BirdSpec;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.Fault;
import culvert.lab.GatewaySpec;
import culvert.lab.LabAuthority;
import culvert.lab.LabProcess;
import culvert.lab.NatRelay;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** More causes of a dead tunnel, or of one that will die, each made on purpose. */
class DoctorCausesIT {
    private static Topology topology;

    @BeforeAll
    static void buildNetwork() {
        topology = Topology.open();
    }

    @AfterAll
    static void tearDown() {
        topology.close();
    }

    private static StrongSwanEndpoint strongSwan(StrongSwanSpec spec) {
        return StrongSwanEndpoint.start(topology, topology.endpoint(Endpoint.AWS1), spec);
    }

    private static CulvertProcess start(GatewaySpec spec) {
        return LabGateway.start(topology, spec);
    }

    private static GatewaySpec customer() {
        return LabGateway.customer(Endpoint.AWS1);
    }

    @Test
    void bothEndsWaitForEachOther() {
        try (StrongSwanEndpoint peer = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                CulvertProcess gateway =
                        start(customer().withEachTunnel(t -> t.with("role", "respond")))) {
            awaitNamed(gateway, "initiation");
            DoctorOpinion opinion = doctor(gateway);
            opinion.finds("FAIL", "initiation", "role: respond", "fix: write role: initiate");
            opinion.finds("UNKNOWN", "tunnels-up", "waits for initiation");
        }
    }

    /** The web service is one of the lab's own, and what it says is not our address. */
    @Test
    void ourPublicAddressIsAnother() throws IOException {
        Path answer = Files.createDirectories(topology.directory().resolve("web"));
        Files.writeString(answer.resolve("address"), "203.0.113.9\n");
        LabProcess web =
                topology.internet()
                        .start(
                                "web",
                                Path.of(System.getProperty("java.home"), "bin", "jwebserver")
                                        + " -b %s -p 8080 -d %s"
                                                .formatted(Topology.ROUTER, answer));
        web.awaitLine("Serving", LIMIT);
        topology.drop(Endpoint.AWS1);
        try (CulvertProcess gateway = start(customer())) {
            awaitNamed(gateway, "peer-answers");
            doctor(gateway).finds("UNKNOWN", "public-address", "--public-address");
            DoctorOpinion opinion =
                    doctor(gateway, "--public-address=http://" + Topology.ROUTER + ":8080/address");
            opinion.finds("FAIL", "public-address", "203.0.113.9", "198.18.0.1", "fix: give AWS");
            opinion.finds("UNKNOWN", "peer-answers", "waits for public-address");
        } finally {
            topology.restore(Endpoint.AWS1);
            web.kill();
        }
    }

    @Test
    void groupsAndCookiesInALoop() {
        // MODP-1024, which no proposal of ours allows.
        try (StubbornEndpoint peer =
                        StubbornEndpoint.bind(topology, Endpoint.AWS1, 500)
                                .answeringWith(
                                        StubbornEndpoint.INVALID_KE_PAYLOAD, new byte[] {0, 2});
                CulvertProcess gateway = start(customer())) {
            awaitNamed(gateway, "ike-proposals");
            doctor(gateway).finds("FAIL", "ike-proposals", "key exchange group");
        }
        try (StubbornEndpoint peer =
                        StubbornEndpoint.bind(topology, Endpoint.AWS1, 500)
                                .answeringWith(StubbornEndpoint.COOKIE, new byte[32]);
                CulvertProcess gateway = start(customer())) {
            awaitNamed(gateway, "ike-proposals");
            doctor(gateway).finds("FAIL", "ike-proposals", "cookie");
        }
    }

    /** The first CHILD SA needs no group; an hour later its successor does. */
    @Test
    void theGroupOfPerfectForwardSecrecyIsAnother() {
        try (StrongSwanEndpoint peer =
                        strongSwan(
                                StrongSwanSpec.aws(Endpoint.AWS1)
                                        .withProposals(
                                                "aes256gcm16-prfsha384-ecp384",
                                                "aes256gcm16-modp2048"));
                CulvertProcess gateway =
                        start(
                                customer()
                                        .withEachTunnel(
                                                t ->
                                                        t.with(
                                                                "esp",
                                                                "{proposals:"
                                                                        + " [aes256gcm16-ecp384]}")))) {
            gateway.awaitUp(LIMIT);
            doctor(gateway).finds("PASS", "rekey");
            gateway.cli("rekey", "aws-1");
            awaitFound("WARN", gateway, "rekey");
            doctor(gateway).finds("WARN", "rekey", "was refused", "fix: give both ends a group");
            doctor(gateway).finds("PASS", "tunnels-up");
        }
    }

    @Test
    void largeIkeMessagesAreLost() {
        LabAuthority root =
                LabAuthority.root(topology.directory(), "root", LabAuthority.KeyKind.RSA);
        LabAuthority.Issued own = root.issue("gateway");
        LabAuthority.Issued theirs = root.issue("aws-1.endpoint-0");
        topology.impair(Endpoint.AWS1, Fault.discard("udp port 4500 and greater 600"));
        try (StrongSwanEndpoint peer =
                        strongSwan(
                                StrongSwanSpec.aws(Endpoint.AWS1)
                                        .withCertificate(theirs, own.subject(), root));
                CulvertProcess gateway =
                        start(
                                customer()
                                        .withEachTunnel(
                                                t ->
                                                        t.withCertificate(
                                                                own.certificate(),
                                                                own.key(),
                                                                root.certificate(),
                                                                theirs.subject())))) {
            awaitFound("WARN", gateway, "ike-fragments");
            doctor(gateway).finds("WARN", "ike-fragments", "with its certificates", "1280");
        } finally {
            topology.heal(Endpoint.AWS1);
        }
    }

    @Test
    void behindANatUnderOurPrivateName() {
        LabProcess nat = NatRelay.start(topology, Endpoint.AWS1, NatRelay.Line.perfect());
        GatewaySpec spec =
                customer()
                        .withEachTunnel(
                                t ->
                                        t.with("peer-address", Endpoint.AWS1.relayAddress())
                                                .with(
                                                        "peer-identity",
                                                        Endpoint.AWS1.outsideAddress()));
        StrongSwanSpec aws =
                StrongSwanSpec.aws(Endpoint.AWS1).withConnection("remote_addrs", "%any");
        try (StrongSwanEndpoint peer = strongSwan(aws);
                CulvertProcess gateway = start(spec)) {
            gateway.awaitUp(LIMIT);
            doctor(gateway).finds("WARN", "identity", "behind a NAT", "fix: set site.identity");
        }
        // As AWS has it: it knows the public address only.
        try (StrongSwanEndpoint peer =
                        strongSwan(
                                aws.withIdentities(
                                        Endpoint.AWS1.outsideAddress(),
                                        Endpoint.AWS1.translatedAddress()));
                CulvertProcess gateway = start(spec)) {
            awaitNamed(gateway, "pre-shared-key");
            doctor(gateway).finds("WARN", "identity", "ourselves 198.18.0.1");
        } finally {
            nat.kill();
        }
    }

    @Test
    void theNameOfThePeerLeadsNowhere() {
        try (CulvertProcess gateway =
                start(customer().withEachTunnel(t -> t.with("peer-address", "nowhere.invalid")))) {
            DoctorOpinion opinion = doctor(gateway);
            opinion.finds("FAIL", "peer-name", "nowhere.invalid", "/etc/resolv.conf");
            opinion.finds("UNKNOWN", "outside-route", "waits for peer-name");
        }
    }

    @Test
    void whatTheMachineLacks() {
        try (StrongSwanEndpoint peer = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                CulvertProcess gateway = start(customer())) {
            gateway.awaitUp(LIMIT);
            DoctorOpinion.in(gateway, "mount -t tmpfs none /dev/net")
                    .finds("FAIL", "tun-access", "/dev/net/tun is missing", "modprobe tun");
            DoctorOpinion.in(
                            gateway,
                            "mount -t tmpfs none /sys && mkdir -p /sys/class/dmi/id"
                                    + " && echo Amazon EC2 > /sys/class/dmi/id/sys_vendor")
                    .finds("WARN", "cloud", "EC2", "source/destination check");
            topology.gateway().sysctl("net.ipv4.conf.cv0.forwarding", 0);
            doctor(gateway).finds("FAIL", "forwarding", "net.ipv4.conf.cv0.forwarding");
            topology.gateway().sysctl("net.ipv4.conf.cv0.forwarding", 1);
            topology.gateway().ip("rule add from 192.168.10.0/24 lookup 77 pref 100");
            doctor(gateway, "--destination", Topology.VPC_HOST).finds("WARN", "rules", "lookup 77");
            topology.gateway().ip("rule del pref 100");
        }
    }

    @Test
    void socketsThatOverflow() {
        try (CulvertProcess gateway = start(customer());
                NamespaceFlood flood = NamespaceFlood.bind(topology.gateway())) {
            flood.send(5_000);
            doctor(gateway).finds("WARN", "socket-drops", "buffer full");
        }
    }

    @Test
    void packetsThatAreLateForgedOrUnknown() {
        GatewaySpec patient = GatewaySpec.customer(Endpoint.AWS1);
        try (StrongSwanEndpoint peer = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                CulvertProcess gateway = start(patient)) {
            gateway.awaitUp(LIMIT);
            topology.routeVpcVia(Endpoint.AWS1);
            LabGateway.assertPings(topology);
            int spi =
                    HexFormat.fromHexDigits(
                            gateway.status().text("tunnels", "aws-1", "esp", "spiIn").orElse(""));
            peer.process().kill();
            try (StubbornEndpoint sender = StubbornEndpoint.bind(topology, Endpoint.AWS1, 4500)) {
                for (int i = 0; i < 50; i++) {
                    sender.sendEsp(spi, 1);
                }
                awaitFound("WARN", gateway, "replay-and-integrity");
                doctor(gateway).finds("WARN", "replay-and-integrity", "of kind replay");
            }
        }
    }

    @Test
    void nothingIsAnnouncedOrTooMuch() {
        StrongSwanSpec carrier = StrongSwanSpec.aws(Endpoint.AWS1).withoutRoutes();
        GatewaySpec bgp =
                customer().withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX);
        try (StrongSwanEndpoint tunnel = strongSwan(carrier)) {
            try (Bird silent =
                            Bird.start(
                                    topology,
                                    topology.endpoint(Endpoint.AWS1),
                                    BirdSpec.aws(Endpoint.AWS1));
                    CulvertProcess gateway = start(bgp)) {
                gateway.awaitUp(LIMIT);
                doctor(gateway).finds("WARN", "bgp-routes", "the peer announces nothing");
            }
            try (Bird peer =
                    Bird.start(
                            topology,
                            topology.endpoint(Endpoint.AWS1),
                            BirdSpec.aws(Endpoint.AWS1, Topology.VPC_PREFIX))) {
                try (CulvertProcess gateway = start(bgp.withSite("advertise", "[]"))) {
                    gateway.awaitUp(LIMIT);
                    awaitFound("WARN", gateway, "bgp-routes");
                    doctor(gateway).finds("WARN", "bgp-routes", "we announce nothing");
                }
                try (CulvertProcess gateway =
                        start(
                                bgp.withSite("advertise", "[192.168.10.0/24, 192.168.11.0/24]")
                                        .withConnection("max-advertised", "1"))) {
                    gateway.awaitUp(LIMIT);
                    awaitFound("WARN", gateway, "bgp-routes");
                    doctor(gateway).finds("WARN", "bgp-routes", "1 of our prefixes are more");
                }
            }
        }
    }

    @Test
    void whatTheFileSaysAgainstAws() {
        GatewaySpec both =
                LabGateway.customer(Endpoint.values())
                        .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX)
                        .withConnection("vpn-connection-id", "vpn-0123456789abcdef0");
        try (CulvertProcess gateway = start(both)) {
            doctor(gateway).finds("PASS", "preference");
            doctor(gateway).finds("PASS", "lifetimes");
            gateway.rewrite(
                    both.withEachTunnel(LabGateway::preferringTheFirst)
                            .withEachTunnel(t -> t.with("esp", "{lifetime: 2h}")));
            DoctorOpinion opinion = doctor(gateway);
            opinion.finds("WARN", "preference", "local-pref");
            opinion.finds("WARN", "lifetimes", "beyond AWS's");
            opinion.finds("WARN", "configuration", "culvert check");
            assertTrue(opinion.of("redundancy").startsWith("PASS"));
        }
    }
}
