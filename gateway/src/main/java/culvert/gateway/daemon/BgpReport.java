package culvert.gateway.daemon;

import com.fasterxml.jackson.core.JsonGenerator;
import culvert.bgp.BgpPeerStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * What {@code bgp} knows: every session in detail.
 *
 * @param asn our own
 * @param routerId as dotted quad
 */
record BgpReport(long asn, String routerId, List<Peer> peers) {

    /**
     * One session.
     *
     * @param tunnel that it runs in
     */
    record Peer(String tunnel, InetAddress address, BgpPeerStatus status) {}

    BgpReport {
        peers = List.copyOf(peers);
    }

    String toText() {
        if (peers.isEmpty()) {
            return "no connection of the configuration speaks BGP (routing: bgp)\n";
        }
        StringBuilder text = new StringBuilder("AS %d, router ID %s\n".formatted(asn, routerId));
        peers.forEach(peer -> append(text, peer));
        return text.toString();
    }

    private static void append(StringBuilder text, Peer peer) {
        BgpPeerStatus bgp = peer.status();
        text.append('\n');
        Paragraph.heading(
                text,
                peer.tunnel(),
                bgp.state()
                        + (seconds(bgp).isPresent()
                                ? " for " + StatusText.age(seconds(bgp).getAsLong())
                                : ""),
                peer.address().getHostAddress() + " AS " + Integer.toUnsignedLong(bgp.peerAsn()));
        if (!bgp.reason().isEmpty()) {
            Paragraph.append(text, "reason", bgp.reason());
        }
        Paragraph.append(
                text,
                "prefixes",
                "received %d, accepted %d, stale %d, advertised %d, held back %d"
                        .formatted(
                                bgp.received(),
                                bgp.accepted(),
                                bgp.stale(),
                                bgp.advertised(),
                                bgp.heldBack()));
        Paragraph.append(
                text,
                "session",
                "hold time %s, families %s, established %d times, %d malformed UPDATEs"
                        .formatted(
                                bgp.holdSeconds().isPresent()
                                        ? bgp.holdSeconds().getAsInt() + "s"
                                        : "not agreed",
                                bgp.families(),
                                bgp.timesEstablished(),
                                bgp.malformedUpdates()));
        Paragraph.append(
                text,
                "last",
                bgp.lastNotification().isEmpty()
                        ? "no NOTIFICATION yet"
                        : "NOTIFICATION " + bgp.lastNotification());
    }

    private static OptionalLong seconds(BgpPeerStatus bgp) {
        return bgp.establishedNanos().isPresent()
                ? OptionalLong.of(
                        TimeUnit.NANOSECONDS.toSeconds(bgp.establishedNanos().getAsLong()))
                : OptionalLong.empty();
    }

    String toJson() {
        return JsonText.of(
                "culvert.bgp/1",
                json -> {
                    json.writeNumberField("asn", asn);
                    json.writeStringField("routerId", routerId);
                    json.writeArrayFieldStart("peers");
                    for (Peer peer : peers) {
                        json.writeStartObject();
                        write(json, peer);
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                });
    }

    private static void write(JsonGenerator json, Peer peer) throws IOException {
        BgpPeerStatus bgp = peer.status();
        json.writeStringField("tunnel", peer.tunnel());
        json.writeStringField("peer", peer.address().getHostAddress());
        json.writeNumberField("peerAsn", Integer.toUnsignedLong(bgp.peerAsn()));
        json.writeStringField("state", bgp.state().toString().toLowerCase(Locale.ROOT));
        json.writeStringField("reason", bgp.reason());
        JsonText.writeOrNull(json, "establishedSeconds", seconds(bgp));
        json.writeNumberField("holdSeconds", bgp.holdSeconds().orElse(0));
        json.writeArrayFieldStart("families");
        for (Object family : bgp.families()) {
            json.writeString(family.toString());
        }
        json.writeEndArray();
        json.writeNumberField("received", bgp.received());
        json.writeNumberField("accepted", bgp.accepted());
        json.writeNumberField("stale", bgp.stale());
        json.writeNumberField("advertised", bgp.advertised());
        json.writeNumberField("heldBack", bgp.heldBack());
        json.writeNumberField("timesEstablished", bgp.timesEstablished());
        json.writeNumberField("malformedUpdates", bgp.malformedUpdates());
        json.writeStringField("lastNotification", bgp.lastNotification());
    }
}
