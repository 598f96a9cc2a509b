package culvert.lab;

/**
 * A second gateway of the site. The LAN's host becomes a router with both of them on one wire.
 *
 * <pre>
 *  lan (br0)              gw                      inet
 *  192.168.10.10 -+- .10.1 | 198.18.0.1 --+
 *                 |       gw2             +-- 198.18.0.254
 *                 +- .10.3 | 198.18.0.2 --+
 * </pre>
 */
public final class SecondGateway {
    /** Its address on the LAN. */
    public static final String LAN_ADDRESS = "192.168.10.3";

    /** Where its IKE and ESP leave from. */
    public static final String OUTSIDE = "198.18.0.2";

    private static final String LAN_BRIDGE = "br0";

    private final Namespace namespace;

    SecondGateway(Topology topology, Namespace namespace) {
        this.namespace = namespace;
        Namespace lan = topology.lan();
        Namespace internet = topology.internet();
        Wiring.prepare(namespace);
        Wiring.wire(lan, "eth1", namespace, Wiring.LAN_SIDE);
        Wiring.wire(internet, "gw2", namespace, Wiring.OUTSIDE);
        internet.ip("link set dev gw2 master " + Wiring.BRIDGE, "link set dev gw2 up");
        lan.ip(
                "link add name " + LAN_BRIDGE + " type bridge stp_state 0 mcast_snooping 0",
                "address del " + Topology.LAN_HOST + "/24 dev eth0",
                "link set dev eth0 master " + LAN_BRIDGE,
                "link set dev eth1 master " + LAN_BRIDGE,
                "link set dev eth1 up",
                "address add " + Topology.LAN_HOST + "/24 dev " + LAN_BRIDGE,
                "link set dev " + LAN_BRIDGE + " up");
        namespace.ip(
                "address add " + LAN_ADDRESS + "/24 dev " + Wiring.LAN_SIDE,
                "address add " + OUTSIDE + "/24 dev " + Wiring.OUTSIDE,
                "link set dev " + Wiring.LAN_SIDE + " up",
                "link set dev " + Wiring.OUTSIDE + " up",
                "route add default via " + Topology.ROUTER);
        Wiring.forward(namespace);
    }

    public Namespace namespace() {
        return namespace;
    }

    /** The tunnel to an endpoint of AWS from here in place of from the first gateway. */
    public static GatewaySpec customer(Endpoint endpoint) {
        return GatewaySpec.customer(endpoint).withSite("outside-address", OUTSIDE);
    }

    /** The AWS end of that tunnel. */
    public static StrongSwanSpec aws(Endpoint endpoint) {
        return StrongSwanSpec.aws(endpoint)
                .withConnection("remote_addrs", OUTSIDE)
                .withIdentities(endpoint.outsideAddress(), OUTSIDE);
    }
}
