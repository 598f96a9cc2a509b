package culvert.esp;

import culvert.model.Offload;
import java.util.EnumSet;
import java.util.Set;

/**
 * How one tunnel's dataplane works.
 *
 * @param mtuBytes the longest inner packet that there can be, and the MTU at first
 * @param crypto whose AES-GCM
 * @param copyDscp outer headers carry the inner packet's DSCP, else 0; ECN is copied always
 * @param offloads those that may be used, where the kernel has them
 */
public record DataplaneSettings(
        int mtuBytes, CryptoBackend crypto, boolean copyDscp, Set<Offload> offloads) {
    private static final int SMALLEST_MTU = 576;
    private static final int LARGEST_MTU = 9000;

    public DataplaneSettings {
        if (mtuBytes < SMALLEST_MTU || mtuBytes > LARGEST_MTU) {
            throw new IllegalArgumentException(
                    "MTU %d is not within %d to %d".formatted(mtuBytes, SMALLEST_MTU, LARGEST_MTU));
        }
        offloads = Set.copyOf(offloads);
    }

    /** DSCP copied, every offload on. */
    public static DataplaneSettings of(int mtuBytes, CryptoBackend crypto) {
        return new DataplaneSettings(mtuBytes, crypto, true, EnumSet.allOf(Offload.class));
    }

    boolean uses(Offload offload) {
        return offloads.contains(offload);
    }
}
