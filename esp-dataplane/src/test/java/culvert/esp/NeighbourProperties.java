package culvert.esp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.esp.TestPackets.Shape;
import culvert.model.Offload;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever arrives between them, genuine packets come out octet for octet and in their order. */
class NeighbourProperties {
    private static final int PACKETS = 120;

    @Property(tries = 150)
    void noDatagramHarmsItsNeighbours(@ForAll int seed, @ForAll boolean offloads) {
        Random random = new Random(seed);
        List<byte[]> expected = new ArrayList<>();
        List<byte[]> datagrams = new ArrayList<>();
        int number = 1;
        int tcpSequence = seed;
        while (expected.size() < PACKETS) {
            byte[] payload = new byte[random.nextInt(3) == 0 ? random.nextInt(1300) : 500];
            random.nextBytes(payload);
            Shape shape = random.nextInt(4) == 0 ? Shape.UDP4 : Shape.TCP4;
            byte[] packet = TestPackets.packet(shape, number, tcpSequence, payload);
            tcpSequence += payload.length;
            if (payload.length > 8 && random.nextInt(10) == 0) {
                packet = OddPacketsTest.withOptions(packet);
            }
            byte[] genuine = TestSeal.sealed(number++, packet);
            if (random.nextInt(3) == 0) {
                datagrams.add(hostile(random, genuine, number));
                number++;
            }
            expected.add(packet);
            datagrams.add(genuine);
        }
        DataplaneSettings settings =
                new DataplaneSettings(
                        Gateway.MTU,
                        CryptoBackend.select().backend(),
                        true,
                        offloads ? Set.of(Offload.values()) : Set.of());
        try (Gateway gateway = new Gateway(settings)) {
            gateway.withSa(Gateway.SPI);
            arrive(gateway, datagrams);
            while (gateway.inbound.doWork() > 0) {}
            List<byte[]> delivered = gateway.tun.packets();
            assertEquals(expected.size(), delivered.size(), "seed " + seed);
            for (int i = 0; i < expected.size(); i++) {
                assertArrayEquals(
                        unidentified(expected.get(i)),
                        unidentified(delivered.get(i)),
                        "seed " + seed + ", packet " + i);
            }
        }
    }

    /** Of one length in a row, and a shorter one at the end, as UDP_GRO brings them. */
    private static void arrive(Gateway gateway, List<byte[]> datagrams) {
        List<byte[]> batch = new ArrayList<>();
        for (byte[] datagram : datagrams) {
            boolean ended = !batch.isEmpty() && batch.getLast().length < batch.getFirst().length;
            if (ended || (!batch.isEmpty() && datagram.length > batch.getFirst().length)) {
                gateway.udp.arrive(0, batch.toArray(byte[][]::new));
                batch.clear();
            }
            batch.add(datagram);
        }
        gateway.udp.arrive(0, batch.toArray(byte[][]::new));
    }

    private static byte[] hostile(Random random, byte[] genuine, int number) {
        byte[] same = genuine.clone();
        return switch (random.nextInt(11)) {
            case 0 -> new byte[] {-1};
            case 1 -> new byte[] {(byte) random.nextInt(255)};
            case 2 -> Arrays.copyOf(genuine, 1 + random.nextInt(genuine.length - 1));
            case 3 -> {
                same[random.nextInt(same.length)] ^= (byte) (1 << random.nextInt(8));
                yield same;
            }
            case 4 -> {
                ByteBuffer.wrap(same).putInt(0, random.nextInt());
                yield same;
            }
            case 5 -> {
                ByteBuffer.wrap(same).putInt(0, 0); // an IKE message, it says
                yield same;
            }
            case 6 -> {
                random.nextBytes(same);
                yield same;
            }
            case 7 -> TestSeal.raw(Gateway.SPI, number, new byte[4 * (1 + random.nextInt(300))]);
            case 8 -> TestSeal.sealed(Gateway.SPI, number, new byte[random.nextInt(1200)], 59);
            case 9 -> lyingAboutItsLength(random, number);
            default -> TestSeal.sealed(Gateway.SPI, number, new byte[] {0x45}, 41);
        };
    }

    private static byte[] lyingAboutItsLength(Random random, int number) {
        byte[] packet = TestPackets.packet(Shape.TCP4, 1, 1, new byte[100 + random.nextInt(400)]);
        TestPackets.put16(packet, 2, packet.length + 1 + random.nextInt(1000));
        return TestSeal.sealed(Gateway.SPI, number, packet, 4);
    }

    private static byte[] unidentified(byte[] packet) {
        byte[] same = packet.clone();
        TestPackets.put16(same, 4, 0);
        TestPackets.fixChecksums(same);
        return same;
    }
}
