package culvert.esp;

import culvert.model.EspSuite;
import culvert.model.Secret;
import culvert.tunio.NativeAesGcm;
import java.util.Optional;

/** Whose AES-GCM seals and opens packets. */
public enum CryptoBackend {
    /** OpenSSL's libcrypto.so.3, off-heap. */
    LIBCRYPTO,
    /** The JDK's cipher on heap arrays: correct everywhere, slower, allocates. */
    JDK;

    /**
     * A choice and its reason.
     *
     * @param why one line for people
     */
    public record Selection(CryptoBackend backend, String why) {}

    /**
     * Picks libcrypto when it is there and gives known answers, else the JDK.
     *
     * @throws IllegalStateException when neither gives known answers
     */
    public static Selection select() {
        return select(NativeAesGcm.unavailable().or(() -> AesGcmSelfTest.run(LIBCRYPTO)));
    }

    /**
     * @param problem what is wrong with libcrypto; empty when nothing is
     */
    static Selection select(Optional<String> problem) {
        if (problem.isEmpty()) {
            return new Selection(LIBCRYPTO, "AES-GCM by libcrypto.so.3, self-test passed");
        }
        AesGcmSelfTest.run(JDK)
                .ifPresent(
                        failure -> {
                            throw new IllegalStateException(
                                    "no working AES-GCM: " + problem.get() + "; " + failure);
                        });
        return new Selection(JDK, "AES-GCM by the JDK, slower, because " + problem.get());
    }

    AesGcm forSealing(EspSuite suite, Secret keymat) {
        byte[] octets = checked(suite, keymat);
        return switch (this) {
            case LIBCRYPTO -> LibCryptoAesGcm.forSealing(octets);
            case JDK -> JdkAesGcm.forSealing(octets);
        };
    }

    AesGcm forOpening(EspSuite suite, Secret keymat) {
        byte[] octets = checked(suite, keymat);
        return switch (this) {
            case LIBCRYPTO -> LibCryptoAesGcm.forOpening(octets);
            case JDK -> JdkAesGcm.forOpening(octets);
        };
    }

    private static byte[] checked(EspSuite suite, Secret keymat) {
        if (keymat.length() != suite.keymatBytes()) {
            throw new IllegalArgumentException(
                    "%s takes %d octets of KEYMAT, not %d"
                            .formatted(suite.keyword(), suite.keymatBytes(), keymat.length()));
        }
        return keymat.octets();
    }
}
