package culvert.lab;

import java.util.List;

/** Makes the namespaces of a {@link Topology} and the wires, addresses and routes between them. */
final class Wiring {
    static final String OUTSIDE = "out0";
    static final String LAN_SIDE = "lan0";
    static final String VPC_SIDE = "vpc0";
    static final String SIBLING = "peer0";

    /** Role and interface of every end of a wire on the way from the LAN to the VPC. */
    static final List<String> LINK_ENDS =
            List.of(
                    "lan eth0",
                    "gw lan0",
                    "gw out0",
                    "inet gw",
                    "inet aws1",
                    "inet aws2",
                    "aws1 out0",
                    "aws2 out0",
                    "aws1 vpc0",
                    "aws2 vpc0",
                    "vpc aws1",
                    "vpc aws2");

    static final String BRIDGE = "br0";

    // Behind whatever a gateway installs, so that it counts only while the endpoint's own tunnel
    // has no route.
    private static final int SIBLING_METRIC = 4000;

    static final int PREFERRED_METRIC = 10;
    static final int SECOND_METRIC = 20;

    private final Topology topology;

    Wiring(Topology topology) {
        this.topology = topology;
    }

    void build() {
        for (String role : List.of("lan", "gw", "inet", "aws1", "aws2", "vpc")) {
            prepare(topology.namespace(role));
        }
        Namespace lan = topology.lan();
        Namespace gateway = topology.gateway();
        Namespace internet = topology.internet();
        wire(lan, "eth0", gateway, LAN_SIDE);
        wire(internet, "gw", gateway, OUTSIDE);
        for (Endpoint endpoint : Endpoint.values()) {
            wire(internet, endpoint.role(), topology.endpoint(endpoint), OUTSIDE);
            wire(topology.vpc(), endpoint.role(), topology.endpoint(endpoint), VPC_SIDE);
        }
        wire(topology.endpoint(Endpoint.AWS1), SIBLING, topology.endpoint(Endpoint.AWS2), SIBLING);

        bridge(internet);
        lan.ip(
                "address add 192.168.10.10/24 dev eth0",
                "link set dev eth0 up",
                "route add default via 192.168.10.1");
        gateway.ip(
                "address add 192.168.10.1/24 dev " + LAN_SIDE,
                "address add 198.18.0.1/24 dev " + OUTSIDE,
                "link set dev " + LAN_SIDE + " up",
                "link set dev " + OUTSIDE + " up",
                "route add default via 198.18.0.254");
        forward(gateway);
        for (Endpoint endpoint : Endpoint.values()) {
            addressEndpoint(endpoint);
        }
        addressVpc(topology.vpc());
        for (Endpoint endpoint : Endpoint.values()) {
            routeInsideAws(topology, endpoint);
        }
        topology.routeVpcVia(Endpoint.AWS1);
    }

    /**
     * The endpoint's routes to the VPC host and, for when its own tunnel offers none, through the
     * other endpoint to the site.
     */
    static void routeInsideAws(Topology topology, Endpoint endpoint) {
        topology.endpoint(endpoint)
                .ip(
                        "route replace " + Topology.VPC_HOST + " via " + endpoint.vpcHostAddress(),
                        "route replace %s via %s metric %d"
                                .formatted(
                                        Topology.LAN_PREFIX,
                                        endpoint.other().siblingSideAddress(),
                                        SIBLING_METRIC));
    }

    /** Ready at once: nobody else can have the address, so that detection has nothing to find. */
    static void addIpv6(Link link, String address) {
        link.namespace().sysctl("net.ipv6.conf." + link.name() + ".disable_ipv6", 0);
        link.namespace().ip("address add " + address + "/64 dev " + link.name() + " nodad");
    }

    static void prepare(Namespace namespace) {
        Command.run("ip netns add " + namespace.name());
        // Without this, neighbor discovery and multicast reports show up in captures.
        namespace.sysctl("net.ipv6.conf.all.disable_ipv6", 1);
        namespace.sysctl("net.ipv6.conf.default.disable_ipv6", 1);
        namespace.sysctl("net.ipv4.conf.all.rp_filter", 0);
        namespace.sysctl("net.ipv4.conf.default.rp_filter", 0);
        namespace.ip("link set dev lo up");
    }

    static void forward(Namespace namespace) {
        namespace.sysctl("net.ipv4.ip_forward", 1);
    }

    /**
     * A veth pair, made inside the two namespaces: no name ever appears in the machine's own
     * namespace.
     */
    static void wire(Namespace left, String leftName, Namespace right, String rightName) {
        Command.run(
                "ip link add name %s netns %s type veth peer name %s netns %s"
                        .formatted(leftName, left.name(), rightName, right.name()));
    }

    private static void bridge(Namespace internet) {
        internet.ip("link add name " + BRIDGE + " type bridge stp_state 0 mcast_snooping 0");
        for (String port : List.of("gw", "aws1", "aws2")) {
            internet.ip(
                    "link set dev " + port + " master " + BRIDGE, "link set dev " + port + " up");
        }
        internet.ip("address add 198.18.0.254/24 dev " + BRIDGE, "link set dev " + BRIDGE + " up");
    }

    private void addressEndpoint(Endpoint endpoint) {
        Namespace namespace = topology.endpoint(endpoint);
        namespace.ip(
                "address add " + endpoint.outsideAddress() + "/24 dev " + OUTSIDE,
                "address add " + endpoint.vpcSideAddress() + "/30 dev " + VPC_SIDE,
                "address add " + endpoint.siblingSideAddress() + "/30 dev " + SIBLING,
                "link set dev " + OUTSIDE + " up",
                "link set dev " + VPC_SIDE + " up",
                "link set dev " + SIBLING + " up");
        forward(namespace);
    }

    private static void addressVpc(Namespace vpc) {
        vpc.ip("address add " + Topology.VPC_HOST + "/32 dev lo");
        for (Endpoint endpoint : Endpoint.values()) {
            vpc.ip(
                    "address add " + endpoint.vpcHostAddress() + "/30 dev " + endpoint.role(),
                    "link set dev " + endpoint.role() + " up");
        }
    }
}
