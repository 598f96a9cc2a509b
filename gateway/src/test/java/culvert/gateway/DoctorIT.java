package culvert.gateway;

import static culvert.gateway.DoctorOpinion.awaitNamed;
import static culvert.gateway.DoctorOpinion.doctor;
import static culvert.gateway.LabGateway.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Bird;
import culvert.lab.BirdSpec;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.Fault;
import culvert.lab.GatewaySpec;
import culvert.lab.Namespace;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Causes of a dead tunnel, each made on purpose, and whether doctor names it. */
class DoctorIT {
    private static Topology topology;
    private static Namespace machine;

    @BeforeAll
    static void buildNetwork() {
        topology = Topology.open();
        machine = topology.gateway();
        StrongSwanEndpoint.startAws(topology, Endpoint.AWS2);
    }

    @AfterAll
    static void tearDown() {
        topology.close();
    }

    @Test
    void whatIsWrongWithTheMachineUnderAHealthyGateway() throws IOException {
        try (StrongSwanEndpoint first = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                CulvertProcess gateway =
                        LabGateway.start(topology, LabGateway.customer(Endpoint.values()))) {
            gateway.awaitUp(LIMIT);
            topology.routeVpcVia(Endpoint.AWS1);
            LabGateway.assertPings(topology);
            DoctorOpinion healthy = doctor(gateway);
            assertEquals(0, healthy.result().exitCode(), healthy.result()::stdout);
            assertTrue(healthy.result().stdout().startsWith("Nothing fails"));
            healthy.finds("PASS", "tunnels-up");
            healthy.finds("PASS", "routes");

            machine.sysctl("net.ipv4.ip_forward", 0);
            doctor(gateway).finds("FAIL", "forwarding", "fix: sysctl -w net.ipv4.ip_forward=1");
            machine.sysctl("net.ipv4.ip_forward", 1);

            machine.sysctl("net.ipv4.conf.cv1.rp_filter", 1);
            machine.sysctl("net.ipv4.conf.all.rp_filter", 0);
            doctor(gateway).finds("FAIL", "reverse-path-filter", "cv1");
            machine.sysctl("net.ipv4.conf.cv1.rp_filter", 2);

            machine.ip("route add 10.20.255.0/24 via " + Topology.ROUTER);
            doctor(gateway).finds("FAIL", "routes", "10.20.0.0/16", Topology.ROUTER);
            doctor(gateway, "--destination", "10.20.255.7")
                    .finds("FAIL", "route", "in the clear", "10.20.0.0/16");
            machine.ip("route del 10.20.255.0/24");

            machine.ip("link set " + topology.outside().name() + " mtu 1400");
            doctor(gateway).finds("FAIL", "mtu", "has MTU 1400, a full packet needs 1500");
            machine.ip("link set " + topology.outside().name() + " mtu 1500");

            machine.ip("route add unreachable 198.18.0.12");
            doctor(gateway).finds("FAIL", "outside-route", "aws-2: no route to the peer");
            machine.ip("route del unreachable 198.18.0.12");

            Files.setLastModifiedTime(
                    gateway.configuration(),
                    FileTime.from(Instant.now().plus(Duration.ofDays(400))));
            doctor(gateway).finds("WARN", "clock", "set the clock");

            DoctorOpinion walk = doctor(gateway, "--destination", Topology.VPC_HOST);
            assertEquals(0, walk.result().exitCode(), walk.result()::stdout);
            walk.finds("PASS", "route", "tunnel aws-1 (10.20.0.0/16, static)");
            walk.finds("PASS", "sa", "admits it");
            walk.finds("PASS", "size", "1438");
            walk.finds("PASS", "outside", "198.18.0.11");
            doctor(gateway, "--destination", "8.8.8.8").finds("FAIL", "route", "in the clear");
            assertTrue(
                    doctor(gateway, "--json")
                            .result()
                            .stdout()
                            .contains("\"schema\":\"culvert.doctor/1\""));

            DoctorOpinion blind = DoctorOpinion.in(gateway, "mount -t tmpfs none /proc/sys");
            blind.finds("UNKNOWN", "forwarding");
            blind.finds("UNKNOWN", "reverse-path-filter");
            blind.finds("PASS", "tunnels-up");

            machine.ip("link set cv1 down");
            doctor(gateway).finds("FAIL", "devices", "cv1 is down");
        }
    }

    private static void assertNamed(
            GatewaySpec spec, StrongSwanSpec peer, String check, String... evidence) {
        try (StrongSwanEndpoint first =
                        StrongSwanEndpoint.start(topology, topology.endpoint(Endpoint.AWS1), peer);
                CulvertProcess gateway = LabGateway.start(topology, spec)) {
            awaitNamed(gateway, check);
            DoctorOpinion opinion = doctor(gateway);
            opinion.finds("FAIL", check, evidence);
            opinion.finds("UNKNOWN", "tunnels-up", "waits for " + check);
        }
    }

    @Test
    void whoTheEndsSayThatTheyAre() {
        try (StrongSwanEndpoint first = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                LabGateway.customer(Endpoint.AWS1)
                                        .withEachTunnel(
                                                t -> t.with("peer-identity", "203.0.113.7")))) {
            awaitNamed(gateway, "pre-shared-key");
            doctor(gateway).finds("WARN", "identity", "ourselves 198.18.0.1", "203.0.113.7");
        }
    }

    @Test
    void whatTheTwoEndsDoNotAgreeOn() {
        GatewaySpec customer = LabGateway.customer(Endpoint.AWS1);
        StrongSwanSpec aws = StrongSwanSpec.aws(Endpoint.AWS1);
        assertNamed(
                customer,
                aws.withPreSharedKey("another.key_42"),
                "pre-shared-key",
                "fix: download");
        assertNamed(
                customer,
                aws.withProposals("aes128-sha1-modp1024", "aes256gcm16-ecp384"),
                "ike-proposals",
                "NO_PROPOSAL_CHOSEN");
        assertNamed(
                customer,
                aws.withProposals("aes256gcm16-prfsha384-ecp384", "aes128-sha256"),
                "esp-proposals",
                "NO_PROPOSAL_CHOSEN");
        assertNamed(
                customer,
                aws.withChild("remote_ts", "172.31.7.0/24").withChild("local_ts", "fd00:1::/64"),
                "selectors",
                "TS_UNACCEPTABLE");
    }

    @Test
    void whatIsLostOnTheWay() {
        try (StrongSwanEndpoint first = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1)) {
            topology.impair(Endpoint.AWS1, Fault.discard("udp port 4500"));
            topology.drop(Endpoint.AWS2);
            try (CulvertProcess gateway =
                    LabGateway.start(topology, LabGateway.customer(Endpoint.values()))) {
                awaitNamed(gateway, "udp-4500");
                awaitNamed(gateway, "peer-answers");
            }
            topology.heal(Endpoint.AWS1);
            topology.impair(Endpoint.AWS1, Fault.discardEsp());
            try (CulvertProcess gateway =
                    LabGateway.start(topology, LabGateway.customer(Endpoint.AWS1))) {
                LabGateway.await(
                        "doctor names both-ways",
                        () -> doctor(gateway).result().stdout(),
                        () -> {
                            topology.lan().reaches(Topology.VPC_HOST, 20);
                            return doctor(gateway).of("both-ways").startsWith("FAIL");
                        });
                doctor(gateway).finds("WARN", "redundancy", "aws has one tunnel only");
            }
        } finally {
            topology.heal(Endpoint.AWS1);
            topology.restore(Endpoint.AWS2);
        }
    }

    @Test
    void whatKeepsTheDaemonFromRunning() throws IOException {
        GatewaySpec spec = LabGateway.customer(Endpoint.AWS1);
        try (CulvertProcess gateway = LabGateway.start(topology, spec)) {
            gateway.kill();
            doctor(gateway).finds("FAIL", "daemon", "systemctl start culvert");

            try (StrongSwanEndpoint other =
                    StrongSwanEndpoint.start(
                            topology,
                            machine,
                            StrongSwanSpec.customer(Endpoint.AWS1)
                                    .withChild("start_action", "none"))) {
                doctor(gateway).finds("FAIL", "ports", "charon", "UDP 500");
            }

            gateway.rewrite(spec.withSite("outside-address", "203.0.113.1"));
            doctor(gateway).finds("FAIL", "outside-address", "203.0.113.1");

            gateway.rewrite(spec.withSite("nmae", "x"));
            doctor(gateway).finds("FAIL", "configuration", "'nmae'", "culvert check");

            gateway.rewrite(
                    spec.withEachTunnel(
                            t -> t.with("liveness", "{dpd-timeout: 2m, probe-interval: null}")));
            doctor(gateway).finds("WARN", "dead-peer-detection", "120 s");

            gateway.rewrite(spec);
            Path key = gateway.configuration().resolveSibling("secrets/aws-1.psk");
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
            doctor(gateway).finds("FAIL", "configuration", "chmod 600");
            Files.delete(key);
            doctor(gateway).finds("FAIL", "configuration", "aws-1.psk");
            Files.delete(gateway.configuration());
            doctor(gateway).finds("FAIL", "configuration", "culvert.yaml");
        }
    }

    @Test
    void whatBgpDoesNotLike() {
        StrongSwanSpec carrier = StrongSwanSpec.aws(Endpoint.AWS1).withoutRoutes();
        BirdSpec announcer = BirdSpec.aws(Endpoint.AWS1, Topology.VPC_PREFIX);
        GatewaySpec customer =
                GatewaySpec.customer(Endpoint.AWS1)
                        .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, Topology.LAN_PREFIX);
        Namespace aws = topology.endpoint(Endpoint.AWS1);
        try (StrongSwanEndpoint tunnel = StrongSwanEndpoint.start(topology, aws, carrier)) {
            try (CulvertProcess gateway = LabGateway.start(topology, customer)) {
                awaitNamed(gateway, "bgp-session");
                doctor(gateway).finds("FAIL", "bgp-session", "fix: ");
            }
            try (Bird bgp = Bird.start(topology, aws, announcer);
                    CulvertProcess gateway =
                            LabGateway.start(
                                    topology,
                                    customer.withBgp(
                                            BirdSpec.CUSTOMER_ASN, 64_999, Topology.LAN_PREFIX))) {
                awaitNamed(gateway, "bgp-session");
                LabGateway.await(
                        "doctor suspects the AS numbers",
                        () -> doctor(gateway).result().stdout(),
                        () -> doctor(gateway).of("bgp-session").contains("compare site.asn"));
            }
            try (Bird bgp = Bird.start(topology, aws, announcer);
                    CulvertProcess gateway =
                            LabGateway.start(
                                    topology,
                                    customer.withConnection("accept", "[172.16.0.0/12]"))) {
                gateway.awaitUp(LIMIT);
                awaitNamed(gateway, "bgp-routes");
                doctor(gateway, "--destination", Topology.VPC_HOST)
                        .finds("FAIL", "route", "culvert has no route for it");
            }
        }
    }
}
