package culvert.ike.message;

import culvert.ike.message.Payload.Side;
import culvert.model.TrafficSelector;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * TSi and TSr: a count, then that many selectors (RFC 7296 3.13).
 *
 * <pre>
 *                      1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +---------------+-----------------------------------------------+
 * | Number of TSs |                  RESERVED                     |
 * +---------------+-----------------------------------------------+
 *
 * +---------------+---------------+-------------------------------+
 * |   TS Type     | IP Protocol   |       Selector Length         |
 * +---------------+---------------+-------------------------------+
 * |          Start Port           |           End Port            |
 * +-------------------------------+-------------------------------+
 * |          Starting Address, then Ending Address (4 or 16 each) |
 * +---------------------------------------------------------------+
 * </pre>
 */
final class TsCodec {
    private static final int TS_IPV4_ADDR_RANGE = 7;
    private static final int TS_IPV6_ADDR_RANGE = 8;
    private static final int SELECTOR_HEADER_BYTES = 4;

    private TsCodec() {}

    static TsPayload decode(Side side, OctetReader in) throws MalformedMessageException {
        int count = in.u8();
        in.skip(3);
        if (count == 0) {
            throw MalformedMessageException.syntax("a TS payload without selectors");
        }
        List<TrafficSelector> selectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int type = in.u8();
            int protocol = in.u8();
            int lengthBytes = in.u16();
            if (lengthBytes < SELECTOR_HEADER_BYTES) {
                throw MalformedMessageException.syntax(
                        "a selector has the impossible length " + lengthBytes);
            }
            OctetReader body = in.slice("selector", lengthBytes - SELECTOR_HEADER_BYTES);
            switch (type) {
                case TS_IPV4_ADDR_RANGE -> range(protocol, 4, body).ifPresent(selectors::add);
                case TS_IPV6_ADDR_RANGE -> range(protocol, 16, body).ifPresent(selectors::add);
                // RFC 7296 2.9: what we do not understand is narrowed away.
                default -> {}
            }
        }
        in.requireEnd();
        return new TsPayload(side, selectors);
    }

    /** Empty for OPAQUE ports, which no policy here can express. */
    private static Optional<TrafficSelector> range(int protocol, int addressBytes, OctetReader in)
            throws MalformedMessageException {
        int startPort = in.u16();
        int endPort = in.u16();
        byte[] start = in.bytes(addressBytes);
        byte[] end = in.bytes(addressBytes);
        in.requireEnd();
        if (Arrays.compareUnsigned(start, end) > 0) {
            throw MalformedMessageException.syntax("a selector's addresses start after their end");
        }
        if (startPort == TrafficSelector.LAST_PORT && endPort == 0) {
            return Optional.empty();
        }
        if (startPort > endPort) {
            throw MalformedMessageException.syntax("a selector's ports start after their end");
        }
        return Optional.of(
                new TrafficSelector(protocol, startPort, endPort, address(start), address(end)));
    }

    private static InetAddress address(byte[] octets) {
        try {
            // The general factory would turn an IPv4-mapped address into IPv4 and mix the families.
            return octets.length == 4
                    ? InetAddress.getByAddress(octets)
                    : Inet6Address.getByAddress(null, octets, -1);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 octets", e);
        }
    }

    static void encode(TsPayload ts, OctetWriter out) {
        if (ts.selectors().isEmpty() || ts.selectors().size() > Limits.SELECTORS) {
            throw new IllegalArgumentException(ts.selectors().size() + " selectors");
        }
        out.u8(ts.selectors().size()).zeros(3);
        for (TrafficSelector selector : ts.selectors()) {
            byte[] start = selector.startAddress().getAddress();
            out.u8(selector.isIpv4() ? TS_IPV4_ADDR_RANGE : TS_IPV6_ADDR_RANGE)
                    .u8(selector.protocol())
                    .u16(SELECTOR_HEADER_BYTES + 4 + 2 * start.length)
                    .u16(selector.startPort())
                    .u16(selector.endPort())
                    .bytes(start)
                    .bytes(selector.endAddress().getAddress());
        }
    }
}
