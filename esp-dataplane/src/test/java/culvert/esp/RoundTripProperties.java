package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.esp.TestPackets.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What goes into one gateway's TUN device comes out of the other's, packet by packet. */
class RoundTripProperties {
    @Property(tries = 150)
    void splitSealOpenJoinSplitGivesTheSamePackets(
            @ForAll boolean ipv4,
            @ForAll boolean tcp,
            @ForAll @IntRange(max = 10) int optionWords,
            @ForAll @IntRange(max = 255) int flags,
            @ForAll @IntRange(min = 1, max = 1300) int gsoSize,
            @ForAll @IntRange(min = 1, max = 65_000) int payloadBytes,
            @ForAll int seed) {
        int protocol = tcp ? TestPackets.TCP : TestPackets.UDP;
        Shape shape = new Shape(ipv4, protocol, tcp ? 4 * optionWords : 0, 0x28, flags & ~0x02);
        byte[] payload = new byte[Math.min(payloadBytes, gsoSize * 200)];
        new Random(seed).nextBytes(payload);
        byte[] superpacket = TestPackets.superpacket(shape, seed >>> 8, seed, payload, gsoSize);
        List<byte[]> expected = TestPackets.split(superpacket);
        try (Gateway gateway = new Gateway()) {
            gateway.withSa(Gateway.SPI).seal(superpacket).loop();
            assertSame(expected, gateway.tun.packets());
            assertEquals(0, gateway.drops());
            assertEquals(expected.size(), gateway.inbound.counters().packets());
            assertEquals(gateway.outbound.counters().bytes(), gateway.inbound.counters().bytes());
        }
    }

    @Property(tries = 100)
    void anyMixOfPacketsArrivesInOrderWhateverTheOffloads(
            @ForAll int seed, @ForAll boolean offloads, @ForAll boolean fastest) {
        Random random = new Random(seed);
        Shape[] shapes = {Shape.TCP4, Shape.TCP6, Shape.UDP4, Shape.UDP6};
        List<byte[]> expected = new ArrayList<>();
        List<byte[]> reads = new ArrayList<>();
        int sequenceNumber = seed;
        for (int i = 0; i < 40; i++) {
            Shape shape = shapes[random.nextInt(shapes.length)];
            byte[] payload = new byte[1 + random.nextInt(random.nextBoolean() ? 40 : 1300)];
            random.nextBytes(payload);
            byte[] read =
                    random.nextInt(4) == 0
                            ? TestPackets.superpacket(
                                    shape, i, sequenceNumber, payload, 1 + payload.length / 3)
                            : TestPackets.behindVnet(
                                    TestPackets.packet(shape, i, sequenceNumber, payload));
            sequenceNumber += payload.length;
            reads.add(read);
            expected.addAll(TestPackets.split(read));
        }
        DataplaneSettings settings =
                new DataplaneSettings(
                        Gateway.MTU,
                        fastest ? CryptoBackend.select().backend() : CryptoBackend.JDK,
                        offloads,
                        offloads,
                        offloads);
        try (Gateway gateway = new Gateway(settings)) {
            gateway.withSa(Gateway.SPI).seal(reads.toArray(byte[][]::new)).loop();
            // With offloads off, one receive brings one datagram, and a batch ends after 64.
            while (gateway.inbound.doWork() > 0) {}
            // Joining may renumber packets with DF, whose identification means nothing.
            assertSame(
                    expected.stream().map(RoundTripProperties::unidentified).toList(),
                    gateway.tun.packets().stream().map(RoundTripProperties::unidentified).toList());
        }
    }

    private static byte[] unidentified(byte[] packet) {
        assertTrue(TestPackets.checksumsHold(packet));
        byte[] same = packet.clone();
        if (same[0] == 0x45) {
            TestPackets.put16(same, 4, 0);
            TestPackets.fixChecksums(same);
        }
        return same;
    }

    private static void assertSame(List<byte[]> expected, List<byte[]> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            assertArrayEquals(expected.get(i), actual.get(i), "packet " + i);
        }
    }
}
