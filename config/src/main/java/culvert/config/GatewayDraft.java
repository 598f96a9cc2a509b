package culvert.config;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The file as connections and tunnels, as far as it can be read: what the checks look at. */
record GatewayDraft(Fields root, Fields site, List<ConnectionDraft> connections) {
    GatewayDraft {
        connections = List.copyOf(connections);
    }

    static GatewayDraft of(Fields root) {
        List<ConnectionDraft> connections = new ArrayList<>();
        int index = 0;
        for (Fields connection : root.sections(ConfigKeys.CONNECTIONS)) {
            List<TunnelDraft> tunnels = new ArrayList<>();
            for (Fields tunnel : connection.sections(ConfigKeys.TUNNELS)) {
                tunnels.add(new TunnelDraft(index++, tunnel));
            }
            connections.add(new ConnectionDraft(connection, tunnels));
        }
        return new GatewayDraft(root, root.section(ConfigKeys.SITE), connections);
    }

    List<TunnelDraft> tunnels() {
        return connections.stream().flatMap(connection -> connection.tunnels().stream()).toList();
    }

    Optional<Located<InetAddress>> outsideAddress() {
        return site.value(ConfigKeys.OUTSIDE_ADDRESS);
    }

    boolean speaksBgp() {
        return connections.stream().anyMatch(ConnectionDraft::isBgp);
    }
}
