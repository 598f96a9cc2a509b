package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With a datagram socket in systemd's place. */
class SystemdNotifyTest {
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final EventLoopGroup systemdLoop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

    @TempDir private Path directory = Path.of("");

    @AfterEach
    void stop() {
        loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
        systemdLoop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }

    private Channel listen(String name) {
        return new Bootstrap()
                .group(systemdLoop)
                .channel(EpollDomainDatagramChannel.class)
                .handler(
                        new SimpleChannelInboundHandler<DomainDatagramPacket>() {
                            @Override
                            protected void channelRead0(
                                    ChannelHandlerContext context, DomainDatagramPacket packet) {
                                received.add(packet.content().toString(StandardCharsets.UTF_8));
                            }
                        })
                .bind(new DomainSocketAddress(name))
                .syncUninterruptibly()
                .channel();
    }

    private SystemdNotify notify(String socket, String... more) {
        Map<String, String> environment = new HashMap<>();
        environment.put("NOTIFY_SOCKET", socket);
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return new SystemdNotify(loop, environment);
    }

    private String next() throws InterruptedException {
        return String.valueOf(received.poll(5, TimeUnit.SECONDS));
    }

    @Test
    void tellsAPathAndAnAbstractName() throws InterruptedException {
        String path = directory.resolve("notify").toString();
        listen(path);
        notify(path).tell(SystemdNotify.READY);
        assertEquals("READY=1", next());
        String name = "culvert-test-" + ProcessHandle.current().pid();
        listen("\0" + name);
        notify("@" + name).tell(SystemdNotify.STOPPING);
        assertEquals("STOPPING=1", next());
    }

    @Test
    void tellsTheStatusWhenItChangesAndFeedsInTime() throws InterruptedException {
        String path = directory.resolve("notify").toString();
        listen(path);
        AtomicReference<String> status = new AtomicReference<>("0 of 2 tunnels up");
        long limitMicros = 300_000;
        Watchdog.start(
                loop.next(),
                notify(path, "WATCHDOG_USEC", Long.toString(limitMicros)),
                status::get,
                List::of);
        List<String> seen = new ArrayList<>();
        long fedNanos = System.nanoTime();
        long endNanos = fedNanos + TimeUnit.SECONDS.toNanos(2);
        while (System.nanoTime() - endNanos < 0) {
            String message = next();
            if (message.equals(SystemdNotify.WATCHDOG)) {
                long pauseMicros = (System.nanoTime() - fedNanos) / 1000;
                assertTrue(pauseMicros < limitMicros, "fed after " + pauseMicros + " us");
                fedNanos = System.nanoTime();
            } else {
                seen.add(message);
                status.set("2 of 2 tunnels up");
            }
        }
        assertEquals(List.of("STATUS=0 of 2 tunnels up", "STATUS=2 of 2 tunnels up"), seen);
    }

    @Test
    void aLoopThatHangsFeedsNothing() throws InterruptedException {
        String path = directory.resolve("notify").toString();
        listen(path);
        Watchdog.start(loop.next(), notify(path, "WATCHDOG_USEC", "60000"), () -> "", List::of);
        assertEquals(SystemdNotify.WATCHDOG, next());
        loop.execute(() -> LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500)));
        Thread.sleep(100); // what was on the way has arrived
        received.clear();
        Thread.sleep(200);
        assertTrue(received.isEmpty(), received::toString);
        assertEquals(SystemdNotify.WATCHDOG, next());
    }

    @Test
    void aPacketThreadThatDoesNotAnswerIsNotFedFor() throws InterruptedException {
        String path = directory.resolve("notify").toString();
        listen(path);
        AtomicReference<List<String>> silent = new AtomicReference<>(List.of());
        Watchdog.start(loop.next(), notify(path, "WATCHDOG_USEC", "60000"), () -> "", silent::get);
        assertEquals(SystemdNotify.WATCHDOG, next());
        silent.set(List.of("aws-1-inbound"));
        Thread.sleep(100); // what was on the way has arrived
        received.clear();
        Thread.sleep(200);
        assertTrue(received.isEmpty(), received::toString);
        silent.set(List.of());
        assertEquals(SystemdNotify.WATCHDOG, next());
    }

    @ParameterizedTest
    @CsvSource({"30000000, , 30000000", "30000000, 1, -1", "0, , -1", "soon, , -1", "-5, , -1"})
    void onlyAWatchdogOfOursCounts(String micros, String pid, long expected) {
        SystemdNotify systemd =
                notify("/nowhere", "WATCHDOG_USEC", micros, "WATCHDOG_PID", pid == null ? "" : pid);
        assertEquals(
                expected < 0 ? OptionalLong.empty() : OptionalLong.of(expected),
                systemd.watchdogMicros());
    }

    @Test
    void withoutSystemdItIsSilent() {
        SystemdNotify systemd = new SystemdNotify(loop, Map.of("WATCHDOG_USEC", "1000"));
        systemd.tell(SystemdNotify.READY);
        assertEquals(OptionalLong.empty(), systemd.watchdogMicros());
    }
}
