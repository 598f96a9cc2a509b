package culvert.gateway.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.event.Level;

/**
 * Writes a line in one of the formats. Values are cleaned here, at the one place that all of them
 * pass.
 */
final class LineWriter {
    private static final JsonFactory JSON = new JsonFactory();

    /** What logfmt takes without quotes. */
    private static final Pattern BARE = Pattern.compile("[!#-<>-~&&[^\\\\]]+");

    /** Text weaves these into its sentence. */
    private static final Set<String> SPOKEN = Set.of(LogKey.TUNNEL, LogKey.EVENT, LogKey.REASON);

    private final LogFormat format;
    private final boolean journal;

    /**
     * @param journal the reader is systemd's journal: it takes the priority from a prefix and has
     *     its own clock
     */
    LineWriter(LogFormat format, boolean journal) {
        this.format = format;
        this.journal = journal;
    }

    /** The line with its line end. A stack trace makes it several lines of text. */
    String write(LogLine line) {
        String prefix = journal ? "<" + priority(line.level()) + ">" : "";
        return switch (format) {
            case TEXT -> text(line, prefix);
            case LOGFMT -> prefix + logfmt(line) + "\n";
            case JSON -> prefix + json(line) + "\n";
            case AWS -> prefix + aws(line) + "\n";
        };
    }

    /** The severities of syslog (RFC 5424 6.2.1). */
    private static int priority(Level level) {
        return switch (level) {
            case ERROR -> 3;
            case WARN -> 4;
            case INFO -> 6;
            case DEBUG, TRACE -> 7;
        };
    }

    private static String text(LogLine line, String prefix) {
        StringBuilder text = new StringBuilder(prefix).append(line.level()).append(' ');
        line.value(LogKey.TUNNEL)
                .ifPresent(name -> text.append("tunnel ").append(CleanText.of(name)).append(": "));
        text.append(CleanText.of(line.message()));
        line.value(LogKey.REASON).ifPresent(why -> text.append(": ").append(CleanText.of(why)));
        for (LogLine.Field field : line.fields()) {
            if (!SPOKEN.contains(field.key())) {
                text.append("; ")
                        .append(field.key().replace('_', ' '))
                        .append(' ')
                        .append(CleanText.of(field.value()));
            }
        }
        text.append('\n');
        line.stackTrace()
                .ifPresent(
                        trace ->
                                trace.lines()
                                        .forEach(
                                                frame ->
                                                        text.append(prefix)
                                                                .append("    ")
                                                                .append(CleanText.of(frame.strip()))
                                                                .append('\n')));
        return text.toString();
    }

    private String logfmt(LogLine line) {
        StringBuilder text = new StringBuilder();
        if (!journal) {
            append(text, "time", time(line.time()));
        }
        append(text, "level", line.level().name().toLowerCase(Locale.ROOT));
        for (LogLine.Field field : line.fields()) {
            append(text, field.key(), CleanText.of(field.value()));
        }
        append(text, "msg", CleanText.of(line.message()));
        line.stackTrace().ifPresent(trace -> append(text, "trace", oneLine(trace)));
        return text.toString();
    }

    private static void append(StringBuilder text, String key, String value) {
        if (!text.isEmpty()) {
            text.append(' ');
        }
        text.append(key).append('=');
        if (BARE.matcher(value).matches()) {
            text.append(value);
        } else {
            text.append('"').append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
        }
    }

    private static String json(LogLine line) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("time", time(line.time()));
            json.writeStringField("level", line.level().name().toLowerCase(Locale.ROOT));
            for (LogLine.Field field : line.fields()) {
                json.writeStringField(field.key(), CleanText.of(field.value()));
            }
            json.writeStringField("msg", CleanText.of(line.message()));
            if (line.stackTrace().isPresent()) {
                json.writeStringField("trace", oneLine(line.stackTrace().get()));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string takes every character", e);
        }
        return text.toString();
    }

    /** What the other side of the tunnel would have logged: our words are its details. */
    private static String aws(LogLine line) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("event_timestamp", line.time().getEpochSecond());
            json.writeStringField("timestamp", time(line.time()).replace('T', ' '));
            Optional<String> tunnel = line.value(LogKey.TUNNEL);
            if (tunnel.isPresent()) {
                json.writeStringField("tunnel", CleanText.of(tunnel.get()));
                Optional<TunnelPhases> phases = LogOutput.phases(tunnel.get());
                if (phases.isPresent()) {
                    json.writeBooleanField("dpd_enabled", phases.get().dpdEnabled());
                    json.writeBooleanField("nat_t_detected", phases.get().natDetected());
                    json.writeStringField("ike_phase1_state", phases.get().phase1());
                    json.writeStringField("ike_phase2_state", phases.get().phase2());
                }
            }
            StringBuilder details = new StringBuilder(CleanText.of(line.message()));
            for (LogLine.Field field : line.fields()) {
                if (!field.key().equals(LogKey.TUNNEL) && !field.key().equals(LogKey.EVENT)) {
                    details.append("; ")
                            .append(field.key().replace('_', ' '))
                            .append(": ")
                            .append(CleanText.of(field.value()));
                }
            }
            line.stackTrace().ifPresent(trace -> details.append("; ").append(oneLine(trace)));
            json.writeStringField("details", details.toString());
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string takes every character", e);
        }
        return text.toString();
    }

    private static String oneLine(String trace) {
        return CleanText.of(trace.lines().map(String::strip).collect(Collectors.joining(" | ")));
    }

    /** RFC 3339, to the millisecond. */
    static String time(Instant time) {
        String text = time.truncatedTo(ChronoUnit.MILLIS).toString();
        return text.contains(".") ? text : text.replace("Z", ".000Z");
    }
}
