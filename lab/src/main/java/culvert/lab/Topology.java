package culvert.lab;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A site, the Internet and AWS in six network namespaces.
 *
 * <pre>
 *  lan                gw                     inet (bridge)          aws1, aws2                vpc
 *  192.168.10.10 --- .10.1 | 198.18.0.1 --- 198.18.0.254 --+-- 198.18.0.11 | 10.20.1.1 --- 10.20.1.2 |
 *                                                          |        | 10.20.3.0/30                   | 10.20.0.10
 *                                                          +-- 198.18.0.12 | 10.20.2.1 --- 10.20.2.2 |
 * </pre>
 *
 * <p>Nothing is routed between LAN and VPC until gateways run in {@code gw} and {@code aws1} or
 * {@code aws2}: the customer gateway's default route leads to {@code inet}, so plaintext that leaks
 * is seen on that wire, and the endpoints have no route to the LAN but the one through each other.
 *
 * <p>All of it is gone after {@link #close}, at the end of this JVM, or, should it be killed, when
 * the next lab opens. Needs root.
 */
public final class Topology implements AutoCloseable {
    public static final String LAN_PREFIX = "192.168.10.0/24";
    public static final String LAN_HOST = "192.168.10.10";
    public static final String LAN_GATEWAY = "192.168.10.1";
    public static final String VPC_PREFIX = "10.20.0.0/16";
    public static final String VPC_HOST = "10.20.0.10";

    /** Where the customer gateway's IKE and ESP leave from. */
    public static final String GATEWAY_OUTSIDE = "198.18.0.1";

    /** The same over IPv6, after {@link #addIpv6Outside}. */
    public static final String GATEWAY_OUTSIDE_IPV6 = "fd00:198:18::1";

    /** The router that the customer gateway's default route names; it forwards nothing. */
    public static final String ROUTER = "198.18.0.254";

    private static final List<String> ROLES = List.of("lan", "gw", "inet", "aws1", "aws2", "vpc");

    private final LabRun run;
    private final Map<String, Namespace> namespaces = new TreeMap<>();
    private final Thread cleanup = new Thread(this::remove, "lab-cleanup");
    private final Set<Endpoint> failed = EnumSet.noneOf(Endpoint.class);
    private Endpoint vpcVia = Endpoint.AWS1;
    private boolean removed;

    private Topology(LabRun run) {
        this.run = run;
        ROLES.forEach(this::add);
    }

    private Namespace add(String role) {
        var namespace =
                new Namespace(role, run.namespaceName(role), run.directory().resolve("log"));
        namespaces.put(role, namespace);
        return namespace;
    }

    /** Builds a lab under an id of its own. */
    public static Topology open() {
        return build(LabRun.claim());
    }

    /**
     * Builds a lab under a given id, 1 to 12 small letters and digits.
     *
     * @throws LabException when a living process has a lab of that id
     */
    public static Topology open(String id) {
        return build(LabRun.claim(id));
    }

    private static Topology build(LabRun run) {
        var topology = new Topology(run);
        try {
            Runtime.getRuntime().addShutdownHook(topology.cleanup);
            topology.build();
            return topology;
        } catch (RuntimeException e) {
            topology.close();
            throw e;
        }
    }

    // Locked, so that a shutdown removes all of a lab that is being built, or finds it not begun.
    private synchronized void build() {
        if (!removed) {
            new Wiring(this).build();
        }
    }

    /** The short id in the names of everything that belongs to this lab. */
    public String id() {
        return run.id();
    }

    /** Configurations, sockets, logs and captures of this lab; root's alone, removed on close. */
    public Path directory() {
        return run.directory();
    }

    /** The host at the site. */
    public Namespace lan() {
        return namespace("lan");
    }

    /** The customer gateway. */
    public Namespace gateway() {
        return namespace("gw");
    }

    /** The bridge between the outside links. */
    public Namespace internet() {
        return namespace("inet");
    }

    public Namespace endpoint(Endpoint endpoint) {
        return namespace(endpoint.role());
    }

    /** The host in AWS. */
    public Namespace vpc() {
        return namespace("vpc");
    }

    Namespace namespace(String role) {
        Namespace namespace = namespaces.get(role);
        if (namespace == null) {
            throw new IllegalArgumentException("no namespace " + role);
        }
        return namespace;
    }

    /** Gives the customer gateway and the endpoints IPv6 addresses outside, beside IPv4. */
    public Topology addIpv6Outside() {
        Wiring.addIpv6(outside(), GATEWAY_OUTSIDE_IPV6);
        for (Endpoint endpoint : Endpoint.values()) {
            Wiring.addIpv6(outside(endpoint), endpoint.outsideAddressIpv6());
        }
        return this;
    }

    /** A second customer gateway beside the first, at the same LAN and with the same Internet. */
    public SecondGateway addGateway() {
        return new SecondGateway(this, add("gw2"));
    }

    /** The customer gateway's outside interface; the place to capture what leaves the site. */
    public Link outside() {
        return gateway().link(Wiring.OUTSIDE);
    }

    /** The customer gateway's interface to the LAN. */
    public Link lanSide() {
        return gateway().link(Wiring.LAN_SIDE);
    }

    /** The endpoint's outside interface: faults set here hit frames to the endpoint. */
    public Link outside(Endpoint endpoint) {
        return endpoint(endpoint).link(Wiring.OUTSIDE);
    }

    /** The bridge's port to the endpoint: faults set here hit frames from the endpoint. */
    public Link port(Endpoint endpoint) {
        return internet().link(endpoint.role());
    }

    /** Loses frames between the Internet and the endpoint, in both directions. */
    public void impair(Endpoint endpoint, Fault fault) {
        outside(endpoint).fault(fault);
        port(endpoint).fault(fault);
    }

    /** Ends {@link #impair}. */
    public void heal(Endpoint endpoint) {
        outside(endpoint).clearFault();
        port(endpoint).clearFault();
    }

    /** The endpoint's outside goes silent both ways; every link stays up, nobody is told. */
    public void drop(Endpoint endpoint) {
        portState(endpoint, 0);
    }

    /** Ends {@link #drop}. */
    public void restore(Endpoint endpoint) {
        portState(endpoint, 3);
    }

    // include/uapi/linux/if_bridge.h: BR_STATE_DISABLED is 0, BR_STATE_FORWARDING 3.
    private void portState(Endpoint endpoint, int state) {
        internet().exec("bridge link set dev " + port(endpoint).name() + " state " + state);
    }

    /**
     * The endpoint is gone: its outside and its wires inside AWS lose their carriers, and the VPC
     * host turns to the other endpoint.
     */
    public void fail(Endpoint endpoint) {
        for (Link link : links(endpoint)) {
            link.down();
        }
        failed.add(endpoint);
    }

    /** Ends {@link #fail}. */
    public void recover(Endpoint endpoint) {
        for (Link link : links(endpoint)) {
            link.up();
        }
        failed.remove(endpoint);
        Wiring.routeInsideAws(this, endpoint);
        routeVpcVia(vpcVia);
    }

    private List<Link> links(Endpoint endpoint) {
        return List.of(
                port(endpoint),
                vpc().link(endpoint.role()),
                endpoint(endpoint).link(Wiring.VPC_SIDE),
                endpoint(endpoint).link(Wiring.SIBLING));
    }

    /**
     * Leads what the VPC host sends to the site, and everything else, through this endpoint, or
     * through the other one while this one has failed. AWS moves this route when it sees that a
     * tunnel is down.
     */
    public void routeVpcVia(Endpoint endpoint) {
        vpcVia = endpoint;
        routeVpc(endpoint, Wiring.PREFERRED_METRIC);
        routeVpc(endpoint.other(), Wiring.SECOND_METRIC);
    }

    private void routeVpc(Endpoint via, int metric) {
        if (!failed.contains(via)) {
            vpc().ip(
                            "route replace default via %s src %s metric %d"
                                    .formatted(via.vpcSideAddress(), VPC_HOST, metric));
        }
    }

    /**
     * {@link Link#wireMode} on both ends of every link that a packet between LAN and VPC crosses.
     */
    public void wireMode() {
        for (String link : Wiring.LINK_ENDS) {
            String[] roleAndName = link.split(" ");
            namespace(roleAndName[0]).link(roleAndName[1]).wireMode();
        }
    }

    @Override
    public void close() {
        remove();
        try {
            Runtime.getRuntime().removeShutdownHook(cleanup);
        } catch (IllegalStateException e) {
            // The JVM is already going down, and the hook finds nothing left to do.
            return;
        }
    }

    private synchronized void remove() {
        if (!removed) {
            removed = true;
            run.remove();
        }
    }
}
