package culvert.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrafficSelectorTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "nothing",
            value = {
                "10.0.0.0/8,      10.1.0.0/16,    10.1.0.0-10.1.255.255",
                "10.1.0.0/16,     10.0.0.0/8,     10.1.0.0-10.1.255.255",
                "0.0.0.0/0,       0.0.0.0/0,      0.0.0.0-255.255.255.255",
                "10.0.0.0/8,      11.0.0.0/8,     nothing",
                "0.0.0.0/0,       ::/0,           nothing",
                "128.0.0.0/1,     200.0.0.0/8,    200.0.0.0-200.255.255.255",
            })
    void narrowsAddressesToWhatIsCommon(String a, String b, String common) {
        TrafficSelector first = TrafficSelector.of(IpPrefix.parse(a));
        TrafficSelector second = TrafficSelector.of(IpPrefix.parse(b));
        assertEquals(
                Optional.ofNullable(common),
                first.intersect(second).map(TrafficSelector::toString));
    }

    @Test
    void narrowsProtocolAndPorts() {
        TrafficSelector tcp = selector(6, 0, 1023);
        TrafficSelector any = selector(TrafficSelector.ANY_PROTOCOL, 80, TrafficSelector.LAST_PORT);
        assertEquals(Optional.of(selector(6, 80, 1023)), tcp.intersect(any));
        assertEquals(Optional.of(selector(6, 80, 1023)), any.intersect(tcp));
        assertEquals(Optional.empty(), tcp.intersect(selector(17, 0, 1023)));
        assertEquals(Optional.empty(), tcp.intersect(selector(6, 1024, 2000)));
    }

    @Test
    void coversOnlyWhatItAdmitsWholly() {
        assertTrue(TrafficSelector.ANY_IPV4.covers(selector(6, 22, 22)));
        assertTrue(selector(6, 22, 22).covers(selector(6, 22, 22)));
        assertFalse(selector(6, 22, 22).covers(TrafficSelector.ANY_IPV4));
        assertFalse(selector(6, 0, TrafficSelector.LAST_PORT).covers(selector(0, 0, 65535)));
        assertFalse(TrafficSelector.ANY_IPV6.covers(TrafficSelector.ANY_IPV4));
    }

    /** A packet passes the intersection exactly when it passes both. */
    @Property(tries = 500)
    void intersectionAdmitsExactlyWhatBothAdmit(@ForAll long seed) {
        Random random = new Random(seed);
        TrafficSelector a = small(random);
        TrafficSelector b = small(random);
        Optional<TrafficSelector> common = a.intersect(b);
        for (int protocol : new int[] {6, 17}) {
            for (int port = 0; port < 6; port++) {
                for (int host = 0; host < 6; host++) {
                    boolean inBoth =
                            admits(a, protocol, port, host) && admits(b, protocol, port, host);
                    int p = protocol;
                    int q = port;
                    int h = host;
                    assertEquals(inBoth, common.filter(c -> admits(c, p, q, h)).isPresent());
                }
            }
        }
    }

    @Test
    void refusesWhatIsNoRange() {
        var low = InetAddress.ofLiteral("10.0.0.1");
        var high = InetAddress.ofLiteral("10.0.0.2");
        var ipv6 = InetAddress.ofLiteral("::1");
        assertThrows(
                IllegalArgumentException.class, () -> new TrafficSelector(0, 0, 65535, high, low));
        assertThrows(
                IllegalArgumentException.class, () -> new TrafficSelector(0, 0, 65535, low, ipv6));
    }

    @Test
    void comparesAddressesUnsigned() {
        var low = InetAddress.ofLiteral("10.0.0.0");
        var high = InetAddress.ofLiteral("200.0.0.0");
        assertEquals(high, new TrafficSelector(0, 0, 65535, low, high).endAddress());
    }

    @Test
    void printsPortsAndProtocolOnlyWhenTheyMatter() {
        assertEquals("10.0.0.0-10.255.255.255:22-23/6", selector(6, 22, 23).toString());
        assertEquals("0.0.0.0-255.255.255.255", TrafficSelector.ANY_IPV4.toString());
    }

    private static TrafficSelector selector(int protocol, int startPort, int endPort) {
        IpPrefix ten = IpPrefix.parse("10.0.0.0/8");
        return new TrafficSelector(protocol, startPort, endPort, ten.network(), ten.last());
    }

    private static TrafficSelector small(Random random) {
        int[] protocols = {0, 6, 17};
        int port = random.nextInt(6);
        int host = random.nextInt(6);
        return new TrafficSelector(
                protocols[random.nextInt(3)],
                port,
                port + random.nextInt(6 - port),
                host(host),
                host(host + random.nextInt(6 - host)));
    }

    private static boolean admits(TrafficSelector selector, int protocol, int port, int host) {
        return (selector.protocol() == 0 || selector.protocol() == protocol)
                && selector.startPort() <= port
                && port <= selector.endPort()
                && (selector.startAddress().getAddress()[3] & 0xFF) <= host
                && host <= (selector.endAddress().getAddress()[3] & 0xFF);
    }

    private static InetAddress host(int number) {
        return InetAddress.ofLiteral("10.0.0." + number);
    }
}
