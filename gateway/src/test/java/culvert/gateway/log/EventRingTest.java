package culvert.gateway.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

class EventRingTest {
    private final EventRing ring = new EventRing();

    private static LogLine line(String event, String message) {
        return new LogLine(
                Instant.EPOCH,
                Level.INFO,
                message,
                message,
                List.of(
                        new LogLine.Field(LogKey.TUNNEL, "aws-1"),
                        new LogLine.Field(LogKey.EVENT, event)),
                Optional.empty());
    }

    @Test
    void keepsEventsInOrderAsJsonAndAsText() {
        ring.offer(line("tunnel-up", "up"));
        ring.offer(line("tunnel-down", "down"));
        EventRing.Batch json = ring.since(0, true);
        assertEquals(2, json.next());
        assertEquals(0, json.missed());
        assertEquals(
                "{\"time\":\"1970-01-01T00:00:00.000Z\",\"level\":\"info\",\"tunnel\":\"aws-1\","
                        + "\"event\":\"tunnel-up\",\"msg\":\"up\"}\n",
                json.lines().getFirst());
        assertEquals(
                List.of("1970-01-01T00:00:00.000Z INFO tunnel aws-1: down\n"),
                ring.since(1, false).lines());
        assertEquals(List.of(), ring.since(2, true).lines());
    }

    @Test
    void keepsOnlyTheNewestAndSaysWhatWasMissed() {
        for (int i = 0; i < EventRing.CAPACITY + 10; i++) {
            ring.offer(line("tunnel-up", "number " + i));
        }
        EventRing.Batch batch = ring.since(0, true);
        assertEquals(EventRing.CAPACITY, batch.lines().size());
        assertEquals(10, batch.missed());
        assertTrue(batch.lines().getFirst().contains("number 10\""));
        EventRing.Batch tail = ring.since(batch.next() - 1, true);
        assertEquals(1, tail.lines().size());
        assertEquals(0, tail.missed());
    }

    @Test
    void linesThatNameNoEventAreNotEvents() {
        ring.offer(new LogLine(Instant.EPOCH, Level.INFO, "x", "x", List.of(), Optional.empty()));
        assertEquals(0, ring.since(0, true).next());
    }

    @Test
    void tellsListenersUntilTheyEnd() {
        AtomicInteger told = new AtomicInteger();
        Runnable end = ring.listen(told::incrementAndGet);
        ring.offer(line("a", "1"));
        end.run();
        ring.offer(line("a", "2"));
        assertEquals(1, told.get());
    }
}
