package culvert.ike.crypto;

import culvert.model.Secret;

/**
 * The keys of an IKE SA that a postquantum preshared key changes (RFC 8784 3):
 *
 * <pre>
 *   SK_d  = prf+(PPK, SK_d')
 *   SK_pi = prf+(PPK, SK_pi')
 *   SK_pr = prf+(PPK, SK_pr')
 * </pre>
 *
 * <p>Those that protect IKE's own messages stay: the peer must be able to read which PPK is meant.
 */
public record PpkKeys(Secret skD, Secret skPi, Secret skPr) implements AutoCloseable {
    static PpkKeys derive(Prf prf, Secret ppk, Secret skD, Secret skPi, Secret skPr) {
        return new PpkKeys(mix(prf, ppk, skD), mix(prf, ppk, skPi), mix(prf, ppk, skPr));
    }

    private static Secret mix(Prf prf, Secret ppk, Secret key) {
        return prf.plus(ppk.octets(), key.octets(), key.length());
    }

    @Override
    public void close() {
        skD.close();
        skPi.close();
        skPr.close();
    }
}
