package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CulvertProcess;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.NatRelay;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanRelease;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rekeys without end, by the peer, by us and by both at once, of CHILD and IKE SAs in turn, while
 * 100 requests a second and a TCP stream cross the tunnel. {@code -Dculvert.lab.rekey-seconds=N}
 * makes it last.
 */
class RekeyUnderTrafficIT {
    private static final int SECONDS = Integer.getInteger("culvert.lab.rekey-seconds", 40);
    private static final String IKE = "aes256gcm16-prfsha384-ecp384";
    private static final String ESP = "aes256gcm16-ecp384";

    /** How many rekeys each has asked for. */
    private int byPeer;

    private int byUs;
    private int byBoth;

    @ParameterizedTest
    @EnumSource
    void losesNoPacket(StrongSwanRelease release) {
        try (Topology topology = Topology.open();
                StrongSwanEndpoint peer =
                        StrongSwanEndpoint.start(
                                topology,
                                topology.endpoint(Endpoint.AWS1),
                                release,
                                StrongSwanSpec.aws(Endpoint.AWS1).withProposals(IKE, ESP));
                CulvertProcess gateway =
                        LabGateway.start(
                                topology,
                                LabGateway.customer(Endpoint.AWS1)
                                        .withEachTunnel(
                                                t -> t.withProposals(IKE, "8h", ESP, "1h")))) {
            EchoReport echo = rekeyWithTraffic(topology, peer, gateway, release.toString());
            assertEquals(0, echo.lost(), echo::toString);
        }
    }

    @Test
    void staysUpWhenIkeIsLostAndReordered() {
        NatRelay.Line line =
                new NatRelay.Line(
                        Duration.ofMillis(5), Duration.ofMillis(150), 0.05, 0.02, true, 7);
        try (Topology topology = Topology.open();
                StrongSwanEndpoint peer =
                        StrongSwanEndpoint.start(
                                topology,
                                topology.endpoint(Endpoint.AWS1),
                                StrongSwanSpec.aws(Endpoint.AWS1)
                                        .withProposals(IKE, ESP)
                                        .withConnection("remote_addrs", "%any"));
                CulvertProcess gateway = throughRelay(topology, line)) {
            EchoReport echo = rekeyWithTraffic(topology, peer, gateway, "bad line");
            assertTrue(echo.lost() * 100 < echo.sent(), echo::toString);
            assertFalse(gateway.log().contains("no longer answers"), gateway::log);
        }
    }

    private static CulvertProcess throughRelay(Topology topology, NatRelay.Line line) {
        NatRelay.start(topology, Endpoint.AWS1, line);
        return LabGateway.start(
                topology,
                LabGateway.customer(Endpoint.AWS1)
                        .withEachTunnel(
                                tunnel ->
                                        tunnel.withProposals(IKE, "8h", ESP, "1h")
                                                .withLiveness("5s", "30s", "250ms")
                                                .with("peer-address", Endpoint.AWS1.relayAddress())
                                                .with(
                                                        "peer-identity",
                                                        Endpoint.AWS1.outsideAddress())));
    }

    private EchoReport rekeyWithTraffic(
            Topology topology, StrongSwanEndpoint peer, CulvertProcess gateway, String what) {
        topology.routeVpcVia(Endpoint.AWS1);
        gateway.awaitUp(LIMIT);
        // A flood would overrun strongSwan's sockets; a small window keeps the stream in bounds.
        topology.lan().exec("sh -c", "echo 4096 16384 16384 > /proc/sys/net/ipv4/tcp_wmem");
        Probes.echoServer(topology.vpc());
        Probes.tcpServer(topology.vpc());
        Probes.EchoRun echo =
                Probes.echo(topology.lan(), Topology.VPC_HOST, Duration.ofSeconds(SECONDS))
                        .awaitFirstAnswer();
        CompletableFuture<Double> stream =
                CompletableFuture.supplyAsync(
                        () ->
                                Probes.tcpMegabitsPerSecond(
                                        topology.lan(),
                                        Topology.VPC_HOST,
                                        1,
                                        SECONDS,
                                        Probes.Direction.UP));
        long endNanos = System.nanoTime() + Duration.ofSeconds(SECONDS - 2).toNanos();
        for (int i = 0; System.nanoTime() - endNanos < 0; i++) {
            rekey(peer, gateway, i);
        }
        EchoReport report = echo.report();
        double megabits = stream.join();
        LabGateway.await(
                "one IKE SA and one CHILD SA at both ends",
                () -> peer.swanctl("--list-sas") + gateway.log(),
                () -> isOneOfEach(peer, gateway));
        System.out.printf(
                "%s: %d rekeys by the peer, %d by us, %d by both; %d of %d requests lost, longest"
                        + " silence %d ms; TCP %.1f Mbit/s%n",
                what,
                byPeer,
                byUs,
                byBoth,
                report.lost(),
                report.sent(),
                Duration.ofNanos(report.longestSilenceNanos()).toMillis(),
                megabits);
        assertTrue(byPeer >= 1 && byUs >= 1 && byBoth >= 1, byPeer + " " + byUs + " " + byBoth);
        assertTrue(megabits > 0.1, megabits + " Mbit/s");
        return report;
    }

    /** Six kinds in turn; returns a moment after, settled or not. */
    private void rekey(StrongSwanEndpoint peer, CulvertProcess gateway, int round) {
        boolean ike = round % 2 == 1;
        switch (round / 2 % 3) {
            case 0 -> {
                byPeer++;
                byPeer(peer, ike);
            }
            case 1 -> {
                byUs++;
                byUs(gateway, ike);
            }
            default -> {
                byBoth++;
                CompletableFuture<Void> ours = CompletableFuture.runAsync(() -> byUs(gateway, ike));
                byPeer(peer, ike);
                ours.join();
            }
        }
        try {
            Thread.sleep(500);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static void byPeer(StrongSwanEndpoint peer, boolean ike) {
        if (ike) {
            peer.rekeyIke();
        } else {
            peer.rekeyChild();
        }
    }

    private static void byUs(CulvertProcess gateway, boolean ike) {
        if (ike) {
            gateway.cli("rekey", "--ike", "aws-1");
        } else {
            gateway.cli("rekey", "aws-1");
        }
    }

    private static boolean isOneOfEach(StrongSwanEndpoint peer, CulvertProcess gateway) {
        return peer.listSas().size() == 1
                && peer.swanctl("--list-sas").lines().filter(l -> l.contains("INSTALLED")).count()
                        == 1
                && gateway.status().tunnelState("aws-1").equals("up");
    }
}
