package culvert.esp;

import culvert.model.EspSuite;
import culvert.model.Secret;
import culvert.tunio.AesGcm;
import culvert.tunio.MultiBufferAesGcm;
import culvert.tunio.NativeAesGcm;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.stream.Stream;

/** Whose AES-GCM seals and opens packets: the fastest first. */
public enum CryptoBackend {
    /** Intel's ipsec-mb library, off-heap, one call per packet: x86-64 with AVX2 or AVX-512. */
    IPSEC_MB("Intel's ipsec-mb library"),
    /** OpenSSL's libcrypto.so.3, off-heap. */
    LIBCRYPTO("libcrypto.so.3"),
    /** The JDK's cipher on heap arrays: correct everywhere, slower, allocates. */
    JDK("the JDK");

    private final String words;

    CryptoBackend(String words) {
        this.words = words;
    }

    /**
     * A choice and its reason.
     *
     * @param why one line for people
     */
    public record Selection(CryptoBackend backend, String why) {}

    /**
     * Picks the fastest that this machine has and that gives known answers.
     *
     * @throws IllegalStateException when none gives known answers
     */
    public static Selection select() {
        return select(CryptoBackend::problem);
    }

    static Selection select(Function<CryptoBackend, Optional<String>> problems) {
        var passedOver = new StringJoiner("; ");
        for (CryptoBackend backend : values()) {
            Optional<String> problem = problems.apply(backend);
            if (problem.isEmpty()) {
                String why = "AES-GCM by " + backend.words + ", self-test passed";
                return new Selection(
                        backend,
                        passedOver.length() == 0
                                ? why
                                : why + " (faster, but: " + passedOver + ")");
            }
            passedOver.add(backend.words + ": " + problem.get());
        }
        throw new IllegalStateException("no working AES-GCM: " + passedOver);
    }

    /** The backends that work on this machine. */
    static List<CryptoBackend> working() {
        return Stream.of(values()).filter(backend -> backend.problem().isEmpty()).toList();
    }

    private Optional<String> problem() {
        Optional<String> missing =
                switch (this) {
                    case IPSEC_MB -> MultiBufferAesGcm.unavailable();
                    case LIBCRYPTO -> NativeAesGcm.unavailable();
                    case JDK -> Optional.empty();
                };
        return missing.or(() -> AesGcmSelfTest.run(this));
    }

    /** A cipher for the sender's end of an SA, with or without extended sequence numbers. */
    AesGcm forSealing(EspSuite suite, Secret keymat, boolean extended) {
        byte[] octets = checked(suite, keymat);
        return switch (this) {
            case IPSEC_MB -> MultiBufferAesGcm.keyed(octets, extended);
            case LIBCRYPTO -> NativeAesGcm.forSealing(octets, extended);
            case JDK -> JdkAesGcm.forSealing(octets, extended);
        };
    }

    /** A cipher for the receiver's end. */
    AesGcm forOpening(EspSuite suite, Secret keymat, boolean extended) {
        byte[] octets = checked(suite, keymat);
        return switch (this) {
            case IPSEC_MB -> MultiBufferAesGcm.keyed(octets, extended);
            case LIBCRYPTO -> NativeAesGcm.forOpening(octets, extended);
            case JDK -> JdkAesGcm.forOpening(octets, extended);
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
