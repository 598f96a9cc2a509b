package culvert.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * What one BIRD is told.
 *
 * @param local its own address of the session, and its router id
 * @param neighbor the address of the peer
 * @param announced prefixes that it announces at first
 * @param password key of TCP MD5; empty for none
 */
public record BirdSpec(
        String local,
        long localAsn,
        String neighbor,
        long neighborAsn,
        List<String> announced,
        String password) {
    /** The AS number that AWS has unless told otherwise. */
    public static final long AWS_ASN = 64_512;

    public static final long CUSTOMER_ASN = 65_000;

    public BirdSpec {
        announced = List.copyOf(announced);
    }

    /** The BGP side of an endpoint of AWS, with the hold time of AWS. */
    public static BirdSpec aws(Endpoint endpoint, String... announced) {
        return new BirdSpec(
                endpoint.insideAddress(),
                AWS_ASN,
                endpoint.customerInsideAddress(),
                CUSTOMER_ASN,
                List.of(announced),
                "");
    }

    public BirdSpec withPassword(String key) {
        return new BirdSpec(local, localAsn, neighbor, neighborAsn, announced, key);
    }

    /** bird.conf. */
    String file(List<String> prefixes) {
        var lines = new ArrayList<String>();
        lines.add("log stderr all;");
        lines.add("router id " + local + ";");
        lines.add("protocol device {}");
        lines.add("protocol kernel {");
        lines.add("  ipv4 { import none; export where source = RTS_BGP; };");
        lines.add("}");
        lines.add("protocol static announced {");
        lines.add("  ipv4;");
        prefixes.forEach(prefix -> lines.add("  route " + prefix + " blackhole;"));
        lines.add("}");
        lines.add("protocol bgp customer {");
        lines.add("  local %s as %d;".formatted(local, localAsn));
        lines.add("  neighbor %s as %d;".formatted(neighbor, neighborAsn));
        lines.add("  hold time 30;");
        lines.add("  connect delay time 1;");
        lines.add("  connect retry time 2;");
        lines.add("  error wait time 1, 5;");
        if (!password.isEmpty()) {
            lines.add("  password \"" + password + "\";");
        }
        lines.add("  ipv4 { import all; export where source = RTS_STATIC; };");
        lines.add("}");
        return String.join("\n", lines) + "\n";
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "BirdSpec[" + local + " to " + neighbor + "]";
    }
}
