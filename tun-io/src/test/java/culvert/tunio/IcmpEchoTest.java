package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class IcmpEchoTest {
    private static final InetAddress PEER = InetAddress.ofLiteral("192.0.2.1");

    @Property
    void noPacketMakesTheReaderFail(@ForAll byte[] packet, @ForAll boolean inet6) {
        IcmpEcho.reply(ByteBuffer.wrap(packet), inet6, 0, PEER);
    }

    @Property
    void theChecksumOfARequestComesOutAsZero(
            @ForAll int identifier,
            @ForAll int sequence,
            @ForAll long timeNanos,
            @ForAll @IntRange(min = 8, max = 100) int payloadBytes) {
        byte[] request = IcmpEcho.request(false, identifier, sequence, timeNanos, payloadBytes);
        int sum = 0;
        for (int i = 0; i < request.length; i += 2) {
            int low = i + 1 < request.length ? Byte.toUnsignedInt(request[i + 1]) : 0;
            sum += (Byte.toUnsignedInt(request[i]) << 8) + low;
        }
        assertEquals(0xffff, (sum & 0xffff) + (sum >>> 16));
    }

    @Test
    void takesAReplyBehindAnIpv4HeaderWithOptions() {
        ByteBuffer packet = ByteBuffer.allocate(24 + 16);
        packet.put(0, (byte) 0x46);
        packet.put(24, (byte) IcmpEcho.REPLY_V4).putShort(28, (short) 5).putShort(30, (short) 9);
        packet.putLong(32, 77);
        assertEquals(
                Optional.of(new EchoReply(PEER, 9, 77, 8)), IcmpEcho.reply(packet, false, 5, PEER));
        assertEquals(Optional.empty(), IcmpEcho.reply(packet, false, 6, PEER), "not ours");
        assertEquals(
                Optional.empty(), IcmpEcho.reply(packet.slice(0, 39), false, 5, PEER), "cut off");
        packet.put(24, (byte) 8);
        assertEquals(Optional.empty(), IcmpEcho.reply(packet, false, 5, PEER), "a request");
    }
}
