package culvert.lab;

/**
 * IPv6 beside IPv4 at the site, inside the tunnels and in the VPC; the outside stays as it is.
 *
 * <pre>
 *  lan               gw                  aws1, aws2              vpc
 *  LAN ::10 ------- LAN ::1 | tunnel --- tunnel | 20:N::1 ------ 20:N::2 | VPC ::10
 *                      fd00:169:254:N::2   ::1
 * </pre>
 */
public final class InsideIpv6 {
    public static final String LAN_PREFIX = "fd00:192:168:10::/64";
    public static final String LAN_HOST = "fd00:192:168:10::10";
    public static final String VPC_PREFIX = "fd00:10:20::/48";
    public static final String VPC_HOST = "fd00:10:20::10";

    private static final String LAN_GATEWAY = "fd00:192:168:10::1";

    private InsideIpv6() {}

    /** Sets it up; to be done before anything runs, as a JVM without an address knows no IPv6. */
    public static void add(Topology topology) {
        enable(topology.lan());
        Wiring.addIpv6(topology.lan().link("eth0"), LAN_HOST);
        Wiring.addIpv6(topology.lanSide(), LAN_GATEWAY);
        topology.lan().ip("route add ::/0 via " + LAN_GATEWAY);
        forward(topology.gateway());
        Namespace vpc = topology.vpc();
        enable(vpc);
        vpc.ip("address add " + VPC_HOST + "/128 dev lo nodad");
        for (Endpoint endpoint : Endpoint.values()) {
            Namespace namespace = topology.endpoint(endpoint);
            Wiring.addIpv6(vpc.link(endpoint.role()), vpcHostSide(endpoint));
            Wiring.addIpv6(namespace.link(Wiring.VPC_SIDE), vpcSide(endpoint));
            namespace.ip("route add " + VPC_HOST + "/128 via " + vpcHostSide(endpoint));
            forward(namespace);
        }
    }

    private static void enable(Namespace namespace) {
        // TUN devices that come later begin with the default.
        namespace.sysctl("net.ipv6.conf.default.disable_ipv6", 0);
        namespace.sysctl("net.ipv6.conf.lo.disable_ipv6", 0);
    }

    private static void forward(Namespace namespace) {
        enable(namespace);
        namespace.sysctl("net.ipv6.conf.all.forwarding", 1);
    }

    /** The customer gateway with tunnels that carry IPv6, and BGP inside them. */
    public static GatewaySpec customer(Endpoint... endpoints) {
        return GatewaySpec.customer(endpoints)
                .withBgp(BirdSpec.CUSTOMER_ASN, BirdSpec.AWS_ASN, quoted(LAN_PREFIX))
                .withSite("router-id", Topology.LAN_GATEWAY)
                .withEachTunnel(
                        tunnel ->
                                tunnel.with(
                                        "inside-address",
                                        quoted(customerInside(endpoint(tunnel)) + "/126")));
    }

    /**
     * The tunnel's other end, an endpoint of AWS that is a Culvert; BGP is the {@link #speaker}'s.
     */
    public static GatewaySpec aws(Endpoint endpoint) {
        return GatewaySpec.aws(endpoint)
                .withStaticRoutes(quoted(LAN_PREFIX))
                .withEachTunnel(t -> t.with("inside-address", quoted(inside(endpoint) + "/126")));
    }

    /** The BGP side of an endpoint, which announces the VPC and tells its router of the site. */
    public static BirdSpec speaker(Endpoint endpoint) {
        BirdNeighbor customer =
                BirdNeighbor.of(
                        Bird.CUSTOMER,
                        inside(endpoint),
                        customerInside(endpoint),
                        BirdSpec.CUSTOMER_ASN);
        BirdNeighbor vpc =
                BirdNeighbor.of("vpc", vpcSide(endpoint), vpcHostSide(endpoint), BirdSpec.AWS_ASN)
                        .with("direct", "")
                        .exporting("proto = \"" + Bird.CUSTOMER + "\"");
        return BirdSpec.router(endpoint.insideAddress(), BirdSpec.AWS_ASN, customer, vpc)
                .announcing(VPC_PREFIX);
    }

    /** The router behind both endpoints, which knows of the site what they tell it. */
    public static BirdSpec vpcRouter() {
        BirdSpec router =
                BirdSpec.router(Topology.VPC_HOST, BirdSpec.AWS_ASN).withPreferredSource(VPC_HOST);
        for (Endpoint endpoint : Endpoint.values()) {
            router =
                    router.withNeighbor(
                            BirdNeighbor.of(
                                            endpoint.role(),
                                            vpcHostSide(endpoint),
                                            vpcSide(endpoint),
                                            BirdSpec.AWS_ASN)
                                    .with("direct", ""));
        }
        return router;
    }

    private static Endpoint endpoint(TunnelSpec tunnel) {
        for (Endpoint endpoint : Endpoint.values()) {
            if (endpoint.tunnelName().equals(tunnel.name())) {
                return endpoint;
            }
        }
        throw new IllegalArgumentException(tunnel.name() + " leads to no endpoint");
    }

    private static String inside(Endpoint endpoint) {
        return "fd00:169:254:%d::1".formatted(endpoint.number());
    }

    private static String customerInside(Endpoint endpoint) {
        return "fd00:169:254:%d::2".formatted(endpoint.number());
    }

    private static String vpcSide(Endpoint endpoint) {
        return "fd00:10:20:%d::1".formatted(endpoint.number());
    }

    private static String vpcHostSide(Endpoint endpoint) {
        return "fd00:10:20:%d::2".formatted(endpoint.number());
    }

    /** Colons mean something to YAML. */
    private static String quoted(String address) {
        return "'" + address + "'";
    }
}
