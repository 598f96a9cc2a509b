package culvert.bgp.message;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class NlriTest {
    /** {@link IpPrefix} is the slow model. */
    @Test
    void agreesWithTheModelOnWhatCoversWhat() throws UnknownHostException {
        Random random = new Random(7);
        List<IpPrefix> prefixes = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            byte[] octets = new byte[i % 2 == 0 ? 4 : 16];
            for (int j = 0; j < octets.length; j++) {
                octets[j] = (byte) (random.nextInt(3) == 0 ? random.nextInt(256) : 0);
            }
            prefixes.add(
                    IpPrefix.containing(
                            InetAddress.getByAddress(octets),
                            random.nextInt(octets.length * 8 + 1)));
        }
        for (IpPrefix a : prefixes) {
            assertEquals(a, Nlri.of(a).toPrefix());
            for (IpPrefix b : prefixes) {
                assertEquals(a.covers(b), Nlri.of(a).covers(Nlri.of(b)), a + " and " + b);
                assertEquals(a.overlaps(b), Nlri.of(a).overlaps(Nlri.of(b)), a + " and " + b);
                assertEquals(a.equals(b), Nlri.of(a).equals(Nlri.of(b)), a + " and " + b);
                assertEquals(a.equals(b), Nlri.of(a).compareTo(Nlri.of(b)) == 0, a + " and " + b);
            }
        }
    }

    @Test
    void defaultRoutesOfTheFamiliesDiffer() {
        assertEquals(AddressFamily.IPV4_UNICAST, Nlri.parse("0.0.0.0/0").family());
        assertEquals(AddressFamily.IPV6_UNICAST, Nlri.parse("::/0").family());
        assertEquals(false, Nlri.parse("0.0.0.0/0").equals(Nlri.parse("::/0")));
        assertEquals(false, Nlri.parse("0.0.0.0/0").covers(Nlri.parse("fd00::/8")));
    }

    @Test
    void spreadsNeighboringPrefixes() {
        long distinct =
                IntStream.range(0, 65_536)
                        .map(i -> Nlri.ipv4(0x0a000000 | i << 8, 24).hashCode() & 0x1FFFF)
                        .distinct()
                        .count();
        assertEquals(true, distinct > 45_000, "buckets used: " + distinct);
    }
}
