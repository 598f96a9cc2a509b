package culvert.gateway.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TunnelHealthTest {
    private static final long HOLD_DOWN = Duration.ofSeconds(30).toNanos();

    private final TunnelHealth health = new TunnelHealth(Duration.ofSeconds(30));

    @Test
    void theFirstTimeUpIsNotHeldDown() {
        assertTrue(health.update("", 5));
        assertTrue(health.isAlive());
        assertFalse(health.isHeldDown(5));
    }

    @Test
    void aTunnelThatReturnedIsHeldDownForAWhile() {
        health.update("", 5);
        assertTrue(health.update("silent", 6));
        assertEquals("silent", health.reason());
        assertTrue(health.update("", 7));
        assertTrue(health.isHeldDown(7 + HOLD_DOWN - 1));
        assertFalse(health.isHeldDown(7 + HOLD_DOWN));
    }

    @Test
    void whatIsKnownAlreadyIsNoNews() {
        assertFalse(health.update("not yet", 1));
        health.update("", 2);
        assertFalse(health.update("", 3));
    }
}
