package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FreshNamespace.class)
class PollerTest {
    private static final long LONG_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final MemorySegment room = Packets.room();
    private UdpSocket socket;
    private Poller poller;

    @BeforeEach
    void open() {
        socket = UdpSocket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        socket.connect(socket.local());
        poller = new Poller(socket.fd());
    }

    @AfterEach
    void close() {
        poller.close();
        socket.close();
    }

    @Test
    void returnsAtOnceWhenDataIsThere() {
        socket.newSender().send(room, 0, 10, 0, -1);
        assertTrue(poller.await(0));
        assertTrue(poller.await(-1));
    }

    @Test
    void watchesSeveralDescriptors() {
        try (UdpSocket second =
                        UdpSocket.bind(
                                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
                Poller both = new Poller(socket.fd(), second.fd())) {
            second.connect(second.local());
            assertFalse(both.await(0));
            both.wake();
            assertFalse(both.await(0), "woken, but nothing to read");
            second.newSender().send(room, 0, 10, 0, -1);
            assertTrue(both.await(-1));
            both.wake();
            assertTrue(both.await(-1), "woken, and something to read");
            second.newReceiver().receive(room, 0, 100);
            assertFalse(both.await(0));
            socket.newSender().send(room, 0, 10, 0, -1);
            assertTrue(both.await(-1));
        }
    }

    @Test
    void waitsForTheWholeTimeWhenNothingHappens() {
        long startNanos = System.nanoTime();
        assertFalse(poller.await(TimeUnit.MILLISECONDS.toNanos(20)));
        assertTrue(System.nanoTime() - startNanos >= TimeUnit.MILLISECONDS.toNanos(20));
        assertFalse(poller.await(0));
    }

    @Test
    void aWakeBeforeTheWaitEndsItOnce() {
        poller.wake();
        poller.wake();
        assertTookShort(() -> assertFalse(poller.await(-1)));
        assertFalse(poller.await(0));
    }

    @Test
    void anotherThreadWakesAWaitThatHasNoLimit() throws Exception {
        Thread waker =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    sleep(20);
                                    poller.wake();
                                });
        assertTookShort(() -> assertFalse(poller.await(-1)));
        waker.join();
    }

    @Test
    void anotherThreadsDatagramEndsAWait() throws Exception {
        Thread sender =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    sleep(20);
                                    socket.newSender().send(room, 0, 10, 0, -1);
                                });
        assertTookShort(() -> assertTrue(poller.await(LONG_NANOS)));
        sender.join();
    }

    @Test
    void aWakeDoesNotHideData() {
        socket.newSender().send(room, 0, 10, 0, -1);
        poller.wake();
        assertTrue(poller.await(LONG_NANOS));
    }

    @Test
    void anErrorCountsAsReadable() {
        try (TunDevice device = TunDevice.open("cvt0");
                Poller watch = new Poller(device.fd());
                Rtnetlink netlink = Rtnetlink.open()) {
            netlink.links().delete(device.interfaceIndex());
            assertTrue(watch.await(LONG_NANOS));
        }
    }

    private static void assertTookShort(Runnable wait) {
        long startNanos = System.nanoTime();
        wait.run();
        assertTrue(System.nanoTime() - startNanos < LONG_NANOS / 2);
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
