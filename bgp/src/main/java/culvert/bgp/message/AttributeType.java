package culvert.bgp.message;

import java.util.Optional;

/** Path attributes that have a rule here, with the flags that their RFC gives them. */
enum AttributeType {
    ORIGIN(1, Flags.WELL_KNOWN),
    AS_PATH(2, Flags.WELL_KNOWN),
    NEXT_HOP(3, Flags.WELL_KNOWN),
    MULTI_EXIT_DISC(4, Flags.OPTIONAL),
    LOCAL_PREF(5, Flags.WELL_KNOWN),
    ATOMIC_AGGREGATE(6, Flags.WELL_KNOWN),
    AGGREGATOR(7, Flags.OPTIONAL_TRANSITIVE),
    COMMUNITIES(8, Flags.OPTIONAL_TRANSITIVE),
    ORIGINATOR_ID(9, Flags.OPTIONAL),
    CLUSTER_LIST(10, Flags.OPTIONAL),
    MP_REACH_NLRI(14, Flags.OPTIONAL),
    MP_UNREACH_NLRI(15, Flags.OPTIONAL),
    EXTENDED_COMMUNITIES(16, Flags.OPTIONAL_TRANSITIVE),
    AS4_PATH(17, Flags.OPTIONAL_TRANSITIVE),
    AS4_AGGREGATOR(18, Flags.OPTIONAL_TRANSITIVE),
    IPV6_EXTENDED_COMMUNITIES(25, Flags.OPTIONAL_TRANSITIVE),
    AIGP(26, Flags.OPTIONAL),
    LARGE_COMMUNITIES(32, Flags.OPTIONAL_TRANSITIVE),
    ONLY_TO_CUSTOMER(35, Flags.OPTIONAL_TRANSITIVE),
    PREFIX_SID(40, Flags.OPTIONAL_TRANSITIVE);

    /** The flags octet (RFC 4271 4.3). */
    static final class Flags {
        static final int OPTIONAL = 0x80;
        static final int TRANSITIVE = 0x40;
        static final int PARTIAL = 0x20;
        static final int EXTENDED_LENGTH = 0x10;
        static final int WELL_KNOWN = TRANSITIVE;
        static final int OPTIONAL_TRANSITIVE = OPTIONAL | TRANSITIVE;

        private Flags() {}
    }

    private static final AttributeType[] BY_CODE = new AttributeType[256];

    static {
        for (AttributeType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final int flags;

    AttributeType(int code, int flags) {
        this.code = code;
        this.flags = flags;
    }

    static Optional<AttributeType> of(int code) {
        return Optional.ofNullable(BY_CODE[code]);
    }

    static String name(int code) {
        return of(code).map(AttributeType::name).orElse("attribute " + code);
    }

    int code() {
        return code;
    }

    int flags() {
        return flags;
    }

    /** RFC 7606 3 c: only Optional and Transitive can be wrong; the other bits are not judged. */
    boolean agreesWith(int octet) {
        return (octet & Flags.OPTIONAL_TRANSITIVE) == flags;
    }
}
