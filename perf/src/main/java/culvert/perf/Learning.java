package culvert.perf;

import culvert.lab.Bird;
import culvert.lab.BirdNeighbor;
import culvert.lab.BirdSpec;
import culvert.lab.CulvertProcess;
import culvert.lab.Endpoint;
import culvert.lab.GatewaySpec;
import culvert.lab.Launcher;
import culvert.lab.Topology;
import java.time.Duration;

/**
 * A lab of one tunnel, in which a BIRD at the endpoint announces many prefixes to the contender at
 * the site, and the kernel of the site's gateway is watched.
 */
final class Learning implements AutoCloseable {
    private static final Duration UP_LIMIT = Duration.ofMinutes(1);
    private static final Duration ROUTES_LIMIT = Duration.ofMinutes(2);

    /** A tunnel needs some static route. */
    private static final String UNUSED = "203.0.113.0/24";

    private final String name;
    private final Topology topology;
    private final int prefixes;
    private final Bird peer;
    private final KernelRoutes kernel;
    private final int routesOfEach;
    private final int without;

    /**
     * What one announcement and its withdrawal took.
     *
     * @param guardMillis until every route that comes with them stands too, guards say
     */
    record Sample(double learnMillis, double guardMillis, double withdrawMillis) {}

    /**
     * @param gatewayPid a process in the gateway's namespace
     * @param routesOfEach how many routes the contender has for a destination
     */
    private Learning(
            String name,
            Topology topology,
            int prefixes,
            Bird peer,
            long gatewayPid,
            int routesOfEach) {
        this.name = name;
        this.topology = topology;
        this.prefixes = prefixes;
        this.peer = peer;
        this.kernel = new KernelRoutes(gatewayPid);
        this.routesOfEach = routesOfEach;
        peer.awaitEstablished(UP_LIMIT);
        this.without = kernel.count();
    }

    static Learning culvert(String name, Launcher launcher, int prefixes) {
        Topology topology = Topology.open();
        Bird peer = peer(topology, launcher, prefixes);
        CulvertProcess gateway =
                CulvertProcess.start(
                        topology,
                        topology.gateway(),
                        GatewaySpec.customer(Endpoint.AWS1)
                                .withBgp(
                                        BirdSpec.CUSTOMER_ASN,
                                        BirdSpec.AWS_ASN,
                                        Topology.LAN_PREFIX)
                                .withConnection("max-prefixes", Integer.toString(2 * prefixes)),
                        launcher);
        gateway.awaitUp(UP_LIMIT);
        return new Learning(name, topology, prefixes, peer, gateway.process().pid(), 2);
    }

    /** BIRD on the same tunnel: what differs is the speaker alone. */
    static Learning bird(String name, Launcher launcher, int prefixes) {
        Topology topology = Topology.open();
        Bird peer = peer(topology, launcher, prefixes);
        CulvertProcess.start(
                        topology,
                        topology.gateway(),
                        GatewaySpec.customer(Endpoint.AWS1).withStaticRoutes(UNUSED),
                        launcher)
                .awaitUp(UP_LIMIT);
        BirdNeighbor aws =
                BirdNeighbor.of(
                        "aws",
                        Endpoint.AWS1.customerInsideAddress(),
                        Endpoint.AWS1.insideAddress(),
                        BirdSpec.AWS_ASN);
        Bird gateway =
                Bird.start(
                        topology,
                        topology.gateway(),
                        BirdSpec.router(Topology.LAN_GATEWAY, BirdSpec.CUSTOMER_ASN, aws)
                                .announcing(Topology.LAN_PREFIX));
        return new Learning(name, topology, prefixes, peer, gateway.process().pid(), 1);
    }

    // strongSwan in user space loses packets of such a flood, and TCP then waits for seconds.
    private static Bird peer(Topology topology, Launcher launcher, int prefixes) {
        CulvertProcess.startAws(topology, Endpoint.AWS1, launcher);
        return Bird.start(
                topology,
                topology.endpoint(Endpoint.AWS1),
                BirdSpec.aws(Endpoint.AWS1, Topology.VPC_PREFIX).withBulk(prefixes));
    }

    String name() {
        return name;
    }

    /**
     * From the first to the last route in the kernel, when a session begins on which the peer has
     * all of them to tell, and when it withdraws them.
     */
    Sample measure() {
        peer.shutSession();
        peer.offerBulk();
        peer.openSession();
        try (var _ = peer.keepAwake()) {
            int all = without + prefixes;
            // A handful may be there before: the one that is announced all the time, say.
            long first = kernel.await("first", count -> count > without + 1, ROUTES_LIMIT);
            long last = kernel.await("last", count -> count >= all, ROUTES_LIMIT);
            long guarded =
                    kernel.awaitRoutes(
                            "last guard", count -> count >= routesOfEach * prefixes, ROUTES_LIMIT);
            int forwarding = forwarding();
            if (forwarding < prefixes) {
                throw new PerfException(name + ": only " + forwarding + " routes lead somewhere");
            }
            peer.withdrawBulk();
            long firstGone = kernel.await("first gone", count -> count < all, ROUTES_LIMIT);
            long lastGone = kernel.await("last gone", count -> count <= without + 1, ROUTES_LIMIT);
            return new Sample(
                    (last - first) / 1e6, (guarded - first) / 1e6, (lastGone - firstGone) / 1e6);
        }
    }

    /** Routes of the gateway that are not guards. */
    private int forwarding() {
        String count =
                topology.gateway().exec("sh -c", "ip -4 route show type unicast | wc -l").strip();
        return Integer.parseInt(count);
    }

    @Override
    public void close() {
        topology.close();
    }
}
