package culvert.ike.crypto;

import culvert.ike.message.SkCipher;
import culvert.model.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-CBC, then HMAC over the whole message (RFC 7296 3.14, RFC 3602, RFC 4868).
 *
 * <pre>
 * ciphertext = CBC(SK_e, IV, plaintext | padding | pad length)
 * ICV        = HMAC(SK_a, associated data | IV | ciphertext), its first octets
 * output     = IV (16) | ciphertext | ICV
 * </pre>
 */
final class AesCbcHmacSkCipher implements SkCipher {
    private static final int BLOCK_BYTES = 16;
    private static final int IV_BYTES = BLOCK_BYTES;

    private final Secret skE;
    private final Secret skA;
    private final Integrity integrity;
    private final SecureRandom random;

    AesCbcHmacSkCipher(Secret skE, Secret skA, Integrity integrity, SecureRandom random) {
        this.skE = skE;
        this.skA = skA;
        this.integrity = integrity;
        this.random = random;
    }

    @Override
    public int overheadBytes(int plaintextBytes) {
        return IV_BYTES + padBytes(plaintextBytes) + 1 + integrity.icvBytes();
    }

    @Override
    public byte[] seal(byte[] associatedData, byte[] plaintext) {
        // RFC 3602 3: the IV must not be predictable.
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        int padBytes = padBytes(plaintext.length);
        byte[] padded = Arrays.copyOf(plaintext, plaintext.length + padBytes + 1);
        padded[padded.length - 1] = (byte) padBytes;
        byte[] ciphertext = cbc(Cipher.ENCRYPT_MODE, iv, padded);
        byte[] icv = icv(associatedData, iv, ciphertext);
        return ByteBuffer.allocate(iv.length + ciphertext.length + icv.length)
                .put(iv)
                .put(ciphertext)
                .put(icv)
                .array();
    }

    @Override
    public Optional<byte[]> open(byte[] associatedData, byte[] ivCiphertextIcv) {
        int ciphertextBytes = ivCiphertextIcv.length - IV_BYTES - integrity.icvBytes();
        if (ciphertextBytes < BLOCK_BYTES || ciphertextBytes % BLOCK_BYTES != 0) {
            return Optional.empty();
        }
        int icvAt = IV_BYTES + ciphertextBytes;
        byte[] iv = Arrays.copyOf(ivCiphertextIcv, IV_BYTES);
        byte[] ciphertext = Arrays.copyOfRange(ivCiphertextIcv, IV_BYTES, icvAt);
        byte[] icv = Arrays.copyOfRange(ivCiphertextIcv, icvAt, ivCiphertextIcv.length);
        if (!MessageDigest.isEqual(icv, icv(associatedData, iv, ciphertext))) {
            return Optional.empty();
        }
        return SkPadding.strip(cbc(Cipher.DECRYPT_MODE, iv, ciphertext));
    }

    /** Octets of padding that bring plaintext, padding and pad length to whole blocks. */
    private static int padBytes(int plaintextBytes) {
        return BLOCK_BYTES - 1 - plaintextBytes % BLOCK_BYTES;
    }

    private byte[] cbc(int mode, byte[] iv, byte[] blocks) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
            cipher.init(mode, new SecretKeySpec(skE.octets(), "AES"), new IvParameterSpec(iv));
            return cipher.doFinal(blocks);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-CBC of this Java runtime failed", e);
        }
    }

    private byte[] icv(byte[] associatedData, byte[] iv, byte[] ciphertext) {
        Mac mac = Hmac.keyed(integrity.jcaName(), skA.octets());
        mac.update(associatedData);
        mac.update(iv);
        mac.update(ciphertext);
        return Arrays.copyOf(mac.doFinal(), integrity.icvBytes());
    }
}
