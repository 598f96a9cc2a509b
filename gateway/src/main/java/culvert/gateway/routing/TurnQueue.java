package culvert.gateway.routing;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/**
 * Work that is too long for one turn of the control loop: a portion per turn, in the order in which
 * it came, so that keepalives, probes and IKE never wait for a full table. Belongs to the loop.
 */
public final class TurnQueue {
    /** Something to be done in portions. */
    @FunctionalInterface
    public interface Work {
        /** Does the next portion, and says whether there is more. */
        boolean proceed();
    }

    private final Executor loop;
    private final ArrayDeque<Work> waiting = new ArrayDeque<>();
    private boolean scheduled;

    /**
     * @param loop runs a task in a later turn
     */
    public TurnQueue(Executor loop) {
        this.loop = loop;
    }

    /** Begins at once when nothing waits. */
    public void add(Work work) {
        waiting.add(work);
        if (!scheduled) {
            turn();
        }
    }

    private void turn() {
        scheduled = false;
        Work first = waiting.peek();
        if (first == null) {
            return;
        }
        // Set before the portion: what it causes goes to the end of the queue.
        scheduled = true;
        if (!first.proceed()) {
            waiting.remove();
        }
        if (waiting.isEmpty()) {
            scheduled = false;
        } else {
            loop.execute(this::turn);
        }
    }

    public boolean isIdle() {
        return waiting.isEmpty();
    }
}
