package culvert.gateway.daemon;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import culvert.bgp.RouteRow;
import culvert.model.IpPrefix;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** What {@code routes} knows: every route, where it is from, what came of it and why. */
record RoutesReport(List<Line> lines) {
    private static final JsonFactory JSON = new JsonFactory();

    /** What a line tells; the names in lower case are part of the operator's surface. */
    enum Kind {
        /** From the file. */
        STATIC,
        /** Heard or our own, and chosen. */
        CHOSEN,
        /** Outlived the session it was heard in, until the peer is back. */
        KEPT,
        /** Heard, accepted, not chosen. */
        LEARNED,
        /** Heard and not accepted. */
        REJECTED,
        /** Told to a peer. */
        ADVERTISED,
        /** Not told to a peer: it takes no more, or policy keeps it back. */
        HELD_BACK;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * One route.
     *
     * @param tunnel whose peer it was heard from or is told to; empty for our own
     * @param via the tunnel that its packets take now; empty when it is not installed
     * @param nextHop as BGP says; empty for static routes
     * @param reason why it was rejected or held back; else empty
     */
    record Line(
            Kind kind,
            String prefix,
            String tunnel,
            String via,
            String nextHop,
            String asPath,
            OptionalLong multiExitDisc,
            String reason) {

        /**
         * @param obstacle why it is not installed; empty when it is
         */
        static Line ofFile(IpPrefix prefix, String tunnel, String via, String obstacle) {
            return notHeard(Kind.STATIC, prefix, tunnel, via, obstacle);
        }

        static Line kept(IpPrefix prefix, String tunnel, String via) {
            return notHeard(
                    Kind.KEPT,
                    prefix,
                    tunnel,
                    via,
                    "its BGP session ended; kept so that nothing leaves in the clear");
        }

        private static Line notHeard(
                Kind kind, IpPrefix prefix, String tunnel, String via, String reason) {
            return new Line(
                    kind, prefix.toString(), tunnel, via, "", "", OptionalLong.empty(), reason);
        }

        /**
         * A line of the speaker's table.
         *
         * @param via the tunnels that its packets take now; empty when it is not installed
         * @param obstacle why it is chosen and yet not installed; else empty
         */
        static Line ofBgp(RouteRow row, String via, String obstacle) {
            boolean own = row.peer().isEmpty();
            return new Line(
                    kind(row.kind()),
                    row.prefix().toString(),
                    row.peer(),
                    via,
                    own ? "" : row.nextHop().getHostAddress(),
                    row.asPath(),
                    row.multiExitDisc(),
                    row.reason().isEmpty() ? obstacle : row.reason());
        }

        private static Kind kind(RouteRow.Kind kind) {
            return switch (kind) {
                case LEARNED -> Kind.LEARNED;
                case CHOSEN -> Kind.CHOSEN;
                case REJECTED -> Kind.REJECTED;
                case ADVERTISED -> Kind.ADVERTISED;
                case HELD_BACK -> Kind.HELD_BACK;
            };
        }
    }

    RoutesReport {
        lines = List.copyOf(lines);
    }

    String toText() {
        if (lines.isEmpty()) {
            return "no routes\n";
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("PREFIX", "KIND", "TUNNEL", "VIA", "NEXTHOP", "AS PATH", "MED", "REASON"));
        for (Line line : lines) {
            rows.add(
                    List.of(
                            line.prefix(),
                            line.kind().word(),
                            orDash(line.tunnel()),
                            orDash(line.via()),
                            orDash(line.nextHop()),
                            orDash(line.asPath()),
                            line.multiExitDisc().isPresent()
                                    ? Long.toString(line.multiExitDisc().getAsLong())
                                    : "-",
                            line.reason()));
        }
        StringBuilder text = new StringBuilder();
        TextTable.append(text, rows);
        return text.toString();
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    /** Schema {@code culvert.routes/1}: fields are added freely and never renamed. */
    String toJson() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("schema", "culvert.routes/1");
            json.writeArrayFieldStart("routes");
            for (Line line : lines) {
                json.writeStartObject();
                json.writeStringField("prefix", line.prefix());
                json.writeStringField("kind", line.kind().word());
                writeOrNull(json, "tunnel", line.tunnel());
                json.writeBooleanField("installed", !line.via().isEmpty());
                writeOrNull(json, "via", line.via());
                writeOrNull(json, "nextHop", line.nextHop());
                json.writeStringField("asPath", line.asPath());
                if (line.multiExitDisc().isPresent()) {
                    json.writeNumberField("med", line.multiExitDisc().getAsLong());
                } else {
                    json.writeNullField("med");
                }
                writeOrNull(json, "reason", line.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string takes every character", e);
        }
        return text + "\n";
    }

    private static void writeOrNull(JsonGenerator json, String name, String value)
            throws IOException {
        if (value.isEmpty()) {
            json.writeNullField(name);
        } else {
            json.writeStringField(name, value);
        }
    }
}
