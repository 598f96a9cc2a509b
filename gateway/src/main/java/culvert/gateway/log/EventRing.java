package culvert.gateway.log;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The last {@value #CAPACITY} events, for those who ask later and those who follow. Any thread
 * adds; a follower that is slower than the events misses the oldest, and is told how many.
 */
public final class EventRing {
    static final int CAPACITY = 1000;

    private final Deque<LogLine> lines = new ArrayDeque<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private long next;

    /**
     * Some events.
     *
     * @param lines each with its line end
     * @param next where to go on reading
     * @param missed events that were overwritten before they were read
     */
    public record Batch(List<String> lines, long next, long missed) {
        public Batch {
            lines = List.copyOf(lines);
        }
    }

    /** Only lines that name their kind of event are kept. */
    void offer(LogLine line) {
        if (line.value(LogKey.EVENT).isEmpty()) {
            return;
        }
        synchronized (this) {
            if (lines.size() == CAPACITY) {
                lines.removeFirst();
            }
            lines.addLast(line);
            next++;
        }
        listeners.forEach(Runnable::run);
    }

    /**
     * Has somebody told of every new event.
     *
     * @param listener runs on the thread that logs, so it must be quick and must not log
     * @return ends it
     */
    public Runnable listen(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    /**
     * The events from a place on; 0 is the first of the process.
     *
     * @param json one object a line, else text for people
     */
    public Batch since(long from, boolean json) {
        LineWriter writer = new LineWriter(json ? LogFormat.JSON : LogFormat.TEXT, false);
        List<LogLine> found;
        long first;
        long end;
        synchronized (this) {
            end = next;
            first = Math.max(from, end - lines.size());
            found = lines.stream().skip(first - (end - lines.size())).toList();
        }
        List<String> texts =
                found.stream()
                        .map(
                                line ->
                                        (json ? "" : LineWriter.time(line.time()) + " ")
                                                + writer.write(line))
                        .toList();
        return new Batch(texts, end, first - from);
    }
}
