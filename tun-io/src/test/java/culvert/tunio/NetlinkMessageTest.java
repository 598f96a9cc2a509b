package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Bytes as a little-endian host has them. */
class NetlinkMessageTest {
    @Test
    void encodesARouteThroughANexthop() {
        Route route =
                new Route(
                        InetAddress.ofLiteral("10.1.2.0"),
                        24,
                        new RouteTarget.ViaNexthop(1000),
                        50);
        assertEquals(
                "34000000 1800 0105 01000000 00000000"
                        + " 02180000 fed50001 00000000"
                        + " 08000100 0a010200"
                        + " 08000600 32000000"
                        + " 08001e00 e8030000",
                encoded(Route.RTM_NEWROUTE, route::encode));
    }

    @Test
    void encodesANexthopGroup() {
        Nexthop group = new Nexthop.Group(1000, List.of(11, 12));
        assertEquals(
                "34000000 6800 0105 01000000 00000000"
                        + " 0000d500 00000000"
                        + " 08000100 e8030000"
                        + " 14000200 0b000000 00000000 0c000000 00000000",
                encoded(
                        NexthopMessage.RTM_NEWNEXTHOP,
                        message -> NexthopMessage.encode(message, group)));
    }

    @Test
    void padsAttributesThatAreNotAMultipleOfFour() {
        assertEquals(
                "24000000 1000 0105 01000000 00000000"
                        + " 07000300 6c6f0000"
                        + " 0a000300 6c6f6f70 30000000",
                encoded(16, message -> message.attribute(3, "lo").attribute(3, "loop0")));
    }

    @Property
    void noBytesMakeTheReadersFail(
            @ForAll byte[] bytes, @ForAll @IntRange(max = 40) int fromOffset) {
        ByteBuffer message = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        NetlinkAttributes attributes = new NetlinkAttributes(message, fromOffset);
        for (int type = 0; type < 256; type++) {
            attributes.number(type);
            attributes.address(type);
            attributes.text(type);
            attributes.bytes(type);
        }
    }

    private static String encoded(int type, Consumer<NetlinkMessage> write) {
        ByteBuffer buffer = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        int flags = NetlinkMessage.NLM_F_CREATE | NetlinkMessage.NLM_F_REPLACE;
        NetlinkMessage message = new NetlinkMessage(buffer, type, flags, 1);
        write.accept(message);
        message.finish();
        String hex = HexFormat.of().formatHex(buffer.array(), 0, buffer.position());
        StringBuilder words = new StringBuilder(hex.substring(0, 8));
        words.append(' ').append(hex, 8, 12).append(' ').append(hex, 12, 16);
        for (int i = 16; i < hex.length(); i += 8) {
            words.append(' ').append(hex, i, i + 8);
        }
        return words.toString();
    }
}
