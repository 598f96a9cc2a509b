package culvert.esp;

import culvert.model.Offload;
import culvert.model.Spi;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which offloads of one tunnel are on, and why the others are not. The packet threads report what
 * misbehaves as an event; it is noted here on its way to the listener.
 */
final class OffloadStates implements DataplaneEvents {
    private final Map<Offload, OffloadState> states = new ConcurrentHashMap<>();
    private final DataplaneEvents events;

    /**
     * @param wanted by the configuration
     * @param possible in this kernel, as probed
     */
    OffloadStates(Set<Offload> wanted, Set<Offload> possible, DataplaneEvents events) {
        this.events = events;
        for (Offload offload : Offload.values()) {
            states.put(offload, initial(wanted.contains(offload), possible.contains(offload)));
        }
    }

    private static OffloadState initial(boolean wanted, boolean possible) {
        if (!wanted) {
            return OffloadState.off(OffloadState.BY_CONFIGURATION);
        }
        return possible ? OffloadState.ON : OffloadState.off(OffloadState.NOT_IN_KERNEL);
    }

    /** The offloads that are on now. */
    Set<Offload> on() {
        Set<Offload> on = EnumSet.noneOf(Offload.class);
        states.forEach(
                (offload, state) -> {
                    if (state.on()) {
                        on.add(offload);
                    }
                });
        return on;
    }

    /** All of them, in the order of the enum. From any thread. */
    Map<Offload, OffloadState> all() {
        return Collections.unmodifiableMap(new EnumMap<>(states));
    }

    @Override
    public void offloadDisabled(Offload offload, String reason) {
        states.put(offload, OffloadState.off(reason));
        events.offloadDisabled(offload, reason);
    }

    @Override
    public void offloadLimited(Offload offload, String reason) {
        states.put(offload, new OffloadState(true, reason));
        events.offloadLimited(offload, reason);
    }

    @Override
    public void pathMtuClaimed() {
        events.pathMtuClaimed();
    }

    @Override
    public void saRefused(Spi spi, String reason) {
        events.saRefused(spi, reason);
    }

    @Override
    public void espRefused(String reason) {
        events.espRefused(reason);
    }

    @Override
    public void fault(String thread, Throwable cause) {
        events.fault(thread, cause);
    }
}
