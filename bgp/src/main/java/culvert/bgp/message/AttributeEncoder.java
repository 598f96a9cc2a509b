package culvert.bgp.message;

import culvert.bgp.message.AttributeType.Flags;
import culvert.bgp.message.PathAttribute.Aggregator;
import culvert.bgp.message.PathAttribute.Path;
import java.net.InetAddress;
import java.util.List;

/** Writes path attributes, in ascending order of type but for MP_REACH_NLRI, which comes first. */
final class AttributeEncoder {
    private AttributeEncoder() {}

    static void encode(OctetWriter out, PathAttributes attributes, boolean fourOctetAs) {
        for (PathAttribute attribute : attributes.all()) {
            OctetWriter value = new OctetWriter();
            encodeValue(value, attribute, fourOctetAs);
            int flags =
                    attribute instanceof PathAttribute.Opaque opaque
                            ? opaque.flags()
                            : AttributeType.of(attribute.typeCode()).orElseThrow().flags();
            attribute(out, flags, attribute.typeCode(), value);
            if (!fourOctetAs) {
                encodeFourOctetTwin(out, attribute);
            }
        }
    }

    static int lengthOctets(PathAttributes attributes, boolean fourOctetAs) {
        OctetWriter out = new OctetWriter();
        encode(out, attributes, fourOctetAs);
        return out.length();
    }

    private static void encodeValue(OctetWriter out, PathAttribute attribute, boolean fourOctetAs) {
        switch (attribute) {
            case PathAttribute.Origin o -> out.u8(o.code().value());
            case Path p -> AsPathCodec.encode(out, p.asPath(), fourOctetAs);
            case PathAttribute.MultiExitDisc m -> out.i32((int) m.metric());
            case PathAttribute.LocalPref l -> out.i32((int) l.preference());
            case PathAttribute.AtomicAggregate a -> {}
            case Aggregator a -> {
                if (fourOctetAs) {
                    out.i32(a.asn());
                } else {
                    out.u16(AsPathCodec.twoOctets(a.asn()));
                }
                out.i32(a.address());
            }
            case PathAttribute.Communities c -> c.values().forEach(out::i32);
            case PathAttribute.ExtendedCommunities e ->
                    e.values().forEach(v -> out.i32((int) (v >>> 32)).i32((int) (long) v));
            case PathAttribute.LargeCommunities l ->
                    l.values()
                            .forEach(
                                    v -> out.i32(v.administrator()).i32(v.first()).i32(v.second()));
            case PathAttribute.OriginatorId o -> out.i32(o.bgpIdentifier());
            case PathAttribute.ClusterList c -> c.clusterIds().forEach(out::i32);
            case PathAttribute.Opaque o -> out.octets(o.value());
        }
    }

    /** RFC 6793 4.2.2: what two octets cannot tell goes into AS4_PATH and AS4_AGGREGATOR. */
    private static void encodeFourOctetTwin(OctetWriter out, PathAttribute attribute) {
        if (attribute instanceof Path p && p.asPath().needsFourOctets()) {
            OctetWriter value = new OctetWriter();
            AsPathCodec.encode(value, p.asPath(), true);
            attribute(out, Flags.OPTIONAL_TRANSITIVE, AttributeType.AS4_PATH.code(), value);
        }
        if (attribute instanceof Aggregator a && a.asn() >>> 16 != 0) {
            OctetWriter value = new OctetWriter().i32(a.asn()).i32(a.address());
            attribute(out, Flags.OPTIONAL_TRANSITIVE, AttributeType.AS4_AGGREGATOR.code(), value);
        }
    }

    static void nextHop(OctetWriter out, InetAddress address) {
        OctetWriter value = new OctetWriter().bytes(address.getAddress());
        attribute(out, Flags.WELL_KNOWN, AttributeType.NEXT_HOP.code(), value);
    }

    static void reach(OctetWriter out, AddressFamily family, InetAddress nextHop, List<Nlri> nlri) {
        OctetWriter value = new OctetWriter().u16(family.afi()).u8(family.safi());
        byte[] octets = MultiprotocolCodec.nextHopOctets(family, nextHop);
        value.u8(octets.length).bytes(octets).u8(0);
        NlriCodec.encode(value, nlri);
        attribute(out, Flags.OPTIONAL, AttributeType.MP_REACH_NLRI.code(), value);
    }

    static void unreach(OctetWriter out, AddressFamily family, List<Nlri> nlri) {
        OctetWriter value = new OctetWriter().u16(family.afi()).u8(family.safi());
        NlriCodec.encode(value, nlri);
        attribute(out, Flags.OPTIONAL, AttributeType.MP_UNREACH_NLRI.code(), value);
    }

    private static void attribute(OctetWriter out, int flags, int code, OctetWriter value) {
        if (value.length() > 0xFF) {
            out.u8(flags | Flags.EXTENDED_LENGTH).u8(code).u16(value.length());
        } else {
            out.u8(flags).u8(code).u8(value.length());
        }
        out.bytes(value.toByteArray());
    }
}
