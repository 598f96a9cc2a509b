package culvert.gateway.routing;

import java.time.Duration;

/**
 * Whether packets get through one tunnel, and whether it may have its traffic back: a tunnel that
 * returned waits for a while if another one carries, since paths that fail once often fail again.
 */
final class TunnelHealth {
    private final Duration holdDown;
    private boolean alive;
    private boolean everAlive;
    private long heldUntilNanos;
    private boolean held;
    private String reason = "not up yet";

    /**
     * @param holdDown of a tunnel that returned
     */
    TunnelHealth(Duration holdDown) {
        this.holdDown = holdDown;
    }

    boolean isAlive() {
        return alive;
    }

    /** Why packets do not get through, for people; empty when they do. */
    String reason() {
        return reason;
    }

    /** Whether it is to be used only when no other tunnel will do. */
    boolean isHeldDown(long nowNanos) {
        return held && heldUntilNanos - nowNanos > 0;
    }

    long heldUntilNanos() {
        return heldUntilNanos;
    }

    /**
     * Takes the latest of what is known.
     *
     * @param trouble why packets do not get through; empty when they do
     * @return whether that is news
     */
    boolean update(String trouble, long nowNanos) {
        boolean nowAlive = trouble.isEmpty();
        boolean changed = nowAlive != alive;
        reason = trouble;
        if (changed && nowAlive) {
            held = everAlive;
            heldUntilNanos = nowNanos + holdDown.toNanos();
            everAlive = true;
        }
        alive = nowAlive;
        return changed;
    }
}
