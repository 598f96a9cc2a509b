package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.lab.CommandResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What needs parts of a kernel that this machine's may lack, in a guest kernel that has them. */
class FullKernelIT {
    private static final Duration LIMIT = Duration.ofMinutes(10);

    @Test
    void doctorNamesWhatTheKernelDoesToPackets() {
        CommandResult guest = GuestTests.run(DoctorInFullKernel.class, LIMIT);
        assertEquals(0, guest.exitCode(), () -> guest.stdout() + guest.stderr());
    }
}
