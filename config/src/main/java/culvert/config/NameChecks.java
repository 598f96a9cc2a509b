package culvert.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Names that must be unique. */
final class NameChecks {
    private NameChecks() {}

    static void check(GatewayDraft gateway, Problems problems) {
        Set<String> connections = new HashSet<>();
        for (ConnectionDraft connection : gateway.connections()) {
            connection
                    .fields()
                    .value(ConfigKeys.CONNECTION_NAME)
                    .filter(name -> !connections.add(name.value()))
                    .ifPresent(
                            name ->
                                    problems.error(
                                            name.at(),
                                            "another connection is named '%s' already"
                                                    .formatted(name.value()),
                                            "give each connection a name of its own"));
        }
        Set<String> tunnels = new HashSet<>();
        for (TunnelDraft tunnel : gateway.tunnels()) {
            tunnel.fields()
                    .value(ConfigKeys.TUNNEL_NAME)
                    .filter(name -> !tunnels.add(name.value()))
                    .ifPresent(
                            name ->
                                    problems.error(
                                            name.at(),
                                            "another tunnel is named '%s' already"
                                                    .formatted(name.value()),
                                            "give each tunnel of the file a name of its own"));
        }
        checkInterfaces(gateway, problems);
    }

    private static void checkInterfaces(GatewayDraft gateway, Problems problems) {
        Map<String, TunnelDraft> users = new HashMap<>();
        for (TunnelDraft tunnel : gateway.tunnels()) {
            Optional<Located<String>> name = tunnel.interfaceName();
            if (name.isEmpty()) {
                continue;
            }
            TunnelDraft other = users.putIfAbsent(name.get().value(), tunnel);
            if (other != null) {
                problems.error(
                        name.get().at(),
                        "interface %s is that of %s already"
                                .formatted(name.get().value(), other.label()),
                        tunnel.fields().isWritten(ConfigKeys.INTERFACE)
                                ? "give each tunnel an interface of its own"
                                : "write an interface for this tunnel too, because %s is its default"
                                        .formatted(name.get().value()));
            }
        }
    }
}
