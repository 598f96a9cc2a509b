package culvert.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class EchoReportTest {
    private static final long MS = 1_000_000;

    @Test
    void findsTheLongestSilenceBetweenAnswersAsTheyCame() {
        // Due every 10 ms from 1000 ms; 3 and 4 are lost, 5 comes late, after 6.
        long[] due = due(8);
        long[] arrival = {1001, 1011, 1021, 0, 0, 1063, 1062, 1071};
        EchoReport report = EchoReport.of(due, scaled(arrival));
        assertEquals(8, report.sent());
        assertEquals(6, report.received());
        assertEquals(2, report.lost());
        assertEquals(2, report.longestLossRun());
        assertEquals(41 * MS, report.longestSilenceNanos());
        assertEquals(1021 * MS, report.silenceStartNanos());
        assertEquals(1 * MS, report.p50Nanos());
        assertEquals(13 * MS, report.maxNanos());
    }

    @Test
    void countsSilenceBeforeTheFirstAndAfterTheLastAnswer() {
        EchoReport late = EchoReport.of(due(4), scaled(new long[] {0, 0, 1021, 1031}));
        assertEquals(21 * MS, late.longestSilenceNanos());
        assertEquals(1000 * MS, late.silenceStartNanos());
        EchoReport dead = EchoReport.of(due(6), scaled(new long[] {1001, 0, 0, 0, 0, 0}));
        assertEquals(49 * MS, dead.longestSilenceNanos());
        EchoReport none = EchoReport.of(due(4), new long[4]);
        assertEquals(30 * MS, none.longestSilenceNanos());
        assertEquals(0, none.maxNanos());
        assertEquals(4, none.longestLossRun());
    }

    @Test
    void readsWhatItWrites() {
        EchoReport report = EchoReport.of(due(3), scaled(new long[] {1001, 0, 1021}));
        assertEquals(report, EchoReport.parse(report.line()));
        assertThrows(LabException.class, () -> EchoReport.parse("echo sent=3"));
    }

    private static long[] due(int count) {
        var due = new long[count];
        for (int i = 0; i < count; i++) {
            due[i] = (1000 + 10L * i) * MS;
        }
        return due;
    }

    private static long[] scaled(long[] millis) {
        var nanos = new long[millis.length];
        for (int i = 0; i < millis.length; i++) {
            nanos[i] = millis[i] * MS;
        }
        return nanos;
    }
}
