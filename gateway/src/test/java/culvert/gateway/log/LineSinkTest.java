package culvert.gateway.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LineSinkTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private List<String> lines() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void keepsTheOrder() {
        LineSink sink = new LineSink(written);
        List<String> numbers = IntStream.range(0, 1000).mapToObj(Integer::toString).toList();
        numbers.forEach(number -> sink.offer(number + "\n"));
        sink.drain(LIMIT);
        assertEquals(numbers, lines());
    }

    /** As a terminal after Ctrl-S, or a pipe that nobody reads. */
    @Test
    void aReaderThatDoesNotReadHoldsUpNobodyAndCostsBoundedMemory() {
        CountDownLatch reading = new CountDownLatch(1);
        OutputStream stopped =
                new OutputStream() {
                    @Override
                    public void write(int octet) throws IOException {
                        try {
                            reading.await();
                        } catch (InterruptedException e) {
                            throw new IOException("interrupted", e);
                        }
                        written.write(octet);
                    }
                };
        LineSink sink = new LineSink(stopped, lost -> "lost " + lost + "\n");
        int offered = 10 * LineSink.MOST_WAITING;
        assertTimeout(
                LIMIT,
                () -> {
                    for (int i = 0; i < offered; i++) {
                        sink.offer("line\n");
                    }
                    sink.drain(Duration.ofMillis(20));
                });
        long lost = sink.lost();
        assertTrue(lost >= offered - LineSink.MOST_WAITING - 1, () -> "lost " + lost);
        reading.countDown();
        sink.drain(LIMIT);
        assertEquals(
                lost,
                lines().stream()
                        .filter(line -> line.startsWith("lost "))
                        .mapToLong(line -> Long.parseLong(line.substring("lost ".length())))
                        .sum());
        assertEquals(offered - lost, lines().stream().filter("line"::equals).count());
    }
}
