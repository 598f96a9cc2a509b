package culvert.perf;

import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.LabException;
import culvert.lab.Launcher;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What establishing an IKE SA with its CHILD SA costs, and deleting it, in processor time of either
 * end's whole process, by key exchange group: a pair of Culverts next to a pair of strongSwans;
 * {@code perf/handshakes} starts it.
 *
 * <p>Both pairs stand in labs of their own at the same time and take turns, so that what else
 * happens on the machine hits both. One status request per handshake is in Culvert's number.
 */
public final class Handshakes {
    private static final List<String> GROUPS =
            List.of("curve25519", "ecp256", "ecp384", "ecp521", "modp2048", "modp3072");
    private static final int WARM_UP = 150;
    private static final int BATCHES = 5;
    private static final int PER_BATCH = 20;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String HEAD =
            """
            | group | Culvert initiates, ms | answers, ms | strongSwan initiates, ms | answers, ms \
            | Culvert to strongSwan |
            |---|---:|---:|---:|---:|---|
            """;

    private Handshakes() {}

    /** One end initiates, and both tell what it cost. */
    private interface Pair extends AutoCloseable {
        /** Down and up again, until established. */
        void handshake();

        long initiatorPid();

        long responderPid();

        @Override
        void close();
    }

    private record Cost(double initiatorMillis, double responderMillis) {}

    /**
     * Runs it.
     *
     * @param arguments source tree, then the groups; all of them when none is named, which writes
     *     the report
     */
    public static void main(String[] arguments) {
        Path root = Path.of(arguments[0]);
        Launcher launcher = CulvertPair.launcher(root.resolve("culvert"));
        List<String> groups =
                arguments.length > 1
                        ? Arrays.asList(arguments).subList(1, arguments.length)
                        : GROUPS;
        var table = new StringBuilder(HEAD);
        System.out.print(HEAD);
        try {
            for (String group : groups) {
                String row = measure(launcher, group);
                System.out.print(row);
                table.append(row);
            }
            if (arguments.length == 1) {
                new HandshakeReport(table.toString(), BATCHES * PER_BATCH)
                        .write(root.resolve("perf/HANDSHAKES.md"));
            }
        } catch (LabException | PerfException | IOException e) {
            System.err.println("handshakes: " + e.getMessage());
            System.exit(1);
        }
    }

    /** A row of the table. */
    private static String measure(Launcher launcher, String group) {
        try (Topology one = Topology.open();
                Topology other = Topology.open();
                Pair culvert = new Culverts(one, launcher, group);
                Pair strongSwan = new StrongSwans(other, group)) {
            for (int i = 0; i < WARM_UP; i++) {
                culvert.handshake();
            }
            strongSwan.handshake();
            double[][] millis = new double[4][BATCHES];
            for (int batch = 0; batch < BATCHES; batch++) {
                Cost ours = batch(culvert);
                Cost theirs = batch(strongSwan);
                millis[0][batch] = ours.initiatorMillis();
                millis[1][batch] = ours.responderMillis();
                millis[2][batch] = theirs.initiatorMillis();
                millis[3][batch] = theirs.responderMillis();
            }
            double[] medians = Arrays.stream(millis).mapToDouble(Handshakes::median).toArray();
            return String.format(
                    Locale.ROOT,
                    "| %s | %.2f (%.0f/s) | %.2f (%.0f/s) | %.2f (%.0f/s) | %.2f (%.0f/s) | %.2f,"
                            + " %.2f |%n",
                    group,
                    medians[0],
                    1000 / medians[0],
                    medians[1],
                    1000 / medians[1],
                    medians[2],
                    1000 / medians[2],
                    medians[3],
                    1000 / medians[3],
                    medians[0] / medians[2],
                    medians[1] / medians[3]);
        }
    }

    private static Cost batch(Pair pair) {
        long initiator = CpuTime.nanos(pair.initiatorPid());
        long responder = CpuTime.nanos(pair.responderPid());
        for (int i = 0; i < PER_BATCH; i++) {
            pair.handshake();
        }
        return new Cost(
                (CpuTime.nanos(pair.initiatorPid()) - initiator) / 1e6 / PER_BATCH,
                (CpuTime.nanos(pair.responderPid()) - responder) / 1e6 / PER_BATCH);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PerfException("interrupted");
        }
    }

    private static final class Culverts implements Pair {
        private final CulvertPair pair;

        Culverts(Topology topology, Launcher launcher, String group) {
            CulvertProcess endpoint =
                    CulvertProcess.start(
                            topology,
                            topology.endpoint(Endpoint.AWS1),
                            with(GatewaySpec.aws(Endpoint.AWS1), group),
                            launcher);
            CulvertProcess gateway =
                    CulvertProcess.start(
                            topology,
                            topology.gateway(),
                            with(GatewaySpec.customer(Endpoint.AWS1), group),
                            launcher);
            gateway.awaitUp(PATIENCE);
            pair = new CulvertPair(gateway, endpoint);
        }

        private static GatewaySpec with(GatewaySpec spec, String group) {
            return spec.withEachTunnel(
                    tunnel ->
                            tunnel.withProposals(
                                    "aes256gcm16-prfsha384-" + group,
                                    "8h",
                                    "aes256gcm16-" + group,
                                    "1h"));
        }

        @Override
        public void handshake() {
            pair.ask("down " + CulvertPair.TUNNEL);
            pause(10); // for the response to DELETE
            pair.ask("up " + CulvertPair.TUNNEL);
            long start = System.nanoTime();
            do {
                pause(25);
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw new PerfException("the tunnel of Culvert does not come up again");
                }
            } while (!pair.ask("status json").contains("\"state\":\"up\""));
        }

        @Override
        public long initiatorPid() {
            return pair.gateway().process().pid();
        }

        @Override
        public long responderPid() {
            return pair.endpoint().process().pid();
        }

        @Override
        public void close() {
            pair.gateway().close();
            pair.endpoint().close();
        }
    }

    private static final class StrongSwans implements Pair {
        private final StrongSwanEndpoint initiator;
        private final StrongSwanEndpoint responder;

        StrongSwans(Topology topology, String group) {
            responder =
                    StrongSwanEndpoint.start(
                            topology,
                            topology.endpoint(Endpoint.AWS1),
                            with(StrongSwanSpec.aws(Endpoint.AWS1), group));
            initiator =
                    StrongSwanEndpoint.start(
                            topology,
                            topology.gateway(),
                            with(StrongSwanSpec.customer(Endpoint.AWS1), group));
            initiator.awaitEstablished(PATIENCE);
        }

        private static StrongSwanSpec with(StrongSwanSpec spec, String group) {
            return spec.withProposals("aes256gcm16-prfsha384-" + group, "aes256gcm16-" + group)
                    .withLogLevel(0);
        }

        @Override
        public void handshake() {
            initiator.terminate();
            initiator.initiate();
        }

        @Override
        public long initiatorPid() {
            return initiator.process().pid();
        }

        @Override
        public long responderPid() {
            return responder.process().pid();
        }

        @Override
        public void close() {
            initiator.close();
            responder.close();
        }
    }
}
