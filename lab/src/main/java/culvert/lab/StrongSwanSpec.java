package culvert.lab;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one charon is told. Every {@code with} gives a changed copy.
 *
 * @param insideAddress address with prefix length for its TUN device, e.g. {@code 169.254.10.1/30}
 * @param routes prefixes that its tunnel leads to
 * @param settings strongSwan's own settings by their dotted names, {@code charon.*} for
 *     strongswan.conf, {@code connections.*} and {@code secrets.*} for swanctl.conf
 * @param files for swanctl's directory, such as {@code x509/own.pem}, with where to copy them from
 */
public record StrongSwanSpec(
        String insideAddress,
        List<String> routes,
        SortedMap<String, String> settings,
        SortedMap<String, Path> files) {
    /** The connection's name in swanctl.conf. */
    static final String CONNECTION = "tunnel";

    /** The child's name in swanctl.conf. */
    static final String CHILD = "net";

    private static final String IN_CONNECTION = "connections." + CONNECTION + ".";
    private static final String IN_CHILD = IN_CONNECTION + "children." + CHILD + ".";

    // Weak to strong as AWS prefers: as responder its order decides, so we must offer only what we
    // want.
    private static final String IKE_PROPOSALS =
            "aes128-sha256-modp2048,aes256-sha512-ecp384,aes128gcm16-prfsha256-modp2048,"
                    + "aes256gcm16-prfsha384-ecp384,aes256gcm16-prfsha384-ecp256";
    private static final String ESP_PROPOSALS =
            "aes128gcm16-modp2048,aes256gcm16-ecp384,aes256gcm16,aes128-sha256-modp2048,"
                    + "aes256-sha512-modp2048";

    public StrongSwanSpec {
        routes = List.copyOf(routes);
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /**
     * The AWS end of a tunnel with AWS's defaults: it waits, and forgets us when we fall silent.
     */
    public static StrongSwanSpec aws(Endpoint endpoint) {
        return between(
                endpoint.outsideAddress(),
                Topology.GATEWAY_OUTSIDE,
                endpoint,
                new StrongSwanSpec(
                        endpoint.insideAddress() + "/30",
                        List.of(Topology.LAN_PREFIX),
                        new TreeMap<>(),
                        new TreeMap<>()));
    }

    /**
     * The customer's end of the tunnel to an endpoint: initiates at once and again after a failure.
     */
    public static StrongSwanSpec customer(Endpoint endpoint) {
        return between(
                        Topology.GATEWAY_OUTSIDE,
                        endpoint.outsideAddress(),
                        endpoint,
                        new StrongSwanSpec(
                                endpoint.customerInsideAddress() + "/30",
                                List.of(Topology.VPC_PREFIX),
                                new TreeMap<>(),
                                new TreeMap<>()))
                .withChild("dpd_action", "restart")
                .start();
    }

    private static StrongSwanSpec between(
            String local, String remote, Endpoint endpoint, StrongSwanSpec empty) {
        return empty.withConnection("local_addrs", local)
                .withConnection("remote_addrs", remote)
                .withConnection("local.auth", "psk")
                .withConnection("remote.auth", "psk")
                .withConnection("version", "2")
                .withConnection("rekey_time", "28530s")
                .withConnection("over_time", "270s")
                .withConnection("rand_time", "270s")
                .withConnection("unique", "replace")
                .withConnection("mobike", "no")
                .withConnection("fragmentation", "yes")
                .withChild("local_ts", "0.0.0.0/0")
                .withChild("remote_ts", "0.0.0.0/0")
                .withChild("rekey_time", "3330s")
                .withChild("life_time", "3600s")
                .withChild("rand_time", "270s")
                .withChild("replay_window", "1024")
                .withChild("start_action", "none")
                .with("charon.retransmit_tries", "3")
                .with("charon.retransmit_timeout", "2.0")
                .withProposals(IKE_PROPOSALS, ESP_PROPOSALS)
                .withLiveness(10, "clear")
                .withIdentities(local, remote)
                .withPreSharedKey(endpoint.preSharedKey())
                .withLogLevel(2);
    }

    /** This end initiates, as AWS does for a tunnel with startup action "start". */
    public StrongSwanSpec start() {
        return withChild("start_action", "start");
    }

    /** Proposals as strongSwan writes them, comma separated, most wanted first. */
    public StrongSwanSpec withProposals(String ike, String esp) {
        return withConnection("proposals", ike).withChild("esp_proposals", esp);
    }

    /**
     * Exact times until this end rekeys, without the random part; an SA lives half as long again.
     */
    public StrongSwanSpec withRekeying(int ikeSeconds, int childSeconds) {
        return withConnection("rekey_time", ikeSeconds + "s")
                .withConnection("rand_time", "0s")
                .withConnection("over_time", Math.max(1, ikeSeconds / 2) + "s")
                .withChild("rekey_time", childSeconds + "s")
                .withChild("rand_time", "0s")
                .withChild("life_time", childSeconds + Math.max(1, childSeconds / 2) + "s");
    }

    /**
     * Liveness checks this often, and what follows when none is answered: clear, trap or restart.
     */
    public StrongSwanSpec withLiveness(int delaySeconds, String action) {
        return withConnection("dpd_delay", delaySeconds + "s").withChild("dpd_action", action);
    }

    /** The identities that this end claims and expects, in place of the outside addresses. */
    public StrongSwanSpec withIdentities(String local, String remote) {
        return withConnection("local.id", local)
                .withConnection("remote.id", remote)
                .with("secrets.ike.id-a", local)
                .with("secrets.ike.id-b", remote);
    }

    public StrongSwanSpec withPreSharedKey(String secret) {
        return with("secrets.ike.secret", "\"" + secret + "\"");
    }

    /**
     * By certificate in place of the pre-shared key.
     *
     * @param peerIdentity the subject of the peer's certificate
     * @param authorities whom to believe about the peer, and what to send beside our certificate
     */
    public StrongSwanSpec withCertificate(
            LabAuthority.Issued own, String peerIdentity, LabAuthority... authorities) {
        var changed = new TreeMap<>(settings);
        changed.keySet().removeIf(key -> key.startsWith("secrets."));
        var copied = new TreeMap<String, Path>();
        copied.put("x509/own.pem", own.certificate());
        copied.put("private/own.pem", own.key());
        for (LabAuthority authority : authorities) {
            copied.put("x509ca/" + authority.certificate().getFileName(), authority.certificate());
        }
        return new StrongSwanSpec(insideAddress, routes, changed, copied)
                .withConnection("local.auth", "pubkey")
                .withConnection("local.certs", "own.pem")
                .withConnection("local.id", "\"" + own.subject() + "\"")
                .withConnection("remote.auth", "pubkey")
                .withConnection("remote.id", "\"" + peerIdentity + "\"");
    }

    /**
     * charon's log level for IKE, ESP and its kernel interface; 4 writes key material, for tests
     * that read captures.
     */
    public StrongSwanSpec withLogLevel(int level) {
        String value = Integer.toString(level);
        return with("charon.filelog.lab.ike", value)
                .with("charon.filelog.lab.chd", value)
                .with("charon.filelog.lab.cfg", value);
    }

    /** A setting of the connection, e.g. {@code encap}. */
    public StrongSwanSpec withConnection(String key, String value) {
        return with(IN_CONNECTION + key, value);
    }

    /** A setting of the child, e.g. {@code rekey_packets}. */
    public StrongSwanSpec withChild(String key, String value) {
        return with(IN_CHILD + key, value);
    }

    /** Any setting by its full dotted name, e.g. {@code charon.cookie_threshold}. */
    public StrongSwanSpec with(String key, String value) {
        var changed = new TreeMap<>(settings);
        changed.put(key, value);
        return new StrongSwanSpec(insideAddress, routes, changed, files);
    }

    /** Without routes of its own: those come by BGP. */
    public StrongSwanSpec withoutRoutes() {
        return new StrongSwanSpec(insideAddress, List.of(), settings, files);
    }

    /** Without the settings, as they hold the key. */
    @Override
    public String toString() {
        return "StrongSwanSpec[" + insideAddress + "]";
    }
}
