package culvert.gateway.metrics;

import culvert.bgp.BgpPeerStatus;
import culvert.bgp.SessionEnds;
import java.util.List;
import java.util.Locale;

/** The families that start with {@code culvert_bgp_}; there are none without a BGP peer. */
public final class BgpMetrics {
    private static final List<String> STATES =
            List.of(
                    "idle",
                    "connect",
                    "active",
                    "opensent",
                    "openconfirm",
                    BgpPeerSample.ESTABLISHED);

    private BgpMetrics() {}

    public static void write(Exposition page, List<BgpPeerSample> peers) {
        if (peers.isEmpty()) {
            return;
        }
        var up = page.gauge("culvert_bgp_peer_up", "1 while the BGP session is established.");
        for (BgpPeerSample peer : peers) {
            up.sample(peer.isUp(), labels(peer));
        }
        var state = page.gauge("culvert_bgp_peer_state", "1 for the state that the session is in.");
        for (BgpPeerSample peer : peers) {
            for (String name : STATES) {
                state.sample(peer.state().equals(name), labels(peer, "state", name));
            }
        }
        var prefixes =
                page.gauge("culvert_bgp_prefixes", "Prefixes received, accepted, advertised.");
        for (BgpPeerSample peer : peers) {
            prefixes.sample(peer.received(), labels(peer, "kind", "received"));
            prefixes.sample(peer.accepted(), labels(peer, "kind", "accepted"));
            prefixes.sample(peer.advertised(), labels(peer, "kind", "advertised"));
        }
        var messages = page.counter("culvert_bgp_messages_total", "BGP messages exchanged.");
        for (BgpPeerSample peer : peers) {
            for (BgpPeerStatus.Messages line : peer.messages()) {
                String type = line.type().toLowerCase(Locale.ROOT).replace('-', '_');
                messages.sample(line.received(), labels(peer, "type", type, "direction", "in"));
                messages.sample(line.sent(), labels(peer, "type", type, "direction", "out"));
            }
        }
        var resets =
                page.counter(
                        "culvert_bgp_session_resets_total",
                        "Sessions that were established and ended.");
        for (BgpPeerSample peer : peers) {
            resets.sample(peer.ends().lost(), labels(peer, "reason", "connection_lost"));
            resets.sample(peer.ends().notified(), labels(peer, "reason", "notification_sent"));
            resets.sample(peer.ends().byPeer(), labels(peer, "reason", "notification_received"));
        }
        var error =
                page.gauge(
                        "culvert_bgp_last_error_info",
                        "Always 1; the labels are the last NOTIFICATION's codes, 0 without one.");
        for (BgpPeerSample peer : peers) {
            SessionEnds.Codes last =
                    peer.ends().lastError().orElse(new SessionEnds.Codes(false, 0, 0));
            error.sample(
                    1,
                    labels(
                            peer,
                            "code",
                            Integer.toString(last.code()),
                            "subcode",
                            Integer.toString(last.subcode()),
                            "direction",
                            last.sent() ? "out" : "in"));
        }
    }

    private static String[] labels(BgpPeerSample peer, String... more) {
        String[] labels = new String[4 + more.length];
        labels[0] = peer.isNeighbor() ? "neighbor" : "tunnel";
        labels[1] = peer.name();
        labels[2] = "peer";
        labels[3] = peer.peer();
        System.arraycopy(more, 0, labels, 4, more.length);
        return labels;
    }
}
