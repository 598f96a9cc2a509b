package culvert.ike.crypto;

import org.bouncycastle.crypto.params.MLKEMParameters;

/**
 * ML-KEM (FIPS 203) as a key exchange method of IKEv2 (draft-ietf-ipsecme-ikev2-mlkem). The
 * initiator sends an encapsulation key, the responder a ciphertext.
 */
public enum MlKem implements KeyExchangeMethod {
    MLKEM768(36, "mlkem768", 1184, 1088),
    MLKEM1024(37, "mlkem1024", 1568, 1568);

    private final int transformId;
    private final String keyword;
    private final int encapsulationKeyBytes;
    private final int ciphertextBytes;

    MlKem(int transformId, String keyword, int encapsulationKeyBytes, int ciphertextBytes) {
        this.transformId = transformId;
        this.keyword = keyword;
        this.encapsulationKeyBytes = encapsulationKeyBytes;
        this.ciphertextBytes = ciphertextBytes;
    }

    @Override
    public int transformId() {
        return transformId;
    }

    @Override
    public String keyword() {
        return keyword;
    }

    /** Exact octets of what the initiator sends. */
    public int encapsulationKeyBytes() {
        return encapsulationKeyBytes;
    }

    /** Exact octets of what the responder sends. */
    public int ciphertextBytes() {
        return ciphertextBytes;
    }

    MLKEMParameters parameters() {
        return switch (this) {
            case MLKEM768 -> MLKEMParameters.ml_kem_768;
            case MLKEM1024 -> MLKEMParameters.ml_kem_1024;
        };
    }
}
