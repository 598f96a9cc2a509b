package culvert.gateway.daemon;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import culvert.bgp.BgpPeerStatus;
import culvert.esp.DropReason;
import culvert.esp.OffloadState;
import culvert.esp.TrafficCounters;
import culvert.gateway.revocation.RevocationListStatus;
import culvert.ike.CertificateStatus;
import culvert.ike.ChildSaStatus;
import culvert.ike.IkeCounter;
import culvert.ike.IkeSaStatus;
import culvert.ike.IkeTunnelStatus;
import culvert.ike.certificate.CertificateText;
import culvert.model.Offload;
import culvert.model.PeerHost;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Schema {@code culvert.status/1}: fields are added freely and never renamed. */
final class StatusJson {
    private static final JsonFactory JSON = new JsonFactory();

    private StatusJson() {}

    static String write(StatusReport report) {
        return write(report, Map.of());
    }

    /**
     * @param activity of each tunnel, by name
     */
    static String write(StatusReport report, Map<String, TunnelActivity> activity) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("schema", "culvert.status/1");
            json.writeStringField("state", report.health().word());
            json.writeStringField("version", Version.CULVERT);
            json.writeNumberField("pid", ProcessHandle.current().pid());
            json.writeNumberField("uptimeSeconds", report.uptimeSeconds());
            json.writeArrayFieldStart("tunnels");
            for (StatusReport.Tunnel tunnel : report.tunnels()) {
                writeTunnel(
                        json, tunnel, activity.getOrDefault(tunnel.name(), TunnelActivity.NONE));
            }
            json.writeEndArray();
            json.writeArrayFieldStart("neighbors");
            for (StatusReport.Neighbor neighbor : report.neighbors()) {
                json.writeStartObject();
                json.writeStringField("name", neighbor.bgp().peer());
                writeSession(json, neighbor.bgp(), neighbor.address());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeObjectFieldStart("routes");
            json.writeNumberField("installed", report.installedRoutes());
            json.writeStringField("active", report.activeTunnel().orElse(null));
            json.writeEndObject();
            writeConfig(json, report.config());
            writeCounters(json, report);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string takes every character", e);
        }
        return text + "\n";
    }

    private static void writeConfig(JsonGenerator json, ConfigState config) throws IOException {
        json.writeObjectFieldStart("config");
        json.writeStringField("file", config.file().toString());
        json.writeStringField("lastReload", config.lastReload().word());
        JsonText.writeOrNull(json, "secondsAgo", config.secondsAgo());
        json.writeStringField("message", config.message().orElse(null));
        JsonText.writeOrNull(json, "rollbackSeconds", config.rollbackSeconds());
        json.writeEndObject();
    }

    private static void writeTunnel(
            JsonGenerator json, StatusReport.Tunnel tunnel, TunnelActivity activity)
            throws IOException {
        IkeTunnelStatus ike = tunnel.ike();
        json.writeStartObject();
        json.writeStringField("name", tunnel.name());
        json.writeStringField("connection", tunnel.connection());
        json.writeStringField("interface", tunnel.interfaceName());
        json.writeStringField("state", StatusText.word(tunnel.state()));
        json.writeStringField("reason", tunnel.reason().orElse(null));
        json.writeStringField("peerName", peerName(ike));
        json.writeStringField(
                "peerAddress",
                ike.remote().map(end -> end.getAddress().getHostAddress()).orElse(null));
        json.writeStringField("localAddress", ike.local().getAddress().getHostAddress());
        json.writeBooleanField("natDetected", ike.natDetected());
        json.writeStringField("encapsulation", StatusText.word(ike.encapsulation()));
        json.writeNumberField("mtu", tunnel.mtuBytes());
        writeIke(json, ike);
        writeEsp(json, ike);
        json.writeNumberField("attempts", ike.attempts());
        JsonText.writeOrNull(json, "nextAttemptSeconds", ike.nextAttemptSeconds());
        writeTraffic(json, tunnel.traffic(), activity);
        json.writeObjectFieldStart("path");
        json.writeNumberField("mtu", tunnel.path().mtuBytes());
        json.writeNumberField("icmpErrors", tunnel.path().icmpErrors());
        json.writeEndObject();
        writeOffloads(json, tunnel);
        writeBgp(json, tunnel);
        writeCertificates(json, ike);
        writeRevocationLists(json, tunnel.revocationLists());
        json.writeEndObject();
    }

    private static @Nullable String peerName(IkeTunnelStatus ike) {
        return switch (ike.peer()) {
            case PeerHost.Address address -> null;
            case PeerHost.Name(String name) -> name;
        };
    }

    private static void writeOffloads(JsonGenerator json, StatusReport.Tunnel tunnel)
            throws IOException {
        json.writeObjectFieldStart("offloads");
        for (Map.Entry<Offload, OffloadState> offload : tunnel.offloads().entrySet()) {
            json.writeObjectFieldStart(camelCase(offload.getKey().name()));
            json.writeBooleanField("on", offload.getValue().on());
            String reason = offload.getValue().reason();
            json.writeStringField("reason", reason.isEmpty() ? null : reason);
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void writeIke(JsonGenerator json, IkeTunnelStatus status) throws IOException {
        if (status.ike().isEmpty()) {
            json.writeNullField("ike");
            return;
        }
        json.writeObjectFieldStart("ike");
        writeSa(json, status.ike().get());
        json.writeEndObject();
    }

    /** The fields of an IKE SA, which {@code sa} has too. */
    static void writeSa(JsonGenerator json, IkeSaStatus sa) throws IOException {
        json.writeStringField("suite", sa.suite());
        json.writeStringField("role", sa.role());
        json.writeBooleanField("ppk", sa.ppk());
        json.writeNumberField("establishedSeconds", sa.establishedSeconds());
        json.writeNumberField("rekeySeconds", sa.rekeyInSeconds());
        json.writeNumberField("rekeys", sa.rekeys());
    }

    private static void writeCertificates(JsonGenerator json, IkeTunnelStatus status)
            throws IOException {
        json.writeArrayFieldStart("certificates");
        for (CertificateStatus certificate : status.certificates()) {
            json.writeStartObject();
            json.writeStringField("whose", certificate.whose().name().toLowerCase(Locale.ROOT));
            json.writeStringField("subject", certificate.subject());
            json.writeStringField("issuer", certificate.issuer());
            json.writeNumberField("notAfterUnixSeconds", certificate.notAfterUnixSeconds());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeRevocationLists(JsonGenerator json, List<RevocationListStatus> lists)
            throws IOException {
        json.writeArrayFieldStart("revocationLists");
        for (RevocationListStatus list : lists) {
            json.writeStartObject();
            json.writeStringField("issuer", CertificateText.subject(list.point().issuer()));
            json.writeStringField("location", list.point().location());
            JsonText.writeOrNull(json, "fetchedUnixSeconds", list.fetchedUnixSeconds());
            JsonText.writeOrNull(json, "nextUpdateUnixSeconds", list.nextUpdateUnixSeconds());
            JsonText.writeOrNull(json, "nextFetchUnixSeconds", list.nextFetchUnixSeconds());
            json.writeNumberField("failures", list.failures());
            json.writeStringField("failure", list.failure().orElse(null));
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeEsp(JsonGenerator json, IkeTunnelStatus status) throws IOException {
        if (status.child().isEmpty()) {
            json.writeNullField("esp");
            return;
        }
        json.writeObjectFieldStart("esp");
        writeSa(json, status.child().get());
        json.writeEndObject();
    }

    /** The fields of a CHILD SA, which {@code sa} has too. */
    static void writeSa(JsonGenerator json, ChildSaStatus sa) throws IOException {
        json.writeStringField("suite", sa.suite().keyword());
        json.writeStringField("spiIn", sa.spiIn().toString());
        json.writeStringField("spiOut", sa.spiOut().toString());
        json.writeNumberField("establishedSeconds", sa.establishedSeconds());
        json.writeNumberField("rekeySeconds", sa.rekeyInSeconds());
        json.writeNumberField("rekeys", sa.rekeys());
    }

    private static void writeCounters(JsonGenerator json, StatusReport report) throws IOException {
        json.writeObjectFieldStart("ikeCounters");
        for (IkeCounter counter : IkeCounter.values()) {
            json.writeNumberField(camelCase(counter.name()), report.ikeCounters().get(counter));
        }
        json.writeNumberField("strayDatagrams", report.strayDatagrams());
        json.writeEndObject();
    }

    /** {@code DROPPED_UNKNOWN_SPI} is {@code droppedUnknownSpi}, as drop reasons are written. */
    private static String camelCase(String constant) {
        StringBuilder name = new StringBuilder(constant.length());
        for (int i = 0; i < constant.length(); i++) {
            char letter = constant.charAt(i);
            if (letter != '_') {
                boolean begins = i > 0 && constant.charAt(i - 1) == '_';
                name.append(begins ? letter : Character.toLowerCase(letter));
            }
        }
        return name.toString();
    }

    private static void writeBgp(JsonGenerator json, StatusReport.Tunnel tunnel)
            throws IOException {
        if (tunnel.bgp().isEmpty()) {
            json.writeNullField("bgp");
            return;
        }
        json.writeObjectFieldStart("bgp");
        writeSession(json, tunnel.bgp().get(), tunnel.insidePeer());
        json.writeEndObject();
    }

    private static void writeSession(JsonGenerator json, BgpPeerStatus bgp, InetAddress peer)
            throws IOException {
        json.writeStringField("state", bgp.state().toString().toLowerCase(Locale.ROOT));
        json.writeStringField("reason", bgp.reason());
        json.writeStringField("peer", peer.getHostAddress());
        json.writeNumberField("peerAsn", Integer.toUnsignedLong(bgp.peerAsn()));
        json.writeNumberField("holdSeconds", bgp.holdSeconds().orElse(0));
        json.writeNumberField("received", bgp.received());
        json.writeNumberField("accepted", bgp.accepted());
        json.writeNumberField("advertised", bgp.advertised());
        json.writeNumberField("heldBack", bgp.heldBack());
        json.writeNumberField("timesEstablished", bgp.timesEstablished());
        json.writeStringField("lastNotification", bgp.lastNotification());
    }

    private static void writeTraffic(
            JsonGenerator json, TrafficCounters traffic, TunnelActivity activity)
            throws IOException {
        json.writeObjectFieldStart("traffic");
        json.writeNumberField("packetsIn", traffic.packetsIn());
        json.writeNumberField("bytesIn", traffic.bytesIn());
        json.writeNumberField("packetsOut", traffic.packetsOut());
        json.writeNumberField("bytesOut", traffic.bytesOut());
        json.writeNumberField("packetsInPerSecond", activity.rates().packetsIn());
        json.writeNumberField("bytesInPerSecond", activity.rates().bytesIn());
        json.writeNumberField("packetsOutPerSecond", activity.rates().packetsOut());
        json.writeNumberField("bytesOutPerSecond", activity.rates().bytesOut());
        JsonText.writeOrNull(json, "lastPacketInSeconds", activity.lastInSeconds());
        JsonText.writeOrNull(json, "lastPacketOutSeconds", activity.lastOutSeconds());
        json.writeObjectFieldStart("drops");
        for (DropReason reason : StatusReport.dropReasons()) {
            json.writeNumberField(reason.jsonName(), traffic.drops(reason));
        }
        json.writeEndObject();
        json.writeEndObject();
    }
}
