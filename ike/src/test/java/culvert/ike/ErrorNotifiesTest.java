package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ErrorNotifiesTest {
    private final ErrorNotifies errors = new ErrorNotifies();

    @Test
    void countsByTheNamesOfTheRfc() {
        errors.count(NotifyPayload.of(NotifyType.NO_PROPOSAL_CHOSEN));
        errors.count(NotifyPayload.of(NotifyType.NO_PROPOSAL_CHOSEN));
        errors.count(NotifyPayload.of(NotifyType.AUTHENTICATION_FAILED));
        assertEquals(
                Map.of("NO_PROPOSAL_CHOSEN", 2L, "AUTHENTICATION_FAILED", 1L), errors.snapshot());
    }

    @Test
    void aPeerThatInventsErrorsFillsNoMemory() {
        for (int type = 1000; type < 9000; type++) {
            errors.count(NotifyPayload.of(type));
        }
        assertTrue(errors.snapshot().size() <= 33, () -> errors.snapshot().toString());
        assertEquals(8000, errors.snapshot().values().stream().mapToLong(n -> n).sum());
    }
}
