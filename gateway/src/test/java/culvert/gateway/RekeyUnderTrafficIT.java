package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CulvertProcess;
import culvert.lab.EchoReport;
import culvert.lab.Endpoint;
import culvert.lab.IkeSaReport;
import culvert.lab.LabException;
import culvert.lab.NatRelay;
import culvert.lab.Probes;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanRelease;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Rekeys by the peer, by us and by both at once, of CHILD and IKE SAs in turn, while 100 requests a
 * second and a TCP stream cross the tunnel. {@code -Dculvert.lab.rekeys=N} makes it N of each.
 */
class RekeyUnderTrafficIT {
    private static final int REKEYS_OF_EACH = Integer.getInteger("culvert.lab.rekeys", 6);
    private static final Duration LONGEST = Duration.ofHours(2);
    private static final long LONGEST_SILENCE_MILLIS = 5000;
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final String IKE = "aes256gcm16-prfsha384-ecp384";
    private static final String ESP = "aes256gcm16-ecp384";

    // charon's words (5.9 and 6.0): "detected CHILD_REKEY collision with CHILD_REKEY".
    private static final Pattern COLLISION =
            Pattern.compile("detected (CHILD|IKE)_REKEY collision with");

    /** Who asks for a rekey. */
    private enum By {
        PEER,
        US,
        BOTH
    }

    /**
     * The SAs at one moment: a rekey is done when both ends have the same, and another than before.
     */
    private record Sas(List<String> ike, List<String> child) {
        static Sas of(StrongSwanEndpoint peer) {
            List<IkeSaReport> reports = peer.listSas();
            return new Sas(
                    // What else there is goes when the peer's own timer ends: when the last
                    // message of a collision is lost, we cannot know that there is anything.
                    reports.stream()
                            .filter(sa -> sa.state().equals("ESTABLISHED"))
                            .map(IkeSaReport::initiatorSpi)
                            .toList(),
                    reports.stream()
                            .flatMap(sa -> sa.children().stream())
                            .filter(child -> child.state().equals("INSTALLED"))
                            .map(IkeSaReport.ChildSaReport::spiOut)
                            .toList());
        }

        /** One of each, and it is the one that we use. */
        boolean isTheOnlyOneOf(CulvertProcess gateway) {
            return ike.size() == 1
                    && child.size() == 1
                    && gateway.status()
                            .text("tunnels", "aws-1", "esp", "spiIn")
                            .filter(spi -> spi.endsWith(child.getFirst()))
                            .isPresent();
        }
    }

    @ParameterizedTest
    @EnumSource
    void losesNoPacket(StrongSwanRelease release) throws InterruptedException {
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
            LabGateway.await("one IKE SA at the peer", peer::log, () -> peer.listSas().size() == 1);
        }
    }

    @Test
    void staysUpWhenIkeIsLostAndReordered() throws InterruptedException {
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
                                        .withConnection("remote_addrs", "%any")
                                        .with("charon.retransmit_tries", "5"));
                CulvertProcess gateway = throughRelay(topology, line)) {
            EchoReport echo = rekeyWithTraffic(topology, peer, gateway, "bad line");
            System.out.printf(
                    "bad line: the CHILD SA was rekeyed because nothing came, %d times%n",
                    count(gateway, "the CHILD SA is to be rekeyed"));
            // An end that loses half of a pair is mended by another, and nothing takes longer.
            assertTrue(echo.longestSilenceMillis() < LONGEST_SILENCE_MILLIS, echo::toString);
            assertEquals(1, count(gateway, "IKE SA established with"), gateway::log);
            assertFalse(gateway.log().contains("no longer answers"), gateway::log);
        }
    }

    private static int count(CulvertProcess gateway, String words) {
        return gateway.log().split(words, -1).length - 1;
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

    private static EchoReport rekeyWithTraffic(
            Topology topology, StrongSwanEndpoint peer, CulvertProcess gateway, String what)
            throws InterruptedException {
        topology.routeVpcVia(Endpoint.AWS1);
        gateway.awaitUp(LIMIT);
        // A flood would overrun strongSwan's sockets; a small window keeps the stream in bounds.
        topology.lan().exec("sh -c", "echo 4096 16384 16384 > /proc/sys/net/ipv4/tcp_wmem");
        Probes.echoServer(topology.vpc());
        Probes.tcpServer(topology.vpc());
        Probes.EchoRun echo =
                Probes.echo(topology.lan(), Topology.VPC_HOST, LONGEST).awaitFirstAnswer();
        Probes.TcpRun stream =
                Probes.tcp(
                        topology.lan(),
                        Topology.VPC_HOST,
                        1,
                        (int) LONGEST.toSeconds(),
                        Probes.Direction.UP);
        long startNanos = System.nanoTime();
        for (int i = 0; i < REKEYS_OF_EACH; i++) {
            for (By by : By.values()) {
                rekey(peer, gateway, by, i % 2 == 1);
                Thread.sleep(PAUSE);
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - startNanos);
        double megabits = stream.stop().megabitsPerSecond();
        EchoReport report = echo.stop().report();
        System.out.printf(
                "%s: %d rekeys by each of %s in %d s, collisions that the peer saw: %d; %d of %d"
                        + " requests lost, longest silence %.0f ms; TCP %.1f Mbit/s; left at the"
                        + " end: %s%n",
                what,
                REKEYS_OF_EACH,
                List.of(By.values()),
                took.toSeconds(),
                COLLISION.matcher(peer.log()).results().count(),
                report.lost(),
                report.sent(),
                report.longestSilenceMillis(),
                megabits,
                Sas.of(peer));
        assertTrue(megabits > 0.1, megabits + " Mbit/s");
        assertEquals("up", gateway.status().tunnelState("aws-1"));
        return report;
    }

    /** Returns when both ends have one IKE SA and one CHILD SA again, and what was meant is new. */
    private static void rekey(StrongSwanEndpoint peer, CulvertProcess gateway, By by, boolean ike) {
        Sas before = Sas.of(peer);
        switch (by) {
            case PEER -> byPeer(peer, ike);
            case US -> byUs(gateway, ike);
            case BOTH -> {
                CompletableFuture<Void> ours = CompletableFuture.runAsync(() -> byUs(gateway, ike));
                byPeer(peer, ike);
                ours.join();
            }
        }
        LabGateway.await(
                "rekey by " + by + " of the " + (ike ? "IKE SA" : "CHILD SA"),
                () -> before + "\n" + peer.swanctl("--list-sas") + gateway.log(),
                () -> {
                    Sas now = Sas.of(peer);
                    return now.isTheOnlyOneOf(gateway)
                            && (ike
                                    ? !now.ike().equals(before.ike())
                                    : !now.child().equals(before.child()));
                });
    }

    private static void byPeer(StrongSwanEndpoint peer, boolean ike) {
        LabGateway.await(
                "the peer takes the command",
                peer::log,
                () -> {
                    try {
                        if (ike) {
                            peer.rekeyIke();
                        } else {
                            peer.rekeyChild();
                        }
                        return true;
                    } catch (LabException e) {
                        // While charon puts one IKE SA in the place of another it finds neither.
                        return false;
                    }
                });
    }

    private static void byUs(CulvertProcess gateway, boolean ike) {
        String answer = gateway.ask((ike ? "rekey-ike " : "rekey-child ") + "aws-1");
        assertTrue(answer.startsWith("0"), answer);
    }
}
