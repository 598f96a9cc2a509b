package culvert.gateway.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

class LogOutputTest {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final LogOutput output = new LogOutput(written, new LineWriter(LogFormat.TEXT, false));

    @AfterEach
    void restore() {
        LogOutput.select(Optional.of(LogFormat.TEXT), Map.of());
    }

    private static LogLine event(String tunnel, String kind) {
        return new LogLine(
                Instant.EPOCH,
                Level.INFO,
                "{}",
                "happened",
                List.of(
                        new LogLine.Field(LogKey.TUNNEL, tunnel),
                        new LogLine.Field(LogKey.EVENT, kind)),
                Optional.empty());
    }

    private List<String> lines() {
        output.awaitWritten();
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void aFloodOfOneKindIsCutAndCountedAndOthersPass() {
        long nowNanos = Long.MAX_VALUE - SECOND_NANOS / 2; // the clock may wrap
        for (int i = 0; i < 1000; i++) {
            output.accept(event("aws-1", "ike"), nowNanos);
        }
        assertEquals(RateLimit.BURST, lines().size());
        output.accept(event("aws-2", "ike"), nowNanos);
        output.accept(event("aws-1", "tunnel-up"), nowNanos);
        assertEquals(RateLimit.BURST + 2, lines().size());
        output.accept(event("aws-1", "ike"), nowNanos + SECOND_NANOS);
        assertEquals(
                "INFO tunnel aws-1: happened; suppressed " + (1000 - RateLimit.BURST),
                lines().getLast());
    }

    @Test
    void afterAQuietTimeTheBurstIsWholeAgain() {
        RateLimit limit = new RateLimit();
        for (int round = 0; round < 3; round++) {
            long nowNanos = round * 2L * RateLimit.BURST * RateLimit.INTERVAL_NANOS;
            for (int i = 0; i < RateLimit.BURST; i++) {
                assertEquals(OptionalLong.of(0), limit.ask("kind", nowNanos));
            }
        }
        assertEquals(0, limit.suppressed());
    }

    @Test
    void manyKindsCostBoundedMemory() {
        RateLimit limit = new RateLimit();
        for (int i = 0; i < 100 * RateLimit.MOST_KINDS; i++) {
            assertEquals(OptionalLong.of(0), limit.ask("kind " + i, 0));
        }
        assertEquals(RateLimit.MOST_KINDS, limit.kinds());
    }

    @Test
    void slf4jComesHere() {
        assertInstanceOf(EventLogger.class, LoggerFactory.getLogger("culvert.test"));
        assertTrue(LoggerFactory.getLogger("culvert.test").isInfoEnabled());
        assertFalse(LoggerFactory.getLogger("culvert.test").isDebugEnabled());
        assertFalse(LoggerFactory.getLogger("io.netty.channel").isInfoEnabled());
    }

    @Test
    void bothWaysOfLoggingReachTheOutput() {
        LogOutput.select(Optional.of(LogFormat.TEXT), Map.of("JOURNAL_STREAM", "1:1"), written);
        var log = LoggerFactory.getLogger("culvert.test");
        log.warn("{} of {}", 1, 2);
        log.atInfo()
                .addKeyValue(LogKey.TUNNEL, "aws-1")
                .addKeyValue(LogKey.REASON, Optional.of("so"))
                .addKeyValue(LogKey.PEER_SAID, Optional.empty())
                .log("{} bytes", 7);
        log.error("fault", new IllegalStateException("why"));
        LogOutput.drain();
        assertEquals("WARN 1 of 2", lines().get(0));
        assertEquals("INFO tunnel aws-1: 7 bytes: so", lines().get(1));
        assertEquals("ERROR fault", lines().get(2));
        assertEquals("    java.lang.IllegalStateException: why", lines().get(3));
    }

    @Test
    void whatADiskDidNotTakeIsCountedAndToldWhenItDoesAgain() {
        AtomicBoolean full = new AtomicBoolean(true);
        OutputStream disk =
                new OutputStream() {
                    @Override
                    public void write(int octet) throws IOException {
                        if (full.get()) {
                            throw new IOException("No space left on device");
                        }
                        written.write(octet);
                    }
                };
        LogOutput.select(Optional.of(LogFormat.TEXT), Map.of(), disk);
        var log = LoggerFactory.getLogger("culvert.test");
        log.info("one");
        log.info("two");
        LogOutput.drain();
        full.set(false);
        log.info("three");
        LogOutput.drain();
        assertEquals(
                List.of(
                        "WARN 2 lines of the log were lost: it was full, or nobody read it",
                        "INFO three"),
                lines());
        assertEquals(2, LogOutput.lostLines());
    }
}
