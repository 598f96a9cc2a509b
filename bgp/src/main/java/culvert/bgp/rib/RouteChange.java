package culvert.bgp.rib;

import culvert.bgp.message.Nlri;
import culvert.model.IpPrefix;
import java.util.List;

/**
 * A prefix whose packets go elsewhere from now on.
 *
 * @param destination the prefix, packed
 * @param nextHops where to send; empty when nowhere
 */
public record RouteChange(Nlri destination, List<NextHop> nextHops) {
    public boolean isWithdrawn() {
        return nextHops.isEmpty();
    }

    public IpPrefix prefix() {
        return destination.toPrefix();
    }
}
