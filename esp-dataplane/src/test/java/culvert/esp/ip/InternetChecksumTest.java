package culvert.esp.ip;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InternetChecksumTest {
    private static int slow(byte[] octets, int from, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (octets[from + i] & 0xFF) << (i % 2 == 0 ? 8 : 0);
        }
        while (sum > 0xFFFF) {
            sum = (sum & 0xFFFF) + (sum >> 16);
        }
        return (int) ~sum & 0xFFFF;
    }

    @Test
    void agreesWithOctetByOctetForEveryLengthAndPlace() {
        Random random = new Random(1);
        byte[] octets = new byte[1600];
        random.nextBytes(octets);
        MemorySegment segment = MemorySegment.ofArray(octets);
        for (int length = 0; length <= 1500; length++) {
            int from = random.nextInt(64);
            assertEquals(
                    slow(octets, from, length),
                    InternetChecksum.finish(InternetChecksum.add(0, segment, from, length)),
                    "length " + length);
        }
    }

    @Test
    void foldsTheLargestSums() {
        byte[] octets = new byte[65_535];
        Arrays.fill(octets, (byte) 0xFF);
        assertEquals(
                slow(octets, 0, octets.length),
                InternetChecksum.finish(
                        InternetChecksum.add(0, MemorySegment.ofArray(octets), 0, octets.length)));
    }

    @Test
    void givesTheExampleOfRfc1071() {
        // RFC 1071 3: the sum of these octets is ddf2.
        byte[] octets = HexFormat.of().parseHex("0001f203f4f5f6f7");
        long sum = InternetChecksum.add(0, MemorySegment.ofArray(octets), 0, 8);
        assertEquals(0xDDF2, InternetChecksum.sumOf(sum));
    }

    @Test
    void updatesLikeComputingAfresh() {
        Random random = new Random(2);
        byte[] octets = new byte[20];
        for (int i = 0; i < 10_000; i++) {
            random.nextBytes(octets);
            MemorySegment segment = MemorySegment.ofArray(octets);
            int checksum = InternetChecksum.finish(InternetChecksum.add(0, segment, 0, 20));
            int before = Octets.get16(segment, 6);
            int after = random.nextInt(0x10000);
            Octets.set16(segment, 6, after);
            assertEquals(
                    InternetChecksum.finish(InternetChecksum.add(0, segment, 0, 20)),
                    InternetChecksum.update(checksum, before, after));
        }
    }
}
