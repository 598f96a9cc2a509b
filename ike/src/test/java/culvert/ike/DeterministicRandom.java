package culvert.ike;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/** Octets that follow from a seed, so that a run can be replayed. Not random to an attacker. */
final class DeterministicRandom extends SecureRandom {
    private static final long serialVersionUID = 1;

    private final transient SplittableRandom source;

    DeterministicRandom(long seed) {
        source = new SplittableRandom(seed);
    }

    @Override
    public void nextBytes(byte[] bytes) {
        // The superclass asks for octets before the source is there.
        if (source != null) {
            source.nextBytes(bytes);
        }
    }
}
