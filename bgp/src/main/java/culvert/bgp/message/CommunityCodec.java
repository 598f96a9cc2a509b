package culvert.bgp.message;

import culvert.bgp.message.PathAttribute.ClusterList;
import culvert.bgp.message.PathAttribute.Communities;
import culvert.bgp.message.PathAttribute.ExtendedCommunities;
import culvert.bgp.message.PathAttribute.LargeCommunities;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Attributes that are a list of elements of one size: communities and CLUSTER_LIST. */
final class CommunityCodec {
    private CommunityCodec() {}

    /** Empty when the length is zero or not a multiple (RFC 7606 7.8, 7.10, 7.14; RFC 8092 6). */
    static Optional<PathAttribute> decode(AttributeType type, OctetReader value) {
        int size =
                switch (type) {
                    case EXTENDED_COMMUNITIES -> 8;
                    case LARGE_COMMUNITIES -> 12;
                    default -> 4;
                };
        if (value.isAtEnd() || value.remaining() % size != 0) {
            return Optional.empty();
        }
        return Optional.of(
                switch (type) {
                    case COMMUNITIES -> new Communities(integers(value));
                    case CLUSTER_LIST -> new ClusterList(integers(value));
                    case EXTENDED_COMMUNITIES -> {
                        List<Long> values = new ArrayList<>();
                        while (!value.isAtEnd()) {
                            values.add(value.leading(8));
                        }
                        yield new ExtendedCommunities(values);
                    }
                    case LARGE_COMMUNITIES -> {
                        List<LargeCommunities.Large> values = new ArrayList<>();
                        while (!value.isAtEnd()) {
                            values.add(
                                    new LargeCommunities.Large(
                                            value.i32(), value.i32(), value.i32()));
                        }
                        yield new LargeCommunities(values);
                    }
                    default -> throw new IllegalArgumentException(type + " is not a list");
                });
    }

    private static List<Integer> integers(OctetReader value) {
        List<Integer> values = new ArrayList<>();
        while (!value.isAtEnd()) {
            values.add(value.i32());
        }
        return values;
    }
}
