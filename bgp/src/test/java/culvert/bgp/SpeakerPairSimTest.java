package culvert.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.Cease;
import culvert.bgp.rib.ExportPolicy;
import culvert.bgp.rib.ImportPolicy;
import culvert.bgp.rib.PeerKind;
import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two speakers with two tunnels through a network that does its worst for a while and then calms
 * down: both must end with the routes that the other one originates, through both tunnels.
 */
class SpeakerPairSimTest {
    private static final int ROUNDS = 40;

    static LongStream seeds() {
        Long one = Long.getLong("sim.seed");
        return one == null ? LongStream.rangeClosed(1, ROUNDS) : LongStream.of(one);
    }

    @ParameterizedTest(name = "-Dsim.seed={0}")
    @MethodSource("seeds")
    void convergesOnceTheNetworkIsCalm(long seed) {
        SimulatedNetwork network = network(seed);
        for (SimulatedNetwork.Node node : network.nodes) {
            for (int tunnel = 1; tunnel <= 2; tunnel++) {
                node.give(new BgpInput.PeerConfigured(peer(node.index, tunnel)));
                node.give(new BgpInput.TunnelAlive("t" + tunnel, true));
                String name = "t" + tunnel;
                network.at(
                        network.nowNanos + SimulatedNetwork.millis(network.random.nextInt(3000)),
                        () -> node.give(new BgpInput.PeerEnabled(name)));
            }
        }
        List<Set<String>> originated = new ArrayList<>(List.of(Set.of(), Set.of()));
        for (int i = 0; i < 30; i++) {
            network.run(Duration.ofMillis(network.random.nextInt(15_000)));
            int side = network.random.nextInt(2);
            switch (network.random.nextInt(4)) {
                case 0 -> originated.set(side, originate(network, side));
                case 1 -> bounce(network, side);
                default -> network.trouble();
            }
        }
        network.calm = true;
        originated.set(0, originate(network, 0));
        originated.set(1, originate(network, 1));
        // The slowest way back: a silent connection (30 s) after which damping (120 s) ends.
        network.run(Duration.ofMinutes(5));
        for (SimulatedNetwork.Node node : network.nodes) {
            String where = "node " + node.index + " of -Dsim.seed=" + seed;
            for (BgpPeerStatus status : node.speaker.peers(network.nowNanos)) {
                assertEquals(BgpState.ESTABLISHED, status.state(), where + ": " + status);
                assertEquals(originated.get(1 - node.index).size(), status.received(), where);
                assertEquals(originated.get(node.index).size(), status.advertised(), where);
                assertEquals(0, status.stale(), where);
            }
            assertEquals(originated.get(1 - node.index), node.fib.keySet(), where);
            node.fib.values().forEach(p -> assertEquals(2, p.size(), where));
        }
    }

    @Test
    void sameSeedGivesTheSameRun() {
        List<String> runs = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            SimulatedNetwork network = network(99);
            for (SimulatedNetwork.Node node : network.nodes) {
                node.give(new BgpInput.PeerConfigured(peer(node.index, 1)));
                node.give(new BgpInput.PeerEnabled("t1"));
            }
            for (int i = 0; i < 20; i++) {
                network.run(Duration.ofSeconds(5));
                network.trouble();
                originate(network, i % 2);
            }
            runs.add(
                    network.nodes[0].fib
                            + " "
                            + network.nodes[1].fib
                            + " "
                            + network.nodes[0].timesEstablished
                            + " "
                            + network.nodes[0].speaker.peers(network.nowNanos));
        }
        assertEquals(runs.getFirst(), runs.getLast());
    }

    /** Rarely, messages cross such that both sides close another connection; then they retry. */
    @Test
    void simultaneousConnectionsEndInOneSession() {
        int atOnce = 0;
        for (long seed = 1; seed <= 200; seed++) {
            SimulatedNetwork network = network(seed);
            network.calm = true;
            for (SimulatedNetwork.Node node : network.nodes) {
                node.give(new BgpInput.PeerConfigured(peer(node.index, 1)));
                node.give(new BgpInput.PeerEnabled("t1"));
            }
            network.run(Duration.ofMillis(700));
            atOnce += areEstablished(network) ? 1 : 0;
            network.run(Duration.ofSeconds(10));
            assertTrue(areEstablished(network), "seed " + seed);
        }
        assertTrue(atOnce >= 190, atOnce + " of 200 without a retry");
    }

    private static boolean areEstablished(SimulatedNetwork network) {
        for (SimulatedNetwork.Node node : network.nodes) {
            if (node.speaker.peers(network.nowNanos).getFirst().state() != BgpState.ESTABLISHED) {
                return false;
            }
        }
        return true;
    }

    private static SimulatedNetwork network(long seed) {
        SimulatedNetwork network = new SimulatedNetwork(seed);
        for (int i = 0; i < 2; i++) {
            network.nodes[i] =
                    network
                    .new Node(
                            i,
                            new BgpSpeakerSettings(
                                    65000 + i, 10 + i, List.of(), List.of(), 2, false, false));
        }
        return network;
    }

    private static BgpPeerSettings peer(int node, int tunnel) {
        return new BgpPeerSettings(
                "t" + tunnel,
                PeerKind.TUNNEL,
                65000 + 1 - node,
                InetAddress.ofLiteral("169.254.%d.%d".formatted(tunnel, 2 - node)),
                List.of(InetAddress.ofLiteral("169.254.%d.%d".formatted(tunnel, 1 + node))),
                BgpSessionSettings.withHoldTime(Duration.ofSeconds(30)),
                ImportPolicy.DEFAULT,
                ExportPolicy.DEFAULT);
    }

    private static Set<String> originate(SimulatedNetwork network, int side) {
        Set<String> prefixes = new TreeSet<>();
        for (int i = 5 + network.random.nextInt(40); i > 0; i--) {
            prefixes.add("10.%d.%d.0/24".formatted(side, network.random.nextInt(60)));
        }
        network.nodes[side].give(
                new BgpInput.OriginateChanged(prefixes.stream().map(IpPrefix::parse).toList()));
        assertTrue(prefixes.size() <= ExportPolicy.DEFAULT_MAXIMUM_PREFIXES);
        return prefixes;
    }

    private static void bounce(SimulatedNetwork network, int side) {
        SimulatedNetwork.Node node = network.nodes[side];
        String tunnel = "t" + (1 + network.random.nextInt(2));
        node.give(new BgpInput.PeerDisabled(tunnel, Cease.ADMINISTRATIVE_SHUTDOWN, "tunnel down"));
        network.at(
                network.nowNanos + SimulatedNetwork.millis(network.random.nextInt(5000)),
                () -> node.give(new BgpInput.PeerEnabled(tunnel)));
    }
}
