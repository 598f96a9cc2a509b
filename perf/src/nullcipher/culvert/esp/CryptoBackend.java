package culvert.esp;

import culvert.model.EspSuite;
import culvert.model.Secret;
import culvert.tunio.AesGcm;

/**
 * Chooses the {@link NullCipher}, without the self-test that it could not pass. {@code
 * perf/compare} puts this over the real class with {@code --patch-module}; no build of Culvert
 * contains it.
 */
public enum CryptoBackend {
    NONE;

    /** As the real class has it. */
    public record Selection(CryptoBackend backend, String why) {}

    public static Selection select() {
        return new Selection(NONE, "no cipher, to measure the path alone");
    }

    AesGcm forSealing(EspSuite suite, Secret keymat, boolean extended) {
        return new NullCipher();
    }

    AesGcm forOpening(EspSuite suite, Secret keymat, boolean extended) {
        return new NullCipher();
    }
}
