package culvert.gateway.daemon;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import culvert.bgp.BgpPeerStatus;
import culvert.bgp.BgpState;
import culvert.esp.TrafficCounters;
import culvert.ike.TunnelState;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * CloudWatch's metrics of a tunnel as lines of its embedded metric format, which the CloudWatch
 * agent takes from a log. Names and units are those of namespace AWS/VPN, seen from AWS's side: its
 * TunnelDataIn is what we sent. Data counts what came since the line before.
 */
final class EmbeddedMetrics {
    static final long INTERVAL_SECONDS = 60;

    private static final String NAMESPACE = "Culvert";
    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, TrafficCounters> before = new HashMap<>();

    /** A line for each tunnel. */
    String write(Observation now, long nowMillis) {
        StringBuilder lines = new StringBuilder();
        for (StatusReport.Tunnel tunnel : now.report().tunnels()) {
            String vpnId = now.vpnIds().getOrDefault(tunnel.connection(), "");
            lines.append(line(tunnel, vpnId, nowMillis)).append('\n');
            before.put(tunnel.name(), tunnel.traffic());
        }
        return lines.toString();
    }

    private String line(StatusReport.Tunnel tunnel, String vpnId, long nowMillis) {
        TrafficCounters then = before.get(tunnel.name());
        long out = tunnel.traffic().bytesOut() - (then == null ? 0 : then.bytesOut());
        long in = tunnel.traffic().bytesIn() - (then == null ? 0 : then.bytesIn());
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeObjectFieldStart("_aws");
            json.writeNumberField("Timestamp", nowMillis);
            json.writeArrayFieldStart("CloudWatchMetrics");
            json.writeStartObject();
            json.writeStringField("Namespace", NAMESPACE);
            json.writeArrayFieldStart("Dimensions");
            json.writeStartArray();
            json.writeString(vpnId.isEmpty() ? "Tunnel" : "VpnId");
            json.writeString("TunnelIpAddress");
            json.writeEndArray();
            json.writeEndArray();
            json.writeArrayFieldStart("Metrics");
            metric(json, "TunnelState", "None");
            metric(json, "TunnelDataIn", "Bytes");
            metric(json, "TunnelDataOut", "Bytes");
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndArray();
            json.writeEndObject();
            json.writeStringField("Tunnel", tunnel.name());
            json.writeStringField("VpnId", vpnId);
            json.writeStringField(
                    "TunnelIpAddress",
                    tunnel.ike()
                            .remote()
                            .map(end -> end.getAddress().getHostAddress())
                            .orElseGet(() -> tunnel.ike().peer().toString()));
            json.writeNumberField("TunnelState", isUp(tunnel) ? 1 : 0);
            // A tunnel that was restarted counts from zero.
            json.writeNumberField("TunnelDataIn", Math.max(0, out));
            json.writeNumberField("TunnelDataOut", Math.max(0, in));
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string takes every character", e);
        }
        return text.toString();
    }

    private static void metric(JsonGenerator json, String name, String unit) throws IOException {
        json.writeStartObject();
        json.writeStringField("Name", name);
        json.writeStringField("Unit", unit);
        json.writeEndObject();
    }

    /** As CloudWatch defines it: with BGP while the session is established. */
    private static boolean isUp(StatusReport.Tunnel tunnel) {
        Optional<BgpPeerStatus> bgp = tunnel.bgp();
        return bgp.isPresent()
                ? bgp.get().state() == BgpState.ESTABLISHED
                : tunnel.ike().state() == TunnelState.UP;
    }
}
