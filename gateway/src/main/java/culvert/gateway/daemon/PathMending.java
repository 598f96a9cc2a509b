package culvert.gateway.daemon;

import culvert.gateway.log.LogKey;
import culvert.ike.IkeInput;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the CHILD SA rekeyed of a tunnel through which nothing comes any more though IKE answers. An
 * end may have lost half of the pair, as charon 5.9 does after some rekeys that crossed (strongSwan
 * issue 1896); IKE sees nothing of it, and another pair mends it.
 *
 * <p>The liveness probe goes first, and the request for another CHILD SA waits for its answer: a
 * peer that is dead, or out of reach, gets none. A peer that only stops answering echo requests
 * costs a rekey that way, so each is followed by twice the wait. Belongs to the loop.
 */
final class PathMending implements AutoCloseable {
    static final long FIRST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    static final long LONGEST_WAIT_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** After so long without a rekey the waits begin anew. */
    static final long FORGOTTEN_NANOS = TimeUnit.MINUTES.toNanos(30);

    private static final Logger log = LoggerFactory.getLogger(PathMending.class);

    private static final class Patient {
        private long waitNanos = FIRST_WAIT_NANOS;
        private long rekeyedNanos;
        private @Nullable Future<?> timer;
    }

    private final EventLoop loop;
    private final Function<String, Optional<String>> silence;
    private final Consumer<IkeInput> ike;
    private final Map<String, Patient> patients = new HashMap<>();

    /**
     * @param silence why packets do not get through a tunnel, though IKE believes that they do
     * @param ike takes inputs for the IKE endpoint
     */
    PathMending(
            EventLoop loop, Function<String, Optional<String>> silence, Consumer<IkeInput> ike) {
        this.loop = loop;
        this.silence = silence;
        this.ike = ike;
    }

    /** Nothing comes through a tunnel. Often it recovers by itself, so it is given some time. */
    void silent(String tunnel) {
        ike.accept(new IkeInput.CheckLiveness(tunnel));
        Patient patient = patients.computeIfAbsent(tunnel, any -> new Patient());
        if (loop.ticker().nanoTime() - patient.rekeyedNanos >= FORGOTTEN_NANOS) {
            patient.waitNanos = FIRST_WAIT_NANOS;
        }
        await(tunnel, patient);
    }

    private void await(String tunnel, Patient patient) {
        cancel(patient);
        patient.timer =
                loop.schedule(() -> mend(tunnel, patient), patient.waitNanos, TimeUnit.NANOSECONDS);
    }

    private void mend(String tunnel, Patient patient) {
        Optional<String> why = silence.apply(tunnel);
        if (why.isEmpty()) {
            return;
        }
        log.atWarn()
                .addKeyValue(LogKey.TUNNEL, tunnel)
                .addKeyValue(LogKey.EVENT, "path-rekey")
                .addKeyValue(LogKey.REASON, why.get())
                .log("the CHILD SA is to be rekeyed: an end may have lost half of it");
        patient.rekeyedNanos = loop.ticker().nanoTime();
        patient.waitNanos = Math.min(2 * patient.waitNanos, LONGEST_WAIT_NANOS);
        ike.accept(new IkeInput.RekeyChildSa(tunnel));
        // The peer may refuse: then the silence lasts.
        await(tunnel, patient);
    }

    /** The tunnel is configured no more. */
    void forget(String tunnel) {
        Patient patient = patients.remove(tunnel);
        if (patient != null) {
            cancel(patient);
        }
    }

    private static void cancel(Patient patient) {
        Future<?> armed = patient.timer;
        if (armed != null) {
            armed.cancel(false);
        }
    }

    @Override
    public void close() {
        patients.values().forEach(PathMending::cancel);
    }
}
