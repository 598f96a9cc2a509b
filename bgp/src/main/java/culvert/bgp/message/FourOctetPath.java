package culvert.bgp.message;

import culvert.bgp.message.PathAttribute.Aggregator;
import culvert.bgp.message.PathAttribute.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The AS4_PATH and AS4_AGGREGATOR that tell the four-octet AS numbers which a speaker with
 * two-octet ones could not write (RFC 6793 4.2.3).
 */
final class FourOctetPath {
    private @Nullable AsPath path;
    private @Nullable Aggregator aggregator;

    void setPath(AsPath path) {
        this.path = path;
    }

    void setAggregator(Aggregator aggregator) {
        this.aggregator = aggregator;
    }

    /** Puts the true AS numbers into the attributes of a two-octet session. */
    void resolve(List<PathAttribute> attributes, boolean fourOctetSession) {
        if (fourOctetSession) {
            return; // RFC 6793 4.1: between two new speakers both attributes are discarded
        }
        Optional<Aggregator> shortAggregator =
                attributes.stream()
                        .filter(Aggregator.class::isInstance)
                        .map(Aggregator.class::cast)
                        .findFirst();
        if (shortAggregator.filter(a -> a.asn() != Open.AS_TRANS).isPresent()) {
            return; // an old speaker aggregated anew: both attributes are from before
        }
        if (shortAggregator.isPresent() && aggregator != null) {
            attributes.replaceAll(a -> a instanceof Aggregator ? aggregator : a);
        }
        if (path != null) {
            AsPath four = path;
            attributes.replaceAll(a -> a instanceof Path p ? new Path(merge(p.asPath(), four)) : a);
        }
    }

    private static AsPath merge(AsPath two, AsPath four) {
        int before = two.length() - four.length();
        return before < 0 ? two : two.leading(before).followedBy(four);
    }
}
