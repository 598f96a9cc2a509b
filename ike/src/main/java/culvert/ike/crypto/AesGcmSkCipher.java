package culvert.ike.crypto;

import culvert.ike.message.SkCipher;
import culvert.model.Secret;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * AES-GCM with a 16-octet ICV (RFC 5282).
 *
 * <pre>
 * SK_e   = AES key | salt (4)
 * nonce  = salt (4) | IV (8)
 * output = IV (8) | GCM(plaintext | padding | pad length) | ICV (16)
 * </pre>
 */
final class AesGcmSkCipher implements SkCipher {
    private static final int SALT_BYTES = 4;
    private static final int IV_BYTES = 8;
    private static final int ICV_BYTES = 16;
    private static final int PAD_LENGTH_BYTES = 1;

    private final Secret skE;

    /**
     * The next IV. RFC 5282 3.1 asks for one that never comes twice under a key, so a key has one
     * instance that seals.
     */
    private long nextIv;

    AesGcmSkCipher(Secret skE) {
        this.skE = skE;
    }

    @Override
    public int overheadBytes(int plaintextBytes) {
        // RFC 5282 3: no alignment is needed, so there is no padding.
        return IV_BYTES + PAD_LENGTH_BYTES + ICV_BYTES;
    }

    @Override
    public byte[] seal(byte[] associatedData, byte[] plaintext) {
        if (nextIv < 0) {
            throw new IllegalStateException("IVs of this IKE SA are used up");
        }
        byte[] iv = ByteBuffer.allocate(IV_BYTES).putLong(nextIv++).array();
        byte[] padded = Arrays.copyOf(plaintext, plaintext.length + PAD_LENGTH_BYTES);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, iv, associatedData).doFinal(padded);
            return ByteBuffer.allocate(IV_BYTES + sealed.length).put(iv).put(sealed).array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM of this Java runtime failed", e);
        }
    }

    @Override
    public Optional<byte[]> open(byte[] associatedData, byte[] ivCiphertextIcv) {
        if (ivCiphertextIcv.length < overheadBytes(0)) {
            return Optional.empty();
        }
        byte[] iv = Arrays.copyOf(ivCiphertextIcv, IV_BYTES);
        try {
            byte[] padded =
                    cipher(Cipher.DECRYPT_MODE, iv, associatedData)
                            .doFinal(ivCiphertextIcv, IV_BYTES, ivCiphertextIcv.length - IV_BYTES);
            return SkPadding.strip(padded);
        } catch (AEADBadTagException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM of this Java runtime failed", e);
        }
    }

    private Cipher cipher(int mode, byte[] iv, byte[] associatedData)
            throws GeneralSecurityException {
        byte[] octets = skE.octets();
        int keyBytes = octets.length - SALT_BYTES;
        byte[] nonce =
                ByteBuffer.allocate(SALT_BYTES + IV_BYTES)
                        .put(octets, keyBytes, SALT_BYTES)
                        .put(iv)
                        .array();
        // A fresh cipher each time: the JDK's refuses to seal again before it has a new nonce.
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode,
                new SecretKeySpec(octets, 0, keyBytes, "AES"),
                new GCMParameterSpec(ICV_BYTES * 8, nonce));
        cipher.updateAAD(associatedData);
        return cipher;
    }
}
