package culvert.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a reload finds to do. */
class ConfigDiffTest {
    private static final String BASE =
            """
            version: 1
            site:
              name: seoul-dc1
              outside-address: 198.18.0.1
              identity: 198.18.0.1
              asn: 65000
              router-id: 192.168.10.1
              advertise: [192.168.10.0/24]
            control-socket: /run/culvert/control.sock
            metrics: 127.0.0.1:9179
            connections:
              - name: aws
                vpn-connection-id: vpn-0123456789abcdef0
                routing: bgp
                peer-asn: 64512
                accept: [10.0.0.0/8]
                max-prefixes: 1000
                tunnels:
                  - name: aws-1
                    interface: cv0
                    peer-address: 198.18.0.11
                    peer-identity: 198.18.0.11
                    pre-shared-key: {file: secrets/aws-1.psk}
                    inside-address: 169.254.10.2/30
                    role: initiate
                    local-selectors: [0.0.0.0/0]
                    remote-selectors: [0.0.0.0/0]
                    ike: {proposals: [aes256gcm16-prfsha384-ecp384], lifetime: 8h}
                    esp: {proposals: [aes256gcm16-ecp384], lifetime: 1h, replay-window: 1024, encapsulation: udp}
                    liveness: {dpd-interval: 10s, dpd-timeout: 30s, probe-interval: 250ms}
                    bgp: {hold-time: 30s, md5-file: null}
                  - {name: aws-2, interface: cv1, peer-address: 198.18.0.12, pre-shared-key: {file: secrets/aws-2.psk}, inside-address: 169.254.10.6/30}
            """;
    private static final String STATIC = "    routing: static\n    static-routes: [10.20.0.0/16]\n";
    private static final String BGP =
            """
                routing: bgp
                peer-asn: 64512
                accept: [10.0.0.0/8]
                max-prefixes: 1000
            """;
    private static final String TUNNEL_1 = "connections[aws].tunnels[aws-1].";

    @TempDir Path directory = Path.of("");
    private SampleSite site = new SampleSite(Path.of(""));

    @BeforeEach
    void createSecrets() {
        site = SampleSite.in(directory);
    }

    /** One edit of the file, and the lines of the dry run. */
    record Edit(String from, String to, List<String> changes) {
        static Edit of(String from, String to, String... changes) {
            return new Edit(from, to, List.of(changes));
        }
    }

    static Stream<Edit> edits() {
        return Stream.of(
                Edit.of("seoul-dc1", "busan", "live            site.name: seoul-dc1 -> busan"),
                Edit.of(
                        "outside-address: 198.18.0.1\n",
                        "outside-address: 198.18.0.2\n",
                        "restart-daemon  site.outside-address: 198.18.0.1 -> 198.18.0.2"),
                Edit.of(
                        "  identity: 198.18.0.1\n",
                        "  identity: seoul.example.com\n",
                        "live            site.identity: 198.18.0.1 -> seoul.example.com",
                        "restart-tunnel  connections[aws].tunnels[aws-1].identity: 198.18.0.1 ->"
                                + " seoul.example.com",
                        "restart-tunnel  connections[aws].tunnels[aws-2].identity: 198.18.0.1 ->"
                                + " seoul.example.com"),
                Edit.of("asn: 65000", "asn: 65001", "restart-daemon  site.asn: 65000 -> 65001"),
                Edit.of(
                        "router-id: 192.168.10.1",
                        "router-id: 192.168.10.2",
                        "restart-daemon  site.router-id: 192.168.10.1 -> 192.168.10.2"),
                Edit.of(
                        "[192.168.10.0/24]",
                        "[192.168.10.0/24, 192.168.11.0/24]",
                        "live            site.advertise: [192.168.10.0/24] -> [192.168.10.0/24,"
                                + " 192.168.11.0/24]"),
                Edit.of(
                        "/run/culvert/control.sock",
                        "/run/culvert/other.sock",
                        "restart-daemon  control-socket: /run/culvert/control.sock ->"
                                + " /run/culvert/other.sock"),
                Edit.of(
                        "127.0.0.1:9179",
                        "127.0.0.1:9180",
                        "live            metrics: 127.0.0.1:9179 -> 127.0.0.1:9180"),
                Edit.of(
                        "metrics: 127.0.0.1:9179\n",
                        "",
                        "live            metrics: 127.0.0.1:9179 -> none"),
                Edit.of(
                        "def0\n",
                        "def1\n",
                        "live            connections[aws].vpn-connection-id:"
                                + " vpn-0123456789abcdef0 -> vpn-0123456789abcdef1"),
                Edit.of(
                        "peer-asn: 64512",
                        "peer-asn: 64513",
                        "restart-session connections[aws].peer-asn: 64512 -> 64513"),
                Edit.of(
                        "accept: [10.0.0.0/8]",
                        "accept: [10.0.0.0/9]",
                        "live            connections[aws].accept: [10.0.0.0/8] -> [10.0.0.0/9]"),
                Edit.of(
                        "max-prefixes: 1000",
                        "max-prefixes: 100",
                        "live            connections[aws].max-prefixes: 1000 -> 100"),
                Edit.of(
                        "interface: cv0",
                        "interface: cv7",
                        "restart-tunnel  " + TUNNEL_1 + "interface: cv0 -> cv7"),
                Edit.of(
                        "peer-address: 198.18.0.11",
                        "peer-address: 198.18.0.13",
                        "restart-tunnel  " + TUNNEL_1 + "peer-address: 198.18.0.11 -> 198.18.0.13"),
                Edit.of(
                        "peer-address: 198.18.0.11",
                        "peer-address: vpn.example.com",
                        "restart-tunnel  "
                                + TUNNEL_1
                                + "peer-address: 198.18.0.11 -> vpn.example.com"),
                Edit.of(
                        "peer-identity: 198.18.0.11",
                        "peer-identity: aws.example.com",
                        "restart-tunnel  "
                                + TUNNEL_1
                                + "peer-identity: 198.18.0.11 -> aws.example.com"),
                Edit.of(
                        "{file: secrets/aws-1.psk}",
                        "{file: secrets/other.psk}",
                        "restart-tunnel  " + TUNNEL_1 + "pre-shared-key: the secret is another"),
                Edit.of(
                        "role: initiate\n",
                        "role: initiate\n        ppk: {id: ppk-1, file: secrets/aws-1.ppk}\n",
                        "restart-tunnel  " + TUNNEL_1 + "ppk: none -> PPK ppk-1"),
                Edit.of(
                        "169.254.10.2/30",
                        "169.254.10.10/30",
                        "restart-tunnel  "
                                + TUNNEL_1
                                + "inside-address: 169.254.10.2/30 -> 169.254.10.10/30"),
                Edit.of(
                        "role: initiate",
                        "role: respond",
                        "live            " + TUNNEL_1 + "role: initiate -> respond"),
                Edit.of(
                        "local-selectors: [0.0.0.0/0]",
                        "local-selectors: [192.168.10.0/24, 169.254.10.2/32]",
                        "restart-tunnel  "
                                + TUNNEL_1
                                + "local-selectors: [0.0.0.0-255.255.255.255] ->"
                                + " [192.168.10.0-192.168.10.255, 169.254.10.2-169.254.10.2]"),
                Edit.of(
                        "remote-selectors: [0.0.0.0/0]",
                        "remote-selectors: [10.0.0.0/8, 169.254.10.1/32]",
                        "restart-tunnel  "
                                + TUNNEL_1
                                + "remote-selectors: [0.0.0.0-255.255.255.255] ->"
                                + " [10.0.0.0-10.255.255.255, 169.254.10.1-169.254.10.1]"),
                Edit.of(
                        "[aes256gcm16-prfsha384-ecp384]",
                        "[aes128gcm16-prfsha256-ecp256]",
                        "rekey           "
                                + TUNNEL_1
                                + "ike.proposals: [aes256gcm16-prfsha384-ecp384] ->"
                                + " [aes128gcm16-prfsha256-ecp256]"),
                Edit.of(
                        "lifetime: 8h",
                        "lifetime: 90m",
                        "rekey           " + TUNNEL_1 + "ike.lifetime: 8h -> 90m"),
                Edit.of(
                        "[aes256gcm16-ecp384]",
                        "[aes256gcm16-ecp256]",
                        "rekey           "
                                + TUNNEL_1
                                + "esp.proposals: [aes256gcm16-ecp384] -> [aes256gcm16-ecp256]"),
                Edit.of(
                        "lifetime: 1h",
                        "lifetime: 90s",
                        "rekey           " + TUNNEL_1 + "esp.lifetime: 1h -> 90s"),
                Edit.of(
                        "replay-window: 1024",
                        "replay-window: 2048",
                        "rekey           " + TUNNEL_1 + "esp.replay-window: 1024 -> 2048"),
                Edit.of(
                        "encapsulation: udp",
                        "encapsulation: auto",
                        "restart-tunnel  " + TUNNEL_1 + "esp.encapsulation: udp -> auto"),
                Edit.of(
                        "dpd-interval: 10s",
                        "dpd-interval: 500ms",
                        "live            " + TUNNEL_1 + "liveness.dpd-interval: 10s -> 500ms"),
                Edit.of(
                        "dpd-timeout: 30s",
                        "dpd-timeout: 1m",
                        "live            " + TUNNEL_1 + "liveness.dpd-timeout: 30s -> 1m"),
                Edit.of(
                        "probe-interval: 250ms",
                        "probe-interval: null",
                        "live            " + TUNNEL_1 + "liveness.probe-interval: 250ms -> none"),
                Edit.of(
                        "hold-time: 30s",
                        "hold-time: 9s",
                        "restart-session " + TUNNEL_1 + "bgp.hold-time: 30s -> 9s"),
                Edit.of(
                        "  - {name: aws-2",
                        "  - {name: aws-3",
                        "live            connections[aws].tunnels[aws-3]: added",
                        "live            connections[aws].tunnels[aws-2]: removed, its SAs are"
                                + " deleted"),
                Edit.of(
                        "replay-window: 1024,",
                        "df: set, replay-window: 1024,",
                        "restart-tunnel  " + TUNNEL_1 + "esp.df: clear -> set"),
                Edit.of(
                        "replay-window: 1024,",
                        "dscp: clear, replay-window: 1024,",
                        "restart-tunnel  " + TUNNEL_1 + "esp.dscp: copy -> clear"),
                Edit.of(
                        "        role: initiate\n",
                        "        offloads: {tso: off, uso: off, coalesce-tcp: off, coalesce-udp:"
                                + " off}\n",
                        "restart-tunnel  "
                                + TUNNEL_1
                                + "offloads: [tso, uso, gso, gro, coalesce_tcp, coalesce_udp] ->"
                                + " [gso, gro]"),
                Edit.of(
                        "    max-prefixes: 1000\n",
                        """
                            max-prefixes: 1000
                            advertise: [192.168.0.0/16, 10.0.0.0/8 ge 16 le 24]
                            max-advertised: 50
                            advertise-default: true
                        """,
                        "live            connections[aws].advertise: [] -> [192.168.0.0/16, 10.0.0.0/8"
                                + " ge 16 le 24]",
                        "live            connections[aws].max-advertised: 100 -> 50",
                        "live            connections[aws].advertise-default: false -> true"),
                Edit.of(
                        "hold-time: 30s",
                        "hold-time: 30s, ttl-security: true, med: 50, prepend: 2, local-pref: 90",
                        "restart-session " + TUNNEL_1 + "bgp.ttl-security: false -> true",
                        "live            " + TUNNEL_1 + "bgp.med: 100 -> 50",
                        "live            " + TUNNEL_1 + "bgp.prepend: 0 -> 2",
                        "live            " + TUNNEL_1 + "bgp.local-pref: 100 -> 90"),
                Edit.of(
                        "version: 1\n",
                        "version: 1\n"
                                + "routes: {metric: 50, guard: false, hold-down: 1m, multipath:"
                                + " true}\n",
                        "restart-daemon  routes.metric: 213 -> 50",
                        "restart-daemon  routes.guard: true -> false",
                        "restart-daemon  routes.hold-down: 30s -> 1m",
                        "restart-daemon  routes.multipath: false -> true"),
                Edit.of(
                        "connections:\n",
                        "neighbors:\n  - {name: core-1, address: 192.168.10.2, local-address:"
                                + " 192.168.10.1/24, asn: 65010, accept: [192.168.0.0/16]}\n"
                                + "connections:\n",
                        "restart-daemon  neighbors: [] -> [core-1]"),
                // The same in other words.
                Edit.of("lifetime: 8h", "lifetime: 480m"),
                Edit.of(", replay-window: 1024", ""),
                Edit.of("        role: initiate\n", ""));
    }

    @ParameterizedTest
    @MethodSource("edits")
    void namesTheKeyItsClassAndBothValues(Edit edit) {
        assertEquals(1, BASE.split(java.util.regex.Pattern.quote(edit.from), -1).length - 1);
        assertEquals(edit.changes, lines(BASE, text -> text.replace(edit.from, edit.to)));
    }

    @Test
    void comparesSecretsByContent() {
        GatewayConfig before = site.valid(BASE);
        site.secret("aws-2.psk", "Another.Key_1759\n", "rw-------");
        GatewayConfig after = site.valid(BASE);
        ConfigDiff diff = ConfigDiff.between(before, after);
        assertEquals(List.of("aws-2"), List.copyOf(diff.tunnelsWith(ReloadClass.RESTART_TUNNEL)));
        assertEquals(
                "restart-tunnel  connections[aws].tunnels[aws-2].pre-shared-key: the secret is"
                        + " another",
                diff.changes().getFirst().toString());
    }

    @Test
    void takesTheTunnelsThatAConnectionsKeyConcerns() {
        ConfigDiff diff = diff(BASE, text -> text.replace("peer-asn: 64512", "peer-asn: 64513"));
        assertEquals(
                List.of("aws-1", "aws-2"),
                List.copyOf(diff.tunnelsWith(ReloadClass.RESTART_SESSION)));
        assertEquals(List.of(), diff.needingRestart());
    }

    @Test
    void restartsTheTunnelsWhenTheKindOfRoutingChanges() {
        String toStatic =
                BASE.replace(BGP, STATIC)
                        .replace("        bgp: {hold-time: 30s, md5-file: null}\n", "");
        List<String> lines = lines(BASE, text -> toStatic);
        assertTrue(
                lines.contains("restart-tunnel  connections[aws].routing: bgp -> static"),
                lines::toString);
        assertTrue(
                lines.contains(
                        "live            connections[aws].static-routes: none -> [10.20.0.0/16]"),
                lines::toString);
    }

    @Test
    void aRouterIdThatFollowsTheFirstTunnelStaysWhenThatGoes() {
        String derived = BASE.replace("  router-id: 192.168.10.1\n", "");
        int first = derived.indexOf("      - name: aws-1");
        int second = derived.indexOf("      - {name: aws-2");
        assertEquals(
                List.of(
                        "live            connections[aws].tunnels[aws-1]: removed, its SAs are"
                                + " deleted"),
                lines(derived, text -> text.substring(0, first) + text.substring(second)));
    }

    @Test
    void noticesThatTheOrderOfTunnelsIsAnother() {
        int first = BASE.indexOf("      - name: aws-1");
        int second = BASE.indexOf("      - {name: aws-2");
        assertEquals(
                List.of("live            connections[aws].tunnels: in another order: aws-2, aws-1"),
                lines(
                        BASE,
                        text ->
                                text.substring(0, first)
                                        + text.substring(second)
                                        + text.substring(first, second)));
    }

    @Test
    void findsNothingInTheSameFile() {
        assertTrue(diff(BASE, text -> "# a remark\n" + text).isEmpty());
    }

    /** Whoever adds a key decides here what its change costs. */
    @Test
    void everyKeyHasExactlyOneClass() {
        List<String> classified = new ArrayList<>();
        ReloadKeys.GATEWAY.forEach(row -> classified.add(row.path()));
        ReloadKeys.CONNECTION.forEach(row -> classified.add("connections." + row.path()));
        ReloadKeys.TUNNEL.forEach(row -> classified.add("connections.tunnels." + row.path()));
        // Told apart by these, so they never change.
        classified.add("connections.name");
        classified.add("connections.tunnels.name");
        Set<String> unused = new HashSet<>(classified);
        for (String key : leaves("", ConfigKeys.ROOT)) {
            List<String> rows =
                    classified.stream()
                            .filter(row -> key.equals(row) || key.startsWith(row + "."))
                            .toList();
            assertEquals(1, rows.size(), () -> key + " needs a row in ReloadKeys: " + rows);
            unused.removeAll(rows);
        }
        assertEquals(Set.of(), unused);
    }

    private static List<String> leaves(String path, ConfigSection section) {
        List<String> paths = new ArrayList<>();
        for (ConfigKey key : section.keys()) {
            switch (key) {
                case ConfigKey.Section s ->
                        paths.addAll(leaves(path + s.name() + ".", s.section()));
                case ConfigKey.Sections s ->
                        paths.addAll(leaves(path + s.name() + ".", s.section()));
                case ConfigKey.Value<?> v -> paths.add(path + v.name());
                case ConfigKey.Values<?> v -> paths.add(path + v.name());
            }
        }
        return paths;
    }

    @Test
    void sayNothingOfSecrets() {
        site.secret("other.psk", SampleSite.SECOND_KEY, "rw-------");
        String lines =
                String.join(
                        "\n",
                        lines(
                                BASE,
                                text -> text.replace("secrets/aws-1.psk", "secrets/other.psk")));
        SampleSite.SECRETS.forEach(secret -> assertFalse(lines.contains(secret), lines));
    }

    private List<String> lines(String before, UnaryOperator<String> edit) {
        return diff(before, edit).changes().stream().map(ConfigChange::toString).toList();
    }

    private ConfigDiff diff(String before, UnaryOperator<String> edit) {
        site.secret("other.psk", "Another.Key_1759\n", "rw-------");
        return ConfigDiff.between(site.valid(before), site.valid(edit.apply(before)));
    }
}
