package culvert.ike.crypto;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Key derivation as RFC 7296 writes it, without a thought for speed: the oracle of the tests. */
final class SlowKeys {
    private SlowKeys() {}

    /** T1 | T2 | T3 | ..., each recursively from its definition. */
    static byte[] prfPlus(Prf prf, byte[] key, byte[] seed, int lengthBytes) {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        for (int n = 1; stream.size() < lengthBytes; n++) {
            stream.writeBytes(t(prf, key, seed, n));
        }
        return Arrays.copyOf(stream.toByteArray(), lengthBytes);
    }

    private static byte[] t(Prf prf, byte[] key, byte[] seed, int n) {
        byte[] before = n == 1 ? new byte[0] : t(prf, key, seed, n - 1);
        return prf.compute(key, concatenate(before, seed, new byte[] {(byte) n}));
    }

    static byte[] concatenate(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
