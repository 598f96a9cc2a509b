package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(FreshNamespace.class)
class KernelForwardingTest {
    @ParameterizedTest
    @EnumSource
    void setsTheReversePathFilterOfAnInterface(KernelForwarding.ReversePathFilter filter) {
        KernelForwarding.setReversePathFilter("lo", filter);
        assertEquals(filter, KernelForwarding.reversePathFilter("lo"));
    }

    @Test
    void switchesForwardingOnAndOff() {
        for (boolean on : new boolean[] {true, false}) {
            KernelForwarding.setIpForward(on);
            assertEquals(on, KernelForwarding.ipForward());
        }
    }

    @Test
    void refusesInterfacesThatDoNotExist() {
        TunIoException e =
                assertThrows(
                        TunIoException.class, () -> KernelForwarding.reversePathFilter("cvt-none"));
        assertTrue(e.getMessage().contains("is there such an interface?"), e.getMessage());
        assertThrows(
                TunIoException.class, () -> KernelForwarding.reversePathFilter("../../kernel"));
    }
}
