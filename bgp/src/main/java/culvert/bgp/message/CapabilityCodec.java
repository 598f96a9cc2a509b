package culvert.bgp.message;

import culvert.bgp.message.Capability.EnhancedRouteRefresh;
import culvert.bgp.message.Capability.ExtendedMessages;
import culvert.bgp.message.Capability.FourOctetAs;
import culvert.bgp.message.Capability.GracefulRestart;
import culvert.bgp.message.Capability.GracefulRestart.Preserved;
import culvert.bgp.message.Capability.MultiProtocol;
import culvert.bgp.message.Capability.RouteRefreshing;
import culvert.bgp.message.Capability.Unknown;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Capabilities as code (1 octet), length (1 octet), value (RFC 5492 4). */
final class CapabilityCodec {
    private static final int RESTARTING = 0x8000;
    private static final int NOTIFICATION = 0x4000;
    private static final int RESTART_TIME = 0x0FFF;
    private static final int FORWARDING = 0x80;

    private CapabilityCodec() {}

    /** Whether all could be read. An unknown code is no error, whatever its value holds. */
    static boolean decode(OctetReader field, List<Capability> into) {
        while (!field.isAtEnd()) {
            if (field.remaining() < 2) {
                return false;
            }
            int code = field.u8();
            int length = field.u8();
            if (length > field.remaining()) {
                return false;
            }
            Optional<Capability> capability = value(code, field.slice(length));
            if (capability.isEmpty()) {
                return false;
            }
            into.add(capability.get());
        }
        return true;
    }

    private static Optional<Capability> value(int code, OctetReader value) {
        return switch (code) {
            case MultiProtocol.CODE -> {
                if (value.remaining() != 4) {
                    yield Optional.empty();
                }
                int afi = value.u16();
                value.u8(); // reserved
                yield Optional.of(new MultiProtocol(afi, value.u8()));
            }
            case RouteRefreshing.CODE -> empty(value, new RouteRefreshing());
            case ExtendedMessages.CODE -> empty(value, new ExtendedMessages());
            case EnhancedRouteRefresh.CODE -> empty(value, new EnhancedRouteRefresh());
            case GracefulRestart.CODE -> gracefulRestart(value);
            case FourOctetAs.CODE ->
                    value.remaining() == 4
                            ? Optional.of(new FourOctetAs(value.i32()))
                            : Optional.empty();
            default -> Optional.of(new Unknown(code, value.rest()));
        };
    }

    private static Optional<Capability> empty(OctetReader value, Capability capability) {
        return value.isAtEnd() ? Optional.of(capability) : Optional.empty();
    }

    /** Flags (4 bits), restart time (12 bits), then AFI (2), SAFI (1), flags (1) per family. */
    private static Optional<Capability> gracefulRestart(OctetReader value) {
        if (value.remaining() % 4 != 2) {
            return Optional.empty();
        }
        int word = value.u16();
        List<Preserved> families = new ArrayList<>();
        while (!value.isAtEnd()) {
            int afi = value.u16();
            int safi = value.u8();
            families.add(new Preserved(afi, safi, (value.u8() & FORWARDING) != 0));
        }
        return Optional.of(
                new GracefulRestart(
                        (word & RESTARTING) != 0,
                        (word & NOTIFICATION) != 0,
                        word & RESTART_TIME,
                        families));
    }

    static void encode(OctetWriter out, Capability capability) {
        out.u8(capability.code());
        int lengthAt = out.length();
        out.u8(0);
        switch (capability) {
            case MultiProtocol m -> out.u16(m.afi()).u8(0).u8(m.safi());
            case RouteRefreshing r -> {}
            case ExtendedMessages e -> {}
            case EnhancedRouteRefresh e -> {}
            case FourOctetAs f -> out.i32(f.asn());
            case Unknown u -> out.octets(u.value());
            case GracefulRestart g -> {
                out.u16(
                        (g.restarting() ? RESTARTING : 0)
                                | (g.notification() ? NOTIFICATION : 0)
                                | g.restartTimeSeconds());
                for (Preserved family : g.families()) {
                    out.u16(family.afi()).u8(family.safi());
                    out.u8(family.forwarding() ? FORWARDING : 0);
                }
            }
        }
        out.setU8(lengthAt, out.length() - lengthAt - 1);
    }
}
