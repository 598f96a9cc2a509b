package culvert.lab;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One session of a BIRD.
 *
 * @param name the protocol's name in bird.conf
 * @param local its own address of the session
 * @param password key of TCP MD5; empty for none
 * @param learns whether it takes what the neighbor announces
 * @param exports filter expression of what the neighbor is told
 * @param settings further settings of the protocol in bird.conf
 */
public record BirdNeighbor(
        String name,
        String local,
        String address,
        long asn,
        String password,
        boolean learns,
        String exports,
        SortedMap<String, String> settings) {
    private static final String OWN_ROUTES = "source = RTS_STATIC";

    public BirdNeighbor {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    }

    /** Hears the BIRD's own prefixes, and is believed; the hold time is that of AWS. */
    public static BirdNeighbor of(String name, String local, String address, long asn) {
        var settings = new TreeMap<String, String>();
        settings.put("hold time", "30");
        settings.put("connect delay time", "1");
        settings.put("connect retry time", "2");
        settings.put("error wait time", "1, 5");
        return new BirdNeighbor(name, local, address, asn, "", true, OWN_ROUTES, settings);
    }

    public BirdNeighbor withPassword(String key) {
        return new BirdNeighbor(name, local, address, asn, key, learns, exports, settings);
    }

    /** Only tells: nothing of this neighbor counts. */
    public BirdNeighbor deaf() {
        return new BirdNeighbor(name, local, address, asn, password, false, exports, settings);
    }

    /** Tells what this filter expression of BIRD lets through. */
    public BirdNeighbor exporting(String filter) {
        return new BirdNeighbor(name, local, address, asn, password, learns, filter, settings);
    }

    /** Any setting of the protocol, e.g. {@code passive}. */
    public BirdNeighbor with(String key, String value) {
        var changed = new TreeMap<>(settings);
        changed.put(key, value);
        return new BirdNeighbor(name, local, address, asn, password, learns, exports, changed);
    }

    List<String> lines(long localAsn) {
        var lines = new ArrayList<String>();
        lines.add("protocol bgp " + name + " {");
        lines.add("  local %s as %d;".formatted(local, localAsn));
        lines.add("  neighbor %s as %d;".formatted(address, asn));
        settings.forEach(
                (key, value) -> lines.add(("  " + key + " " + value).stripTrailing() + ";"));
        if (!password.isEmpty()) {
            lines.add("  password \"" + password + "\";");
        }
        lines.add(
                "  %s { import %s; export where %s; next hop self; };"
                        .formatted(channel(local), learns ? "all" : "none", exports));
        lines.add("}");
        return lines;
    }

    /** BIRD's name for the address family of an address or prefix. */
    static String channel(String address) {
        return address.indexOf(':') < 0 ? "ipv4" : "ipv6";
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "BirdNeighbor[" + name + ", " + local + " to " + address + "]";
    }
}
