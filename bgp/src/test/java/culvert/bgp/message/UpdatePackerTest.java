package culvert.bgp.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.PathAttribute.Opaque;
import culvert.bgp.message.PathAttribute.Origin;
import culvert.bgp.message.PathAttribute.OriginCode;
import culvert.bgp.message.PathAttribute.Path;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UpdatePackerTest {
    private static final PathAttributes ATTRIBUTES =
            PathAttributes.of(
                    List.of(
                            new Origin(OriginCode.IGP),
                            new Path(AsPath.sequence(64512, 4_200_000))));

    @Test
    void packsAllPrefixesIntoFullMessages() {
        for (Negotiated session : List.of(Wire.EBGP, Wire.OLD_EBGP)) {
            for (boolean ipv6 : new boolean[] {false, true}) {
                List<Nlri> prefixes = prefixes(5000, ipv6);
                UpdatePacker packer = new UpdatePacker(session);
                InetAddress nextHop = InetAddress.ofLiteral(ipv6 ? "fd00::1" : "169.254.1.1");
                List<byte[]> messages = packer.announce(ATTRIBUTES, nextHop, prefixes);
                List<Nlri> announced = new ArrayList<>();
                for (byte[] message : messages) {
                    assertTrue(message.length <= MessageFramer.MAXIMUM_OCTETS);
                    Update update = update(message, session);
                    assertEquals(ATTRIBUTES, update.attributes());
                    assertEquals(nextHop, update.reachable().getFirst().nextHop());
                    announced.addAll(update.reachable().getFirst().prefixes());
                }
                assertEquals(prefixes, announced);
                assertTrue(messages.getFirst().length > 4000, "the first message is full");
            }
        }
    }

    @Test
    void packsWithdrawnPrefixes() {
        for (boolean ipv6 : new boolean[] {false, true}) {
            List<Nlri> prefixes = prefixes(5000, ipv6);
            List<Nlri> withdrawn = new ArrayList<>();
            for (byte[] message : new UpdatePacker(Wire.EBGP).withdraw(prefixes)) {
                assertTrue(message.length <= MessageFramer.MAXIMUM_OCTETS);
                withdrawn.addAll(update(message, Wire.EBGP).withdrawn());
            }
            assertEquals(prefixes, withdrawn);
        }
    }

    @Test
    void packsNothingWhenTheAttributesFillTheMessage() {
        PathAttributes large =
                ATTRIBUTES.with(new Opaque(200, false, Octets.copyOf(new byte[4080])));
        List<byte[]> messages =
                new UpdatePacker(Wire.EBGP)
                        .announce(large, InetAddress.ofLiteral("169.254.1.1"), prefixes(1, false));
        assertEquals(List.of(), messages);
    }

    @Test
    void mapsAnIpv4NextHopOfIpv6Prefixes() {
        byte[] message =
                new UpdatePacker(Wire.EBGP)
                        .announce(
                                ATTRIBUTES, InetAddress.ofLiteral("169.254.1.1"), prefixes(1, true))
                        .getFirst();
        assertEquals(
                InetAddress.ofLiteral("169.254.1.1"),
                update(message, Wire.EBGP).reachable().getFirst().nextHop());
    }

    private static Update update(byte[] message, Negotiated session) {
        return assertInstanceOf(
                Update.class,
                assertInstanceOf(DecodeResult.Decoded.class, Wire.decode(message, session))
                        .message());
    }

    private static List<Nlri> prefixes(int count, boolean ipv6) {
        List<Nlri> prefixes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            prefixes.add(
                    ipv6
                            ? Nlri.ipv6(0xfd00L << 48 | (long) i << 16, 0, 48 + i % 17)
                            : Nlri.ipv4(0x0a000000 | i << 8, 20 + i % 5));
        }
        return prefixes;
    }
}
