package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.gateway.LabNamespace;
import culvert.tunio.InterfaceAddress;
import culvert.tunio.Offloads;
import culvert.tunio.Route;
import culvert.tunio.RouteTarget;
import culvert.tunio.Rtnetlink;
import culvert.tunio.TunDevice;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With the interfaces of a network namespace, which come, go down and return. */
class OutsideWatchTest {
    @RegisterExtension final LabNamespace namespace = new LabNamespace();

    private static final InetAddress LOCAL_1 = InetAddress.ofLiteral("198.18.1.1");
    private static final InetAddress LOCAL_2 = InetAddress.ofLiteral("198.18.2.1");
    private static final InetAddress PEER_1 = InetAddress.ofLiteral("198.18.1.11");
    private static final InetAddress PEER_2 = InetAddress.ofLiteral("198.18.2.12");
    private static final int NO_INTERFACE = 99;

    private final EventLoop loop = new DefaultEventLoop();
    private final Map<String, OutsideWatch.Ends> tunnels = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger changes = new AtomicInteger();
    private final List<String> tried = new CopyOnWriteArrayList<>();
    private volatile Set<String> connecting = Set.of("aws-1", "aws-2");
    private Rtnetlink netlink;
    private Rtnetlink ofTheWatch;
    private TunDevice out1;
    private TunDevice out2;
    private OutsideWatch watch;

    @BeforeEach
    void connect() {
        netlink = Rtnetlink.open();
        ofTheWatch = Rtnetlink.open(); // which belongs to its thread
        out1 = TunDevice.open("out1", Offloads.NONE);
        out2 = TunDevice.open("out2", Offloads.NONE);
        netlink.links().setUp(out1.interfaceIndex());
        netlink.links().setUp(out2.interfaceIndex());
        netlink.addresses().add(new InterfaceAddress(out1.interfaceIndex(), LOCAL_1, 24));
        netlink.addresses().add(new InterfaceAddress(out2.interfaceIndex(), LOCAL_2, 24));
        tunnels.put("aws-1", new OutsideWatch.Ends(LOCAL_1, Optional.of(PEER_1), NO_INTERFACE));
        tunnels.put("aws-2", new OutsideWatch.Ends(LOCAL_2, Optional.of(PEER_2), NO_INTERFACE));
        watch =
                new OutsideWatch(
                        loop,
                        ofTheWatch,
                        () -> {
                            asked.incrementAndGet();
                            return Map.copyOf(tunnels);
                        },
                        tunnel -> connecting.contains(tunnel),
                        tried::add,
                        changes::incrementAndGet);
    }

    @AfterEach
    void end() {
        onLoop(watch::close);
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        out1.close();
        out2.close();
        netlink.close();
        ofTheWatch.close();
    }

    private void onLoop(Runnable action) {
        loop.submit(action).syncUninterruptibly();
    }

    private String trouble(String tunnel) {
        String[] found = new String[1];
        onLoop(() -> found[0] = watch.trouble(tunnel).orElse(""));
        return found[0];
    }

    @Test
    void aPeerIsCutOffWhenItsInterfaceGoesDownAndNoOther() {
        onLoop(watch::start);
        assertEquals("", trouble("aws-1"));
        netlink.links().setDown(out1.interfaceIndex());
        awaitTrouble("aws-1", "the interface out1, which leads to 198.18.1.11, is down");
        assertEquals("", trouble("aws-2"));
        assertEquals(1, changes.get());
        assertEquals(List.of(), tried, "there is no way to try");
        assertEquals("", trouble("aws-3"), "nobody knows of such a tunnel");
    }

    @Test
    void anAttemptThatWaitsBeginsWhenTheWayIsBack() {
        onLoop(watch::start);
        tunnels.put("aws-3", new OutsideWatch.Ends(LOCAL_1, Optional.of(PEER_1), NO_INTERFACE));
        connecting = Set.of("aws-1", "aws-2");
        netlink.links().setDown(out1.interfaceIndex());
        await(() -> !trouble("aws-3").isEmpty());
        netlink.links().setUp(out1.interfaceIndex());
        awaitTrouble("aws-1", "");
        assertEquals(2, changes.get());
        assertEquals(List.of("aws-1"), tried, "aws-2 was never cut off, aws-3 is up");
    }

    @Test
    void aWayThatCameWithoutANoticeIsKnownByTheTimeItGoes() {
        netlink.addresses().remove(new InterfaceAddress(out2.interfaceIndex(), LOCAL_2, 24));
        onLoop(watch::start);
        // No interface changes with an address; while a way is missing, it is looked for.
        netlink.addresses().add(new InterfaceAddress(out2.interfaceIndex(), LOCAL_2, 24));
        int before = asked.get();
        await(() -> asked.get() > before);
        onLoop(() -> {}); // that look is over
        netlink.links().setDown(out2.interfaceIndex());
        awaitTrouble("aws-2", "the interface out2, which leads to 198.18.2.12, is down");
    }

    @Test
    void theInterfaceOfATunnelIsNoWayOutside() {
        tunnels.put(
                "aws-1",
                new OutsideWatch.Ends(LOCAL_1, Optional.of(PEER_1), out2.interfaceIndex()));
        onLoop(watch::start);
        // As a route that BGP brought, which covers the peer.
        netlink.routes()
                .add(
                        new Route(
                                InetAddress.ofLiteral("198.18.0.0"),
                                16,
                                new RouteTarget.Interface(out2.interfaceIndex()),
                                214));
        netlink.links().setDown(out1.interfaceIndex());
        awaitTrouble("aws-1", "the interface out1, which leads to 198.18.1.11, is down");
    }

    @Test
    void oneLookIsDueHoweverFastAnInterfaceFlaps() throws InterruptedException {
        onLoop(watch::start);
        CountDownLatch flapped = new CountDownLatch(1);
        loop.execute(
                () -> {
                    try {
                        flapped.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                });
        asked.set(0);
        for (int i = 0; i < 200; i++) {
            netlink.links().setDown(out1.interfaceIndex());
            netlink.links().setUp(out1.interfaceIndex());
        }
        Thread.sleep(100); // what the kernel told is taken by now
        flapped.countDown();
        assertEquals("", trouble("aws-1"));
        // Asked once a look, once for each of two peers, and once by this test.
        assertTrue(asked.get() <= 2 * 3 + 1, () -> asked + " times");
    }

    @Test
    void nothingIsLookedAtAfterTheEnd() throws InterruptedException {
        onLoop(watch::start);
        onLoop(watch::close);
        int before = asked.get();
        netlink.links().setDown(out1.interfaceIndex());
        Thread.sleep(100);
        assertEquals(before, asked.get());
    }

    private static void await(BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadlineNanos < 0, "in time");
            Thread.onSpinWait();
        }
    }

    private void awaitTrouble(String tunnel, String text) {
        await(() -> trouble(tunnel).equals(text));
    }
}
