package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.model.Spi;
import culvert.tunio.InterfaceAddress;
import culvert.tunio.NetworkNamespace;
import culvert.tunio.Offloads;
import culvert.tunio.Rtnetlink;
import culvert.tunio.TunDevice;
import culvert.tunio.UdpSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Two real dataplanes, each with a TUN device in a network namespace of its own, that reach each
 * other over the loopback of a third.
 */
final class TwoSites implements AutoCloseable {
    static final InetAddress WEST = InetAddress.ofLiteral("10.77.0.1");
    static final InetAddress EAST = InetAddress.ofLiteral("10.77.0.2");

    static final byte[] BUG = {'b', 'u', 'g'};

    /** One site: its dataplane, and a thread-hopping way into its namespace. */
    static final class Site implements AutoCloseable {
        final BlockingQueue<byte[]> ike = new LinkedBlockingQueue<>();
        final List<String> events = new CopyOnWriteArrayList<>();
        final TunnelDataplane dataplane;
        private final Thread anchor; // keeps the namespace, runs what has to be opened in it
        private final BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();

        Site(String name, InetAddress inside, UdpSocket udp, Offloads offloads, boolean batching)
                throws Exception {
            anchor = Thread.ofPlatform().daemon(true).start(this::serve);
            TunDevice tun =
                    inNamespace(
                            () -> {
                                NetworkNamespace.enterNew();
                                return open(inside, offloads);
                            });
            DataplaneSettings settings =
                    new DataplaneSettings(
                            Gateway.MTU,
                            CryptoBackend.select().backend(),
                            batching,
                            batching,
                            batching);
            dataplane = new TunnelDataplane(name, tun, udp, settings, this::offer, new Recorder());
            dataplane.start();
        }

        /** The message "bug" meets one. */
        private boolean offer(byte[] message) {
            if (Arrays.equals(message, BUG)) {
                throw new IllegalStateException("a bug");
            }
            return ike.offer(message);
        }

        private static TunDevice open(InetAddress inside, Offloads offloads) {
            TunDevice device = TunDevice.open("cv0", offloads);
            try (Rtnetlink netlink = Rtnetlink.open()) {
                int index = device.interfaceIndex();
                netlink.links().setMtu(index, Gateway.MTU);
                netlink.addresses().add(new InterfaceAddress(index, inside, 30));
                netlink.links().setUp(index);
            }
            return device;
        }

        <T> T inNamespace(Callable<T> task) throws Exception {
            BlockingQueue<Object> answer = new LinkedBlockingQueue<>();
            tasks.add(
                    () -> {
                        try {
                            answer.add(task.call());
                        } catch (Exception e) {
                            answer.add(e);
                        }
                    });
            Object result = answer.take();
            if (result instanceof Exception e) {
                throw e;
            }
            @SuppressWarnings("unchecked")
            T value = (T) result;
            return value;
        }

        private void serve() {
            try {
                while (true) {
                    tasks.take().run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void close() {
            dataplane.close();
            anchor.interrupt();
        }

        private final class Recorder implements DataplaneEvents {
            @Override
            public void offloadDisabled(String offload, String reason) {
                events.add(offload + ": " + reason);
            }

            @Override
            public void saRefused(Spi spi, String reason) {
                events.add(spi + ": " + reason);
            }

            @Override
            public void fault(String thread, Throwable cause) {
                events.add(thread + ": " + cause);
            }
        }
    }

    final Site west;
    final Site east;

    TwoSites(boolean offloads) throws Exception {
        Offloads wanted = offloads ? Offloads.ALL : Offloads.NONE;
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        UdpSocket one = UdpSocket.bind(anyPort, wanted);
        UdpSocket other = UdpSocket.bind(anyPort, wanted);
        one.connect(other.local());
        other.connect(one.local());
        west = new Site("west", WEST, one, wanted, offloads);
        east = new Site("east", EAST, other, wanted, offloads);
    }

    /** An SA in each direction, as a rekey installs them: first to receive, then to send. */
    void install(int generation) {
        Spi toEast = new Spi(0x1000 + generation);
        Spi toWest = new Spi(0x2000 + generation);
        east.dataplane.installInbound(Gateway.inboundSa(toEast, 1024));
        west.dataplane.installInbound(Gateway.inboundSa(toWest, 1024));
        west.dataplane.installOutbound(Gateway.outboundSa(toEast));
        east.dataplane.installOutbound(Gateway.outboundSa(toWest));
    }

    void remove(int generation) {
        west.dataplane.removeOutbound(new Spi(0x1000 + generation));
        east.dataplane.removeOutbound(new Spi(0x2000 + generation));
        east.dataplane.removeInbound(new Spi(0x1000 + generation));
        west.dataplane.removeInbound(new Spi(0x2000 + generation));
    }

    /** Waits until both ends can send with the SAs of this generation. */
    void awaitInstalled(int generation) {
        await(
                () ->
                        has(west.dataplane.outboundActivity(), 0x1000 + generation)
                                && has(east.dataplane.outboundActivity(), 0x2000 + generation));
    }

    private static boolean has(List<OutboundSaActivity> activity, int spi) {
        return activity.stream().anyMatch(sa -> sa.spi().value() == spi);
    }

    /** Whether packets of this generation have arrived at both ends. */
    boolean inUse(int generation) {
        return arrived(east, 0x1000 + generation) && arrived(west, 0x2000 + generation);
    }

    private static boolean arrived(Site site, int spi) {
        return site.dataplane.inboundActivity().stream()
                .anyMatch(sa -> sa.spi().value() == spi && sa.packets() > 0);
    }

    /** Waits until every packet that one side has sent is out of the other side's TUN device. */
    void awaitAllArrived() {
        await(() -> allArrived(west, east) && allArrived(east, west));
    }

    private static boolean allArrived(Site from, Site to) {
        return from.dataplane.counters().packetsOut() == to.dataplane.counters().packetsIn();
    }

    /** Counters may lag behind the packets they count by a moment. */
    static void await(BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + 10_000_000_000L;
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadlineNanos < 0, "in vain for ten seconds");
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Override
    public void close() {
        west.close();
        east.close();
    }
}
