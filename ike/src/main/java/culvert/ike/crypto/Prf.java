package culvert.ike.crypto;

import culvert.model.Secret;
import java.util.Arrays;
import javax.crypto.Mac;

/** Pseudo-random functions (RFC 7296 3.3.2, transform type 2). */
public enum Prf {
    HMAC_SHA1(2, "prfsha1", "HmacSHA1", 20),
    HMAC_SHA256(5, "prfsha256", "HmacSHA256", 32),
    HMAC_SHA384(6, "prfsha384", "HmacSHA384", 48),
    HMAC_SHA512(7, "prfsha512", "HmacSHA512", 64);

    private final int transformId;
    private final String keyword;
    private final String jcaName;
    private final int outputBytes;

    Prf(int transformId, String keyword, String jcaName, int outputBytes) {
        this.transformId = transformId;
        this.keyword = keyword;
        this.jcaName = jcaName;
        this.outputBytes = outputBytes;
    }

    public int transformId() {
        return transformId;
    }

    /** The name in proposals, as strongSwan writes it. */
    public String keyword() {
        return keyword;
    }

    String jcaName() {
        return jcaName;
    }

    /** Octets of output, and of the preferred key (RFC 7296 2.13). */
    public int outputBytes() {
        return outputBytes;
    }

    /** prf(key, data), the data being the arrays one after the other. */
    public byte[] compute(byte[] key, byte[]... data) {
        Mac mac = mac(key);
        for (byte[] part : data) {
            mac.update(part);
        }
        return mac.doFinal();
    }

    /** prf+(key, seed): T1 | T2 | ... with Tn = prf(key, Tn-1 | seed | n) (RFC 7296 2.13). */
    public Secret plus(byte[] key, byte[] seed, int lengthBytes) {
        // RFC 7296 2.13: the counter is one octet and starts at 1.
        if (lengthBytes < 0 || lengthBytes > 255 * outputBytes) {
            throw new IllegalArgumentException(
                    "prf+ cannot give " + lengthBytes + " octets of " + this);
        }
        Mac mac = mac(key);
        byte[] stream = new byte[lengthBytes];
        byte[] block = new byte[0];
        int counter = 1;
        for (int filled = 0; filled < lengthBytes; filled += outputBytes) {
            mac.update(block);
            mac.update(seed);
            mac.update((byte) counter++);
            Arrays.fill(block, (byte) 0);
            block = mac.doFinal();
            int count = Math.min(outputBytes, lengthBytes - filled);
            System.arraycopy(block, 0, stream, filled, count);
        }
        Arrays.fill(block, (byte) 0);
        return Secret.owning(stream);
    }

    private Mac mac(byte[] key) {
        return Hmac.keyed(jcaName, key);
    }
}
