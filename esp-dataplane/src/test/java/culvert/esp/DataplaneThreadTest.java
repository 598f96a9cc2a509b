package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.model.Offload;
import culvert.model.Spi;
import culvert.tunio.Errno;
import culvert.tunio.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The sign of life that the watchdog asks for. */
@Timeout(30)
class DataplaneThreadTest {
    private final Arena arena = Arena.ofShared();
    private final UdpSocket never = // something that stays unreadable
            UdpSocket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    private final CountDownLatch unblocked = new CountDownLatch(1);

    /** An outbound path over this device, on a thread of its own. */
    private DataplaneThread thread(TunPort tun, DataplaneEvents events) {
        OutboundPath path =
                new OutboundPath(
                        arena,
                        tun,
                        new MemoryUdp(),
                        Optional.empty(),
                        DataplaneSettings.of(Gateway.MTU, CryptoBackend.LIBCRYPTO),
                        new CommandQueue<>(),
                        () -> {},
                        events);
        return new DataplaneThread("aws-1-outbound", path, events, never.fd());
    }

    private static boolean comesRoundSoon(DataplaneThread thread) throws InterruptedException {
        for (int i = 0; i < 500; i++) {
            if (thread.comesRound()) {
                return true;
            }
            Thread.sleep(10);
        }
        return false;
    }

    private void end(DataplaneThread thread) {
        thread.stop();
        assertTrue(thread.awaitEnd(TimeUnit.SECONDS.toNanos(5)));
        never.close();
        arena.close();
    }

    @Test
    void aThreadThatSleepsForWantOfPacketsAnswers() throws InterruptedException {
        DataplaneThread thread = thread(new MemoryTun(), new Quiet());
        thread.start();
        for (int i = 0; i < 20; i++) {
            assertTrue(comesRoundSoon(thread));
        }
        end(thread);
    }

    @Test
    void aThreadThatHangsInTheKernelIsSilentUntilItReturns() throws InterruptedException {
        CountDownLatch hanging = new CountDownLatch(1);
        DataplaneThread thread = thread(new HangingTun(hanging), new Quiet());
        thread.start();
        hanging.await();
        thread.comesRound();
        for (int i = 0; i < 20; i++) {
            assertFalse(thread.comesRound());
            Thread.sleep(5);
        }
        unblocked.countDown();
        assertTrue(comesRoundSoon(thread));
        end(thread);
    }

    @Test
    void aThreadThatDiedIsSilentForEver() throws InterruptedException {
        CountDownLatch died = new CountDownLatch(1);
        DataplaneEvents lastWords =
                new Quiet() {
                    @Override
                    public void fault(String thread, Throwable cause) {
                        died.countDown();
                        throw new ThreadDeathExpected();
                    }
                };
        DataplaneThread thread =
                thread(
                        new HangingTun(new CountDownLatch(0)) {
                            @Override
                            public int read(MemorySegment buffer, long offset, int lengthBytes) {
                                throw new IllegalStateException("a bug");
                            }
                        },
                        lastWords);
        thread.start();
        died.await();
        Thread.sleep(50);
        thread.comesRound();
        for (int i = 0; i < 20; i++) {
            assertFalse(thread.comesRound());
        }
        end(thread);
    }

    @Test
    void aThreadThatWasStoppedIsSilent() throws InterruptedException {
        DataplaneThread thread = thread(new MemoryTun(), new Quiet());
        thread.start();
        assertTrue(comesRoundSoon(thread));
        thread.stop();
        Thread.sleep(50);
        thread.comesRound();
        assertFalse(thread.comesRound());
        assertEquals("aws-1-outbound", thread.name());
        end(thread);
    }

    /** Ends the thread that meets it, without a stack trace in the test's output. */
    private static final class ThreadDeathExpected extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ThreadDeathExpected() {
            super("expected in this test", null, false, false);
        }
    }

    private class HangingTun implements TunPort {
        private final CountDownLatch hanging;

        HangingTun(CountDownLatch hanging) {
            this.hanging = hanging;
        }

        @Override
        public int read(MemorySegment buffer, long offset, int lengthBytes) {
            hanging.countDown();
            try {
                unblocked.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return -Errno.EAGAIN;
        }

        @Override
        public int write(MemorySegment buffer, long offset, int lengthBytes) {
            return lengthBytes;
        }

        @Override
        public int setSegmentation(boolean tcp, boolean udp) {
            return 0;
        }
    }

    private static class Quiet implements DataplaneEvents {
        @Override
        public void offloadLimited(Offload offload, String reason) {}

        @Override
        public void offloadDisabled(Offload offload, String reason) {}

        @Override
        public void pathMtuClaimed() {}

        @Override
        public void saRefused(Spi spi, String reason) {}

        @Override
        public void espRefused(String reason) {}

        @Override
        public void fault(String thread, Throwable cause) {}
    }
}
