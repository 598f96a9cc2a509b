package culvert.ike.crypto;

import java.security.SecureRandom;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.crypto.generators.MLKEMKeyPairGenerator;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMKeyGenerationParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.jspecify.annotations.Nullable;

/** A decapsulation key of ML-KEM, used once; and the other side's part (FIPS 203 7). */
final class MlKemKey implements AutoCloseable {
    /** The modulus of ML-KEM. */
    private static final int Q = 3329;

    /** What an encapsulation key has behind its coefficients. */
    private static final int SEED_BYTES = 32;

    private final byte[] encapsulationKey;
    private @Nullable MLKEMPrivateKeyParameters decapsulationKey;

    private MlKemKey(byte[] encapsulationKey, MLKEMPrivateKeyParameters decapsulationKey) {
        this.encapsulationKey = encapsulationKey;
        this.decapsulationKey = decapsulationKey;
    }

    static MlKemKey generate(MlKem kem, SecureRandom random) {
        var generator = new MLKEMKeyPairGenerator();
        generator.init(new MLKEMKeyGenerationParameters(random, kem.parameters()));
        AsymmetricCipherKeyPair pair = generator.generateKeyPair();
        return new MlKemKey(
                ((MLKEMPublicKeyParameters) pair.getPublic()).getEncoded(),
                (MLKEMPrivateKeyParameters) pair.getPrivate());
    }

    byte[] encapsulationKey() {
        return encapsulationKey;
    }

    /**
     * The shared secret of a ciphertext. One that was changed gives a secret that nobody else has
     * (FIPS 203 6.3), so that the next message is not authentic.
     *
     * @param ciphertext of the exact length
     * @throws IllegalStateException after {@link #close()}
     */
    byte[] decapsulate(byte[] ciphertext) {
        MLKEMPrivateKeyParameters key = decapsulationKey;
        if (key == null) {
            throw new IllegalStateException("key pair used after it was closed");
        }
        return new MLKEMExtractor(key).extractSecret(ciphertext);
    }

    /**
     * A fresh secret, and the ciphertext that tells it to whoever made the key.
     *
     * @param encapsulationKey of the exact length
     */
    static SecretWithEncapsulation encapsulate(
            MlKem kem, byte[] encapsulationKey, SecureRandom random)
            throws InvalidPublicValueException {
        requireReduced(encapsulationKey);
        return new MLKEMGenerator(random)
                .generateEncapsulated(
                        new MLKEMPublicKeyParameters(kem.parameters(), encapsulationKey));
    }

    /** FIPS 203 7.2: every coefficient, of twelve bits each, is below the modulus. */
    private static void requireReduced(byte[] encapsulationKey) throws InvalidPublicValueException {
        for (int i = 0; i < encapsulationKey.length - SEED_BYTES; i += 3) {
            int low = encapsulationKey[i] & 0xFF;
            int middle = encapsulationKey[i + 1] & 0xFF;
            int high = encapsulationKey[i + 2] & 0xFF;
            if ((low | (middle & 0x0F) << 8) >= Q || (middle >> 4 | high << 4) >= Q) {
                throw new InvalidPublicValueException(
                        "the encapsulation key has a coefficient that is not below " + Q);
            }
        }
    }

    /** Forgets the key, of which the library keeps copies that cannot be wiped. */
    @Override
    public void close() {
        decapsulationKey = null;
    }
}
