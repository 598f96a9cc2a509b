package culvert.gateway.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.event.Level;

class LineWriterTest {
    private static final Instant TIME = Instant.parse("2026-11-21T01:02:03Z");

    private static LogLine line(Level level, String message, String... keysAndValues) {
        List<LogLine.Field> fields = new java.util.ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            fields.add(new LogLine.Field(keysAndValues[i], keysAndValues[i + 1]));
        }
        return new LogLine(TIME, level, message, message, fields, Optional.empty());
    }

    private static final LogLine LOST =
            line(
                    Level.WARN,
                    "connecting",
                    LogKey.TUNNEL,
                    "aws-1",
                    LogKey.EVENT,
                    "tunnel-connecting",
                    LogKey.REASON,
                    "the peer is \"dead\"",
                    LogKey.PEER_SAID,
                    "INVALID_SYNTAX");

    @Test
    void textIsASentence() {
        assertEquals(
                "WARN tunnel aws-1: connecting: the peer is \"dead\"; peer said INVALID_SYNTAX\n",
                new LineWriter(LogFormat.TEXT, false).write(LOST));
    }

    @Test
    void awsHasTheFieldNamesOfItsTunnelLog() {
        String words =
                "\"details\":\"connecting; reason: the peer is \\\"dead\\\"; peer said: INVALID_SYNTAX\"}\n";
        String start =
                "{\"event_timestamp\":1795222923,\"timestamp\":\"2026-11-21 01:02:03.000Z\",\"tunnel\":\"aws-1\",";
        LogOutput.tunnelPhases(Map.of());
        assertEquals(start + words, new LineWriter(LogFormat.AWS, false).write(LOST));
        LogOutput.tunnelPhases(
                Map.of("aws-1", new TunnelPhases(true, false, "established", "negotiating")));
        assertEquals(
                start
                        + "\"dpd_enabled\":true,\"nat_t_detected\":false,"
                        + "\"ike_phase1_state\":\"established\",\"ike_phase2_state\":\"negotiating\","
                        + words,
                new LineWriter(LogFormat.AWS, false).write(LOST));
        LogOutput.tunnelPhases(Map.of());
    }

    @Test
    void logfmtHasThePriorityForTheJournalAndTheTimeForOthers() {
        String pairs =
                "level=warn tunnel=aws-1 event=tunnel-connecting"
                        + " reason=\"the peer is \\\"dead\\\"\" peer_said=INVALID_SYNTAX msg=connecting\n";
        assertEquals("<4>" + pairs, new LineWriter(LogFormat.LOGFMT, true).write(LOST));
        assertEquals(
                "time=2026-11-21T01:02:03.000Z " + pairs,
                new LineWriter(LogFormat.LOGFMT, false).write(LOST));
    }

    @Test
    void jsonIsOneObject() throws IOException {
        String text = new LineWriter(LogFormat.JSON, false).write(LOST);
        assertEquals(1, text.lines().count());
        assertEquals(
                Map.of(
                        "time",
                        "2026-11-21T01:02:03.000Z",
                        "level",
                        "warn",
                        "tunnel",
                        "aws-1",
                        "event",
                        "tunnel-connecting",
                        "reason",
                        "the peer is \"dead\"",
                        "peer_said",
                        "INVALID_SYNTAX",
                        "msg",
                        "connecting"),
                JSON.std.mapFrom(text));
    }

    @ParameterizedTest
    @CsvSource({"ERROR, 3", "WARN, 4", "INFO, 6", "DEBUG, 7", "TRACE, 7"})
    void levelsAreSeveritiesOfSyslog(Level level, int severity) {
        String text = new LineWriter(LogFormat.TEXT, true).write(line(level, "x"));
        assertEquals("<" + severity + ">" + level + " x\n", text);
    }

    @ParameterizedTest
    @EnumSource
    void aPeerCannotForgeALineOrMoveTheCursor(LogFormat format) {
        String forged = "x\n<2>level=error msg=\"gone\"\r\u001b[2J\u202edcba\u0085\u2028\u0000";
        LogLine line = line(Level.INFO, forged, LogKey.TUNNEL, forged, LogKey.PEER_SAID, forged);
        String text = new LineWriter(format, true).write(line);
        assertEquals(text.length() - 1, text.indexOf('\n'), text);
        assertTrue(
                text.chars().limit(text.length() - 1).allMatch(c -> c >= ' ' && c < 127),
                () -> text);
        assertTrue(text.startsWith("<6>"), text);
    }

    @ParameterizedTest
    @EnumSource
    void aStackTraceKeepsThePriorityOnEachOfItsLines(LogFormat format) {
        LogLine fault =
                new LogLine(
                        TIME,
                        Level.ERROR,
                        "fault",
                        "fault",
                        List.of(),
                        Optional.of("java.lang.Error: a\u0007\n\tat b\n\tat c\n"));
        for (String line : new LineWriter(format, true).write(fault).lines().toList()) {
            assertTrue(line.startsWith("<3>"), line);
            assertEquals(-1, line.indexOf('\u0007'), line);
        }
    }

    @Test
    void aLongTextIsCut() {
        String text = CleanText.of("ä".repeat(1_000_000));
        assertEquals("ä".repeat(CleanText.LONGEST_CHARACTERS) + "...", text);
        assertEquals("Zürich 東京 ok", CleanText.of("Zürich 東京 ok"));
        assertEquals("\\u{d800}", CleanText.of("\ud800"));
    }
}
