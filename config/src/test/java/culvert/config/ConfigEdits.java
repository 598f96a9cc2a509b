package culvert.config;

import java.util.List;
import java.util.stream.Stream;

/** Edits of a file, and what the dry run of a reload says of each. */
final class ConfigEdits {
    static final String BASE =
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
    static final String STATIC = "    routing: static\n    static-routes: [10.20.0.0/16]\n";
    static final String BGP =
            """
                routing: bgp
                peer-asn: 64512
                accept: [10.0.0.0/8]
                max-prefixes: 1000
            """;
    private static final String TUNNEL_1 = "connections[aws].tunnels[aws-1].";

    private ConfigEdits() {}

    /** One edit of the file, and the lines of the dry run. */
    record Edit(String from, String to, List<String> changes) {
        static Edit of(String from, String to, String... changes) {
            return new Edit(from, to, List.of(changes));
        }
    }

    static Stream<Edit> all() {
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
}
