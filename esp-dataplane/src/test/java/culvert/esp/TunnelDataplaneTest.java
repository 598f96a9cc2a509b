package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.model.Encapsulation;
import culvert.model.EspSuite;
import culvert.model.InboundSaParameters;
import culvert.model.Secret;
import culvert.model.Spi;
import culvert.tunio.UdpSender;
import culvert.tunio.UdpSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real devices, real sockets, the kernel's own TCP through the tunnel. Needs root. */
@Timeout(30)
class TunnelDataplaneTest {
    private static final int BYTES = 20_000_000;
    private static final int TIMEOUT_MILLIS = 10_000;

    /** Sends through the tunnel and returns once the other side has it all, intact. */
    private static void transfer(TwoSites sites) throws Exception {
        byte[] content = new byte[BYTES];
        new Random(7).nextBytes(content);
        CRC32 expected = new CRC32();
        expected.update(content);
        try (ServerSocket server =
                        sites.east.inNamespace(() -> new ServerSocket(0, 1, TwoSites.EAST));
                Socket client = sites.west.inNamespace(TunnelDataplaneTest::westSocket)) {
            Thread sender =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try (client) {
                                            client.connect(
                                                    new InetSocketAddress(
                                                            TwoSites.EAST, server.getLocalPort()));
                                            OutputStream out = client.getOutputStream();
                                            out.write(content);
                                        } catch (IOException e) {
                                            throw new UncheckedIOException(e);
                                        }
                                    });
            CRC32 received = new CRC32();
            server.setSoTimeout(TIMEOUT_MILLIS);
            try (Socket accepted = server.accept()) {
                accepted.setSoTimeout(TIMEOUT_MILLIS);
                InputStream in = accepted.getInputStream();
                byte[] buffer = new byte[1 << 16];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    received.update(buffer, 0, n);
                }
            }
            sender.join();
            assertEquals(expected.getValue(), received.getValue());
        }
    }

    /** The JDK opens a socket when it is bound, so that has to happen in the namespace. */
    private static Socket westSocket() throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(TwoSites.WEST, 0));
        return socket;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void carriesTcpWithAndWithoutOffloads(boolean offloads) throws Exception {
        try (TwoSites sites = new TwoSites(offloads)) {
            sites.install(1);
            transfer(sites);
            TwoSites.await(() -> sites.west.dataplane.counters().bytesOut() >= BYTES);
            sites.awaitAllArrived();
            TrafficCounters west = sites.west.dataplane.counters();
            TrafficCounters east = sites.east.dataplane.counters();
            assertTrue(west.bytesOut() >= BYTES);
            assertTrue(east.bytesIn() >= BYTES);
            if (offloads) {
                assertTrue(west.udpSends() * 4 < west.packetsOut(), "runs, not single sends");
                assertTrue(east.tunWrites() * 2 < east.packetsIn(), "joined, not single writes");
            }
            assertTrue(sites.west.events.isEmpty() && sites.east.events.isEmpty());
        }
    }

    @ParameterizedTest
    @CsvSource({"ESP, ESP", "ESP, UDP", "UDP, ESP"})
    void carriesTcpAsProtocol50(Encapsulation fromWest, Encapsulation fromEast) throws Exception {
        try (TwoSites sites = new TwoSites(true)) {
            sites.install(1, fromWest, fromEast);
            transfer(sites);
            TwoSites.await(() -> sites.west.dataplane.counters().bytesOut() >= BYTES);
            sites.awaitAllArrived();
            TrafficCounters west = sites.west.dataplane.counters();
            TrafficCounters east = sites.east.dataplane.counters();
            assertTrue(east.bytesIn() >= BYTES);
            assertTrue(west.udpSends() * 4 < west.packetsOut(), "runs, not single sends");
            assertTrue(east.tunWrites() * 2 < east.packetsIn(), "joined, not single writes");
            assertTrue(sites.west.events.isEmpty() && sites.east.events.isEmpty());
        }
    }

    @Test
    void changesFromUdpToProtocol50AndBackWithoutLoss() throws Exception {
        try (TwoSites sites = new TwoSites(true)) {
            sites.install(0);
            sites.awaitInstalled(0);
            long early = noSaDrops(sites);
            for (int generation = 1; generation <= 4; generation++) {
                Encapsulation next = generation % 2 == 1 ? Encapsulation.ESP : Encapsulation.UDP;
                sites.install(generation, next, next);
                transfer(sites);
                assertTrue(sites.inUse(generation));
                sites.remove(generation - 1);
            }
            sites.awaitAllArrived();
            assertEquals(early, noSaDrops(sites));
            assertTrue(sites.west.events.isEmpty() && sites.east.events.isEmpty());
        }
    }

    @Test
    void losesNothingInRekeysUnderLoad() throws Exception {
        try (TwoSites sites = new TwoSites(true)) {
            sites.install(0);
            sites.awaitInstalled(0);
            // Neighbour discovery of IPv6 may have asked before there was an SA.
            long early = noSaDrops(sites);
            AtomicBoolean transferred = new AtomicBoolean();
            AtomicInteger rekeys = new AtomicInteger();
            Thread rekeying =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        int old = 0;
                                        while (!transferred.get()) {
                                            sites.install(old + 1);
                                            // Packets of the old SAs are before these in line.
                                            while (!sites.inUse(old + 1)) {
                                                if (transferred.get()) {
                                                    return;
                                                }
                                                pause(1);
                                            }
                                            sites.remove(old);
                                            old = rekeys.incrementAndGet();
                                        }
                                    });
            transfer(sites);
            transferred.set(true);
            rekeying.join();
            System.out.println(rekeys.get() + " rekeys under load");
            assertTrue(rekeys.get() > 5);
            assertEquals(early, noSaDrops(sites));
            for (TwoSites.Site site : List.of(sites.west, sites.east)) {
                TrafficCounters counters = site.dataplane.counters();
                assertEquals(0, counters.drops(DropReason.REPLAY));
                assertEquals(0, counters.drops(DropReason.AUTHENTICATION));
                assertTrue(site.events.isEmpty(), site.events.toString());
            }
            sites.awaitAllArrived();
        }
    }

    private static long noSaDrops(TwoSites sites) {
        return sites.west.dataplane.counters().drops(DropReason.NO_SA)
                + sites.east.dataplane.counters().drops(DropReason.NO_SA);
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(millis * 1_000_000);
    }

    @Test
    void letsNoPlaintextOutWithoutAnSa() throws Exception {
        try (TwoSites sites = new TwoSites(true)) {
            sites.west.inNamespace(
                    () -> {
                        try (var socket = new DatagramSocket()) {
                            var target = new InetSocketAddress(TwoSites.EAST, 7);
                            socket.send(new DatagramPacket(new byte[100], 100, target));
                        }
                        return true;
                    });
            TwoSites.await(() -> sites.west.dataplane.counters().drops(DropReason.NO_SA) > 0);
            assertEquals(0, sites.west.dataplane.counters().udpSends());
            assertEquals(0, sites.east.dataplane.counters().udpReceives());
        }
    }

    @Test
    void carriesIkeMessagesBesideEsp() throws Exception {
        try (TwoSites sites = new TwoSites(true)) {
            byte[] message = new byte[1200];
            new Random(1).nextBytes(message);
            sites.west.dataplane.sendIke(message);
            assertArrayEquals(message, sites.east.ike.poll(5, TimeUnit.SECONDS));
            sites.east.dataplane.sendIke(new byte[] {1});
            assertArrayEquals(new byte[] {1}, sites.west.ike.poll(5, TimeUnit.SECONDS));
            sites.west.dataplane.sendIke(new byte[65_504]);
            assertEquals(1, sites.west.dataplane.counters().drops(DropReason.OVERSIZED));
        }
    }

    @Test
    void carriesUdpSuperpacketsFromEndToEnd() throws Exception {
        try (TwoSites sites = new TwoSites(true);
                DatagramSocket receiver =
                        sites.east.inNamespace(
                                () -> new DatagramSocket(new InetSocketAddress(TwoSites.EAST, 0)));
                UdpSocket sender =
                        sites.west.inNamespace(
                                () -> UdpSocket.bind(new InetSocketAddress(TwoSites.WEST, 0)))) {
            sites.install(1);
            sites.awaitInstalled(1);
            sender.connect(new InetSocketAddress(TwoSites.EAST, receiver.getLocalPort()));
            byte[] content = new byte[40 * 500 + 100];
            new Random(2).nextBytes(content);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment run = arena.allocateFrom(ValueLayout.JAVA_BYTE, content);
                sender.newSender().send(run, 0, content.length, 500, UdpSender.NO_TRAFFIC_CLASS);
            }
            receiver.setSoTimeout(TIMEOUT_MILLIS);
            for (int at = 0; at < content.length; at += 500) {
                DatagramPacket datagram = new DatagramPacket(new byte[600], 600);
                receiver.receive(datagram);
                assertArrayEquals(
                        Arrays.copyOfRange(content, at, Math.min(at + 500, content.length)),
                        Arrays.copyOf(datagram.getData(), datagram.getLength()));
            }
            TwoSites.await(() -> sites.east.dataplane.counters().packetsIn() >= 41);
            assertTrue(sites.east.dataplane.counters().tunWrites() < 20, "joined");
        }
    }

    @Test
    void aFaultOfOursEndsABatchAndNotTheTunnel() throws Exception {
        try (TwoSites sites = new TwoSites(true)) {
            sites.west.dataplane.sendIke(TwoSites.BUG);
            sites.west.dataplane.sendIke(TwoSites.BUG);
            TwoSites.await(() -> sites.east.dataplane.counters().drops(DropReason.INTERNAL) > 0);
            sites.west.dataplane.sendIke(new byte[] {1});
            assertArrayEquals(new byte[] {1}, sites.east.ike.poll(5, TimeUnit.SECONDS));
            assertEquals(
                    List.of("east-inbound: java.lang.IllegalStateException: a bug"),
                    sites.east.events);
        }
    }

    @Test
    void namesTheThreadThatHangsWhileTheOthersAnswer() throws Exception {
        try (TwoSites sites = new TwoSites(true)) {
            sites.west.dataplane.sendIke(TwoSites.HANG);
            TwoSites.await(() -> sites.east.hangs.hasQueuedThreads());
            sites.east.dataplane.silentThreads();
            TwoSites.await(
                    () -> sites.east.dataplane.silentThreads().equals(List.of("east-inbound")));
            pause(100);
            assertEquals(List.of("east-inbound"), sites.east.dataplane.silentThreads());
            TwoSites.await(() -> sites.west.dataplane.silentThreads().isEmpty());
            sites.east.hangs.release();
            TwoSites.await(() -> sites.east.dataplane.silentThreads().isEmpty());
        }
    }

    @Test
    void tellsActivityOfEachSa() throws Exception {
        try (TwoSites sites = new TwoSites(true)) {
            long before = System.nanoTime();
            sites.install(1);
            transfer(sites);
            sites.awaitAllArrived();
            InboundSaActivity in = sites.east.dataplane.inboundActivity().getFirst();
            OutboundSaActivity out = sites.west.dataplane.outboundActivity().getFirst();
            assertEquals(in.spi(), out.spi());
            assertEquals(in.packets(), out.packets());
            assertEquals(in.bytes(), out.bytes());
            assertEquals(out.packets(), out.sequenceNumber());
            assertTrue(in.lastPacketNanos() - before > 0);
        }
    }

    @Test
    void stopsWithinASecondAndEndsItsThreads() throws Exception {
        TwoSites sites = new TwoSites(true);
        sites.install(1);
        assertTrue(threads().contains("west-outbound") && threads().contains("west-inbound"));
        long start = System.nanoTime();
        sites.close();
        assertTrue(System.nanoTime() - start < 2_000_000_000L);
        assertTrue(!threads().contains("west-outbound") && !threads().contains("east-inbound"));
        InboundSaParameters late = Gateway.inboundSa(Gateway.SPI, 64);
        sites.west.dataplane.installInbound(late);
        assertTrue(late.keymat().isWiped());
        sites.west.dataplane.sendIke(new byte[1]);
        sites.west.dataplane.close();
    }

    private static Set<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .collect(Collectors.toSet());
    }

    @Test
    void refusesParametersThatCannotWork() throws Exception {
        try (TwoSites sites = new TwoSites(true)) {
            InboundSaParameters shortKey =
                    new InboundSaParameters(
                            new Spi(0x1000),
                            EspSuite.AES256_GCM16,
                            Secret.owning(new byte[20]),
                            false,
                            64,
                            Gateway.ANY,
                            Gateway.ANY);
            assertThrows(
                    IllegalArgumentException.class,
                    () -> sites.west.dataplane.installInbound(shortKey));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> sites.west.dataplane.installInbound(Gateway.inboundSa(Gateway.SPI, 16)));
        }
    }
}
