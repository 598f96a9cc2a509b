package culvert.gateway;

import culvert.lab.Bird;
import culvert.lab.BirdSpec;
import culvert.lab.Endpoint;
import culvert.lab.StrongSwanEndpoint;
import culvert.lab.StrongSwanSpec;
import culvert.lab.Topology;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/** Both endpoints of AWS, each strongSwan and BIRD, and the router behind them, which is a BIRD. */
final class AwsSide implements AutoCloseable {
    private final Map<Endpoint, StrongSwanEndpoint> tunnels = new EnumMap<>(Endpoint.class);
    private final Map<Endpoint, Bird> speakers = new EnumMap<>(Endpoint.class);
    private final Bird router;

    private AwsSide(
            Topology topology, Function<Endpoint, StrongSwanSpec> specs, String... announced) {
        for (Endpoint endpoint : Endpoint.values()) {
            tunnels.put(
                    endpoint,
                    StrongSwanEndpoint.start(
                            topology,
                            topology.endpoint(endpoint),
                            specs.apply(endpoint).withoutRoutes()));
            speakers.put(
                    endpoint,
                    Bird.start(
                            topology,
                            topology.endpoint(endpoint),
                            BirdSpec.aws(endpoint, announced).withVpcRouter(endpoint)));
        }
        router = Bird.start(topology, topology.vpc(), BirdSpec.vpc());
    }

    static AwsSide start(Topology topology, String... announced) {
        return start(topology, StrongSwanSpec::aws, announced);
    }

    /** With tunnels to other gateways than the first. */
    static AwsSide start(
            Topology topology, Function<Endpoint, StrongSwanSpec> specs, String... announced) {
        return new AwsSide(topology, specs, announced);
    }

    StrongSwanEndpoint tunnel(Endpoint endpoint) {
        return Objects.requireNonNull(tunnels.get(endpoint));
    }

    Bird speaker(Endpoint endpoint) {
        return Objects.requireNonNull(speakers.get(endpoint));
    }

    /** The endpoint that packets for the site take now. */
    Endpoint chosen() {
        String best = router.birdc("show route for " + Topology.LAN_HOST);
        return best.contains("[" + Endpoint.AWS1.role()) && isBest(best, Endpoint.AWS1)
                ? Endpoint.AWS1
                : Endpoint.AWS2;
    }

    private static boolean isBest(String routes, Endpoint endpoint) {
        return routes.lines().anyMatch(l -> l.contains("[" + endpoint.role()) && l.contains(" * "));
    }

    /** What the router knows of the site. */
    String routes() {
        return router.birdc("show route for " + Topology.LAN_HOST + " all");
    }

    @Override
    public void close() {
        router.close();
        speakers.values().forEach(Bird::close);
        tunnels.values().forEach(StrongSwanEndpoint::close);
    }
}
