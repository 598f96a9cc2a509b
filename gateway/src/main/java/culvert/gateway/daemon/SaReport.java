package culvert.gateway.daemon;

import com.fasterxml.jackson.core.JsonGenerator;
import culvert.esp.InboundSaActivity;
import culvert.esp.OutboundSaActivity;
import culvert.ike.ChildSaStatus;
import culvert.ike.IkeSaStatus;
import culvert.ike.IkeTunnelStatus;
import culvert.model.TrafficSelector;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What {@code sa} knows: IKE SAs and CHILD SAs in detail, and what IKE exchanged. */
record SaReport(List<Tunnel> tunnels, List<IkeMessageTally.Line> messages, long nowNanos) {

    /**
     * One tunnel's SAs.
     *
     * @param inbound of the dataplane, oldest first; more than one around a rekey
     * @param outbound likewise; the last one is in use
     * @param errorNotifies the peer's errors by name
     */
    record Tunnel(
            String name,
            IkeTunnelStatus ike,
            List<InboundSaActivity> inbound,
            List<OutboundSaActivity> outbound,
            SortedMap<String, Long> errorNotifies) {
        Tunnel {
            inbound = List.copyOf(inbound);
            outbound = List.copyOf(outbound);
            errorNotifies = new TreeMap<>(errorNotifies);
        }
    }

    SaReport {
        tunnels = List.copyOf(tunnels);
        messages = List.copyOf(messages);
    }

    String toText() {
        StringBuilder text = new StringBuilder();
        for (Tunnel tunnel : tunnels) {
            append(text, tunnel);
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("IKE MESSAGES", "SENT", "RECEIVED"));
        for (IkeMessageTally.Line line : messages) {
            rows.add(
                    List.of(
                            line.exchange(),
                            Long.toString(line.sent()),
                            Long.toString(line.received())));
        }
        TextTable.append(text, rows);
        return text.toString();
    }

    private void append(StringBuilder text, Tunnel tunnel) {
        IkeTunnelStatus ike = tunnel.ike();
        Paragraph.heading(
                text,
                tunnel.name(),
                StatusText.word(ike.state()),
                endpoint(ike.local())
                        + " to "
                        + ike.remote().map(SaReport::endpoint).orElseGet(ike::peerText));
        ike.ike().ifPresent(sa -> append(text, sa));
        if (ike.ike().isEmpty()) {
            Paragraph.append(text, "ike", "no IKE SA: " + ike.reason().orElse("none is wanted"));
        }
        ike.child().ifPresent(sa -> append(text, sa));
        for (InboundSaActivity sa : tunnel.inbound()) {
            Paragraph.append(
                    text,
                    "in",
                    "%s  %d packets, %s%s"
                            .formatted(
                                    sa.spi(),
                                    sa.packets(),
                                    StatusText.bytes(sa.bytes()),
                                    last(sa.packets(), sa.lastPacketNanos())));
        }
        for (OutboundSaActivity sa : tunnel.outbound()) {
            Paragraph.append(
                    text,
                    "out",
                    "%s  %d packets, %s%s, sequence number %d"
                            .formatted(
                                    sa.spi(),
                                    sa.packets(),
                                    StatusText.bytes(sa.bytes()),
                                    last(sa.packets(), sa.lastPacketNanos()),
                                    sa.sequenceNumber()));
        }
        Paragraph.append(text, "trouble", trouble(tunnel));
        text.append('\n');
    }

    private static void append(StringBuilder text, IkeSaStatus sa) {
        Paragraph.append(
                text,
                "ike",
                "SPIs %s and %s, %s".formatted(sa.initiatorSpi(), sa.responderSpi(), sa.role()));
        Paragraph.append(
                text,
                "",
                "%s%s, %s"
                        .formatted(
                                sa.suite(),
                                sa.ppk() ? " with PPK" : "",
                                ages(sa.establishedSeconds(), sa.rekeyInSeconds(), sa.rekeys())));
    }

    private static void append(StringBuilder text, ChildSaStatus sa) {
        Paragraph.append(
                text,
                "esp",
                "%s, %s"
                        .formatted(
                                sa.suite().keyword(),
                                ages(sa.establishedSeconds(), sa.rekeyInSeconds(), sa.rekeys())));
        Paragraph.append(text, "", "%s to %s".formatted(sa.localSelectors(), sa.remoteSelectors()));
    }

    private static String ages(long establishedSeconds, long rekeySeconds, int rekeys) {
        return "established for %s, rekey in %s, %d %s"
                .formatted(
                        StatusText.age(establishedSeconds),
                        StatusText.age(rekeySeconds),
                        rekeys,
                        rekeys == 1 ? "rekey" : "rekeys");
    }

    private String last(long packets, long lastPacketNanos) {
        return packets == 0
                ? ""
                : ", last %s ago"
                        .formatted(StatusText.age((nowNanos - lastPacketNanos) / 1_000_000_000));
    }

    private static String trouble(Tunnel tunnel) {
        String notifies =
                tunnel.errorNotifies().entrySet().stream()
                        .map(e -> ", " + e.getKey() + " " + e.getValue())
                        .collect(Collectors.joining());
        return "retransmits " + tunnel.ike().retransmits() + notifies;
    }

    private static String endpoint(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + " port " + address.getPort();
    }

    String toJson() {
        return JsonText.of(
                "culvert.sa/1",
                json -> {
                    json.writeArrayFieldStart("tunnels");
                    for (Tunnel tunnel : tunnels) {
                        json.writeStartObject();
                        write(json, tunnel);
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                    json.writeArrayFieldStart("messages");
                    for (IkeMessageTally.Line line : messages) {
                        json.writeStartObject();
                        json.writeStringField("exchange", line.exchange());
                        json.writeNumberField("sent", line.sent());
                        json.writeNumberField("received", line.received());
                        json.writeEndObject();
                    }
                    json.writeEndArray();
                });
    }

    private void write(JsonGenerator json, Tunnel tunnel) throws IOException {
        IkeTunnelStatus ike = tunnel.ike();
        json.writeStringField("name", tunnel.name());
        json.writeStringField("state", StatusText.word(ike.state()));
        json.writeStringField("reason", ike.reason().orElse(null));
        json.writeStringField("local", endpoint(ike.local()));
        json.writeStringField("remote", ike.remote().map(SaReport::endpoint).orElse(null));
        json.writeNumberField("attempts", ike.attempts());
        json.writeNumberField("retransmits", ike.retransmits());
        json.writeObjectFieldStart("errorNotifies");
        for (Map.Entry<String, Long> entry : tunnel.errorNotifies().entrySet()) {
            json.writeNumberField(entry.getKey(), entry.getValue());
        }
        json.writeEndObject();
        writeIke(json, ike);
        writeChild(json, ike);
        json.writeArrayFieldStart("inbound");
        for (InboundSaActivity sa : tunnel.inbound()) {
            writeSa(json, sa.spi().toString(), sa.packets(), sa.bytes(), sa.lastPacketNanos());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeArrayFieldStart("outbound");
        for (OutboundSaActivity sa : tunnel.outbound()) {
            writeSa(json, sa.spi().toString(), sa.packets(), sa.bytes(), sa.lastPacketNanos());
            json.writeNumberField("sequenceNumber", sa.sequenceNumber());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void writeSa(
            JsonGenerator json, String spi, long packets, long bytes, long lastPacketNanos)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("spi", spi);
        json.writeNumberField("packets", packets);
        json.writeNumberField("bytes", bytes);
        if (packets == 0) {
            json.writeNullField("lastPacketSeconds");
        } else {
            json.writeNumberField(
                    "lastPacketSeconds", (nowNanos - lastPacketNanos) / 1_000_000_000);
        }
    }

    private static void writeIke(JsonGenerator json, IkeTunnelStatus status) throws IOException {
        if (status.ike().isEmpty()) {
            json.writeNullField("ike");
            return;
        }
        IkeSaStatus sa = status.ike().get();
        json.writeObjectFieldStart("ike");
        json.writeStringField("initiatorSpi", sa.initiatorSpi().toString());
        json.writeStringField("responderSpi", sa.responderSpi().toString());
        StatusJson.writeSa(json, sa);
        json.writeEndObject();
    }

    private static void writeChild(JsonGenerator json, IkeTunnelStatus status) throws IOException {
        if (status.child().isEmpty()) {
            json.writeNullField("child");
            return;
        }
        ChildSaStatus sa = status.child().get();
        json.writeObjectFieldStart("child");
        StatusJson.writeSa(json, sa);
        writeSelectors(json, "localSelectors", sa.localSelectors());
        writeSelectors(json, "remoteSelectors", sa.remoteSelectors());
        json.writeEndObject();
    }

    private static void writeSelectors(
            JsonGenerator json, String name, List<TrafficSelector> selectors) throws IOException {
        json.writeArrayFieldStart(name);
        for (TrafficSelector selector : selectors) {
            json.writeStartObject();
            json.writeStringField("from", selector.startAddress().getHostAddress());
            json.writeStringField("to", selector.endAddress().getHostAddress());
            json.writeNumberField("protocol", selector.protocol());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
