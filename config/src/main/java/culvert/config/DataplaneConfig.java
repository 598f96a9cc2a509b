package culvert.config;

import culvert.model.Offload;
import java.util.EnumSet;
import java.util.Set;

/**
 * How a tunnel's packets are moved.
 *
 * @param offloads those that may be used where the kernel has them
 * @param dontFragment whether outer IPv4 headers carry DF
 * @param copyDscp whether outer headers carry the DSCP of the inner packet
 */
public record DataplaneConfig(Set<Offload> offloads, boolean dontFragment, boolean copyDscp) {
    /** What a file that says nothing gets. */
    public static final DataplaneConfig DEFAULT =
            new DataplaneConfig(EnumSet.allOf(Offload.class), false, true);

    public DataplaneConfig {
        offloads = Set.copyOf(offloads);
    }
}
