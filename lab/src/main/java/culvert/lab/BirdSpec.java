package culvert.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What one BIRD is told.
 *
 * @param routerId an IPv4 address
 * @param announced prefixes of its own at first
 * @param bulk number of further prefixes, /24 each from 16.0.0.0 on, which wait for {@link
 *     Bird#offerBulk}
 * @param multipath whether it uses equal routes together
 * @param preferredSource its address for packets of its own to what it learned; empty: any
 */
public record BirdSpec(
        String routerId,
        long localAsn,
        List<BirdNeighbor> neighbors,
        List<String> announced,
        int bulk,
        boolean multipath,
        String preferredSource) {
    /** The AS number that AWS has unless told otherwise. */
    public static final long AWS_ASN = 64_512;

    public static final long CUSTOMER_ASN = 65_000;

    static final String BULK = "bulk";

    private static final int BULK_START = 16 << 16;

    public BirdSpec {
        neighbors = List.copyOf(neighbors);
        announced = List.copyOf(announced);
    }

    /** A router with these sessions. */
    public static BirdSpec router(String routerId, long asn, BirdNeighbor... neighbors) {
        return new BirdSpec(routerId, asn, List.of(neighbors), List.of(), 0, false, "");
    }

    /** The BGP side of an endpoint of AWS, with the hold time of AWS. */
    public static BirdSpec aws(Endpoint endpoint, String... announced) {
        BirdNeighbor customer =
                BirdNeighbor.of(
                        Bird.CUSTOMER,
                        endpoint.insideAddress(),
                        endpoint.customerInsideAddress(),
                        CUSTOMER_ASN);
        return router(endpoint.insideAddress(), AWS_ASN, customer).announcing(announced);
    }

    /** The router behind both endpoints of AWS: the host of the VPC follows what they learn. */
    public static BirdSpec vpc() {
        BirdSpec router = router(Topology.VPC_HOST, AWS_ASN).withPreferredSource(Topology.VPC_HOST);
        for (Endpoint endpoint : Endpoint.values()) {
            router =
                    router.withNeighbor(
                            BirdNeighbor.of(
                                            endpoint.role(),
                                            endpoint.vpcHostAddress(),
                                            endpoint.vpcSideAddress(),
                                            AWS_ASN)
                                    .with("direct", ""));
        }
        return router;
    }

    /** Tells the router of {@link #vpc} what an endpoint learns. */
    public BirdSpec withVpcRouter(Endpoint endpoint) {
        return withNeighbor(
                BirdNeighbor.of(
                                "vpc",
                                endpoint.vpcSideAddress(),
                                endpoint.vpcHostAddress(),
                                AWS_ASN)
                        .with("direct", "")
                        .exporting("proto = \"" + Bird.CUSTOMER + "\""));
    }

    public BirdSpec announcing(String... prefixes) {
        return new BirdSpec(
                routerId, localAsn, neighbors, List.of(prefixes), bulk, multipath, preferredSource);
    }

    public BirdSpec withPassword(String key) {
        return withEachNeighbor(n -> n.withPassword(key));
    }

    public BirdSpec withNeighbor(BirdNeighbor more) {
        var all = new ArrayList<>(neighbors);
        all.add(more);
        return new BirdSpec(routerId, localAsn, all, announced, bulk, multipath, preferredSource);
    }

    public BirdSpec withEachNeighbor(UnaryOperator<BirdNeighbor> change) {
        return new BirdSpec(
                routerId,
                localAsn,
                neighbors.stream().map(change).toList(),
                announced,
                bulk,
                multipath,
                preferredSource);
    }

    public BirdSpec withBulk(int count) {
        return new BirdSpec(
                routerId, localAsn, neighbors, announced, count, multipath, preferredSource);
    }

    /** What it sends itself to where its routes lead comes from this address. */
    public BirdSpec withPreferredSource(String address) {
        return new BirdSpec(routerId, localAsn, neighbors, announced, bulk, multipath, address);
    }

    public BirdSpec withMultipath() {
        return new BirdSpec(routerId, localAsn, neighbors, announced, bulk, true, preferredSource);
    }

    /** bird.conf. */
    String file(List<String> prefixes) {
        var lines = new ArrayList<String>();
        lines.add("log stderr all;");
        lines.add("router id " + routerId + ";");
        lines.add("protocol device {}");
        for (String channel : List.of("ipv4", "ipv6")) {
            lines.add("protocol kernel kernel_" + channel + " {");
            lines.add("  " + channel + " { import none; export filter {");
            lines.add("    if source != RTS_BGP then reject;");
            if (BirdNeighbor.channel(preferredSource).equals(channel)
                    && !preferredSource.isEmpty()) {
                lines.add("    krt_prefsrc = " + preferredSource + ";");
            }
            lines.add("    accept; }; };");
            if (multipath) {
                lines.add("  merge paths on;");
            }
            lines.add("}");
            lines.add("protocol static announced_" + channel + " {");
            lines.add("  " + channel + ";");
            prefixes.stream()
                    .filter(prefix -> BirdNeighbor.channel(prefix).equals(channel))
                    .forEach(prefix -> lines.add("  route " + prefix + " blackhole;"));
            lines.add("}");
        }
        if (bulk > 0) {
            lines.add("protocol static " + BULK + " {");
            lines.add("  disabled;");
            lines.add("  ipv4;");
            for (int i = 0; i < bulk; i++) {
                int high = BULK_START + i;
                lines.add(
                        "  route %d.%d.%d.0/24 blackhole;"
                                .formatted(high >>> 16, high >>> 8 & 0xFF, high & 0xFF));
            }
            lines.add("}");
        }
        neighbors.forEach(neighbor -> lines.addAll(neighbor.lines(localAsn)));
        return String.join("\n", lines) + "\n";
    }
}
