package culvert.lab;

import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One tunnel of a {@link GatewaySpec}. Every {@code with} gives a changed copy.
 *
 * @param name the tunnel's name; its key file is named after it
 * @param settings the tunnel's keys in culvert.yaml, name and key aside, with values in YAML's flow
 *     notation
 */
public record TunnelSpec(String name, String preSharedKey, SortedMap<String, String> settings) {
    public TunnelSpec {
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    }

    /**
     * The customer's end of the tunnel to an endpoint: initiates, on {@code cv0} or {@code cv1}.
     */
    public static TunnelSpec toward(Endpoint endpoint) {
        return between(
                endpoint,
                "cv" + (endpoint.number() - 1),
                endpoint.outsideAddress(),
                endpoint.customerInsideAddress());
    }

    /** The AWS end of the tunnel: responds, on {@code cv0}. */
    public static TunnelSpec from(Endpoint endpoint) {
        return between(endpoint, "cv0", Topology.GATEWAY_OUTSIDE, endpoint.insideAddress())
                .with("role", "respond");
    }

    private static TunnelSpec between(
            Endpoint endpoint, String interfaceName, String peer, String inside) {
        return new TunnelSpec(endpoint.tunnelName(), endpoint.preSharedKey(), new TreeMap<>())
                .with("interface", interfaceName)
                .with("peer-address", peer)
                .with("inside-address", inside + "/30");
    }

    /**
     * One IKE and one ESP proposal, or several separated by commas, with lifetimes such as {@code
     * 8h}.
     */
    public TunnelSpec withProposals(
            String ike, String ikeLifetime, String esp, String espLifetime) {
        return with("ike", "{proposals: [" + ike + "], lifetime: " + ikeLifetime + "}")
                .with("esp", "{proposals: [" + esp + "], lifetime: " + espLifetime + "}");
    }

    /** Durations with their units, e.g. {@code 10s}, {@code 30s}, {@code 250ms}. */
    public TunnelSpec withLiveness(String dpdInterval, String dpdTimeout, String probeInterval) {
        return with(
                "liveness",
                "{dpd-interval: %s, dpd-timeout: %s, probe-interval: %s}"
                        .formatted(dpdInterval, dpdTimeout, probeInterval));
    }

    public TunnelSpec withName(String other) {
        return new TunnelSpec(other, preSharedKey, settings);
    }

    public TunnelSpec withPreSharedKey(String secret) {
        return new TunnelSpec(name, secret, settings);
    }

    /**
     * By certificate in place of the pre-shared key.
     *
     * @param chain our certificate, with intermediate authorities behind it
     * @param authorities whom to believe about the peer, a file
     * @param peerIdentity the subject of the peer's certificate
     */
    public TunnelSpec withCertificate(Path chain, Path key, Path authorities, String peerIdentity) {
        return with("certificate", "{file: " + chain + "}")
                .with("private-key", "{file: " + key + "}")
                .with("certificate-authorities", "{file: " + authorities + "}")
                .with("peer-identity", "\"" + peerIdentity + "\"");
    }

    boolean usesCertificate() {
        return settings.containsKey("certificate");
    }

    /** Any key of the tunnel, with its value as one line of YAML. */
    public TunnelSpec with(String key, String yaml) {
        var changed = new TreeMap<>(settings);
        changed.put(key, yaml);
        return new TunnelSpec(name, preSharedKey, changed);
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "TunnelSpec[" + name + ", " + settings + "]";
    }
}
