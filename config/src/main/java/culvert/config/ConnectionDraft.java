package culvert.config;

import java.util.List;
import java.util.Optional;

/** One connection of the file, as far as it can be read. */
record ConnectionDraft(Fields fields, List<TunnelDraft> tunnels) {
    ConnectionDraft {
        tunnels = List.copyOf(tunnels);
    }

    /** Even a misspelt id says that AWS is meant. */
    boolean isAws() {
        return fields.isWritten(ConfigKeys.VPN_CONNECTION_ID);
    }

    Optional<RoutingKind> routing() {
        return fields.value(ConfigKeys.ROUTING).map(Located::value);
    }

    boolean isBgp() {
        return routing().filter(RoutingKind.BGP::equals).isPresent();
    }

    String label() {
        return fields.label();
    }
}
