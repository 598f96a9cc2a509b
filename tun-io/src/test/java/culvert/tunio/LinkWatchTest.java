package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FreshNamespace.class)
class LinkWatchTest {
    @Test
    void tellsThatAnInterfaceWentDownAndNothingAfterItsEnd() throws InterruptedException {
        Semaphore told = new Semaphore(0);
        try (Rtnetlink netlink = Rtnetlink.open()) {
            LinkWatch watch = LinkWatch.start(told::release);
            netlink.links().setDown(FreshNamespace.LOOPBACK);
            assertTrue(told.tryAcquire(5, TimeUnit.SECONDS));
            netlink.links().setUp(FreshNamespace.LOOPBACK);
            assertTrue(told.tryAcquire(5, TimeUnit.SECONDS));
            watch.close();
            told.drainPermits();
            netlink.links().setDown(FreshNamespace.LOOPBACK);
            assertFalse(told.tryAcquire(100, TimeUnit.MILLISECONDS));
        }
    }
}
