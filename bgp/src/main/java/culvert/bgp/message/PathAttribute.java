package culvert.bgp.message;

import culvert.bgp.message.AttributeType.Flags;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** One attribute of a path, apart from next hop and NLRI, which {@link Update} holds. */
public sealed interface PathAttribute {

    int typeCode();

    /** Where the path came from (RFC 4271 4.3); lower is preferred. */
    enum OriginCode {
        IGP(0),
        EGP(1),
        INCOMPLETE(2);

        private final int value;

        OriginCode(int value) {
            this.value = value;
        }

        static Optional<OriginCode> of(int value) {
            return Arrays.stream(values()).filter(c -> c.value == value).findFirst();
        }

        /** The octet on the wire. */
        public int value() {
            return value;
        }
    }

    record Origin(OriginCode code) implements PathAttribute {
        @Override
        public int typeCode() {
            return AttributeType.ORIGIN.code();
        }
    }

    /** The AS_PATH attribute. */
    record Path(AsPath asPath) implements PathAttribute {
        @Override
        public int typeCode() {
            return AttributeType.AS_PATH.code();
        }
    }

    /**
     * The neighbor's wish where its AS is entered (RFC 4271 5.1.4).
     *
     * @param metric 0 to 2^32-1; lower is preferred
     */
    record MultiExitDisc(long metric) implements PathAttribute {
        @Override
        public int typeCode() {
            return AttributeType.MULTI_EXIT_DISC.code();
        }
    }

    /**
     * The preference that an AS agrees on (RFC 4271 5.1.5).
     *
     * @param preference 0 to 2^32-1; higher is preferred
     */
    record LocalPref(long preference) implements PathAttribute {
        @Override
        public int typeCode() {
            return AttributeType.LOCAL_PREF.code();
        }
    }

    record AtomicAggregate() implements PathAttribute {
        @Override
        public int typeCode() {
            return AttributeType.ATOMIC_AGGREGATE.code();
        }
    }

    /**
     * Who aggregated the route (RFC 4271 5.1.7).
     *
     * @param asn AS that aggregated, unsigned
     * @param address the speaker's IPv4 address, four octets
     */
    record Aggregator(int asn, int address) implements PathAttribute {
        @Override
        public int typeCode() {
            return AttributeType.AGGREGATOR.code();
        }
    }

    /** Plain communities of four octets (RFC 1997). */
    record Communities(List<Integer> values) implements PathAttribute {
        public static final int GRACEFUL_SHUTDOWN = 0xFFFF0000;
        public static final int NO_EXPORT = 0xFFFFFF01;
        public static final int NO_ADVERTISE = 0xFFFFFF02;
        public static final int NO_EXPORT_SUBCONFED = 0xFFFFFF03;

        public Communities {
            values = List.copyOf(values);
        }

        public boolean contains(int community) {
            return values.contains(community);
        }

        @Override
        public int typeCode() {
            return AttributeType.COMMUNITIES.code();
        }
    }

    /** Extended communities of eight octets (RFC 4360). */
    record ExtendedCommunities(List<Long> values) implements PathAttribute {
        /** Bit of the type octet that keeps a community within its AS (RFC 4360 2). */
        private static final long NON_TRANSITIVE = 0x40L << 56;

        public ExtendedCommunities {
            values = List.copyOf(values);
        }

        /** Those that may leave the AS. */
        public ExtendedCommunities transitive() {
            return new ExtendedCommunities(
                    values.stream().filter(v -> (v & NON_TRANSITIVE) == 0).toList());
        }

        @Override
        public int typeCode() {
            return AttributeType.EXTENDED_COMMUNITIES.code();
        }
    }

    /** Large communities of twelve octets (RFC 8092). */
    record LargeCommunities(List<Large> values) implements PathAttribute {
        public LargeCommunities {
            values = List.copyOf(values);
        }

        /** Three unsigned numbers of four octets. */
        public record Large(int administrator, int first, int second) {}

        @Override
        public int typeCode() {
            return AttributeType.LARGE_COMMUNITIES.code();
        }
    }

    /** BGP identifier of the router that brought the path into this AS (RFC 4456 8). */
    record OriginatorId(int bgpIdentifier) implements PathAttribute {
        @Override
        public int typeCode() {
            return AttributeType.ORIGINATOR_ID.code();
        }
    }

    /** Route reflectors that the path went through (RFC 4456 8). */
    record ClusterList(List<Integer> clusterIds) implements PathAttribute {
        public ClusterList {
            clusterIds = List.copyOf(clusterIds);
        }

        @Override
        public int typeCode() {
            return AttributeType.CLUSTER_LIST.code();
        }
    }

    /**
     * An optional transitive attribute that Culvert carries without reading it.
     *
     * @param partial a speaker on the way did not know it (RFC 4271 5)
     */
    record Opaque(int typeCode, boolean partial, Octets value) implements PathAttribute {
        int flags() {
            return Flags.OPTIONAL_TRANSITIVE | (partial ? Flags.PARTIAL : 0);
        }
    }
}
