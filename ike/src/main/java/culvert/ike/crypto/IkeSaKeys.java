package culvert.ike.crypto;

import culvert.ike.message.IkeSpi;
import culvert.ike.message.Octets;
import culvert.ike.message.Payload.Side;
import culvert.ike.message.SkCipher;
import culvert.model.EspSuite;
import culvert.model.Secret;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The seven keys of an IKE SA (RFC 7296 2.14). Owns them: {@link #close()} wipes them, and with
 * them the ciphers that it handed out.
 *
 * <p>Initiator and responder are those of the exchange that made this SA, as are Ni and Nr.
 */
public final class IkeSaKeys implements AutoCloseable {
    private final IkeSuite suite;
    private final IkeSpi spiI;
    private final IkeSpi spiR;
    private Secret skD;
    private final Secret skAi;
    private final Secret skAr;
    private final Secret skEi;
    private final Secret skEr;
    private Secret skPi;
    private Secret skPr;
    private boolean ppk;
    private @Nullable SkCipher initiatorCipher;
    private @Nullable SkCipher responderCipher;

    private IkeSaKeys(IkeSuite suite, IkeSpi spiI, IkeSpi spiR, ByteBuffer keymat) {
        int skABytes = suite.integrity().keyBytes();
        int skEBytes = suite.encryption().keymatBytes();
        this.suite = suite;
        this.spiI = spiI;
        this.spiR = spiR;
        // RFC 7296 2.14: taken in this order from prf+.
        skD = take(keymat, suite.prf().outputBytes());
        skAi = take(keymat, skABytes);
        skAr = take(keymat, skABytes);
        skEi = take(keymat, skEBytes);
        skEr = take(keymat, skEBytes);
        skPi = take(keymat, suite.prf().outputBytes());
        skPr = take(keymat, suite.prf().outputBytes());
    }

    /** Keys of the first IKE SA: SKEYSEED = prf(Ni | Nr, g^ir) (RFC 7296 2.14). */
    public static IkeSaKeys derive(
            IkeSuite suite,
            Secret sharedSecret,
            Octets nonceI,
            Octets nonceR,
            IkeSpi spiI,
            IkeSpi spiR) {
        byte[] skeyseed = suite.prf().compute(concatenate(nonceI, nonceR), sharedSecret.octets());
        return expand(suite, skeyseed, nonceI, nonceR, spiI, spiR);
    }

    /**
     * The keys after an additional key exchange of the same SA: SKEYSEED(n) = prf(SK_d(n-1), SK(n)
     * | Ni | Nr) (RFC 9370 2.2.2).
     *
     * @param nonceI of IKE_SA_INIT, as always
     */
    public IkeSaKeys mix(Secret sharedSecret, Octets nonceI, Octets nonceR) {
        return rekey(suite, this, sharedSecret, nonceI, nonceR, Optional.empty(), spiI, spiR);
    }

    /**
     * Keys of the SA that replaces an old one: SKEYSEED = prf(SK_d of the old, g^ir | Ni | Nr) with
     * the PRF of the old; everything after it with the PRF of the new (RFC 7296 2.18).
     *
     * @param additional SK(1) | SK(2) | ... of additional key exchanges, which follow the nonces
     *     (RFC 9370 2.2.4)
     */
    public static IkeSaKeys rekey(
            IkeSuite suite,
            IkeSaKeys old,
            Secret sharedSecret,
            Octets nonceI,
            Octets nonceR,
            Optional<Secret> additional,
            IkeSpi spiI,
            IkeSpi spiR) {
        byte[] skeyseed =
                old.suite
                        .prf()
                        .compute(
                                old.skD.octets(),
                                sharedSecret.octets(),
                                nonceI.toByteArray(),
                                nonceR.toByteArray(),
                                octets(additional));
        IkeSaKeys keys = expand(suite, skeyseed, nonceI, nonceR, spiI, spiR);
        // RFC 8784 3: SK_d carries the PPK on, nothing is mixed in anew.
        keys.ppk = old.ppk;
        return keys;
    }

    /** The keys that take the place of three of these when both sides have the same PPK. */
    public PpkKeys withPpk(Secret ppkKey) {
        return PpkKeys.derive(suite.prf(), ppkKey, skD, skPi, skPr);
    }

    /** Both sides have proved that they have the PPK; takes ownership of what it led to. */
    public void adopt(PpkKeys changed) {
        skD.close();
        skPi.close();
        skPr.close();
        skD = changed.skD();
        skPi = changed.skPi();
        skPr = changed.skPr();
        ppk = true;
    }

    /** Whether a PPK went into these keys, or into those of an SA that led to this one. */
    public boolean dependOnPpk() {
        return ppk;
    }

    /** prf+(SKEYSEED, Ni | Nr | SPIi | SPIr); wipes SKEYSEED. */
    private static IkeSaKeys expand(
            IkeSuite suite,
            byte[] skeyseed,
            Octets nonceI,
            Octets nonceR,
            IkeSpi spiI,
            IkeSpi spiR) {
        byte[] seed =
                ByteBuffer.allocate(nonceI.length() + nonceR.length() + 2 * Long.BYTES)
                        .put(nonceI.toByteArray())
                        .put(nonceR.toByteArray())
                        .putLong(spiI.value())
                        .putLong(spiR.value())
                        .array();
        int lengthBytes =
                3 * suite.prf().outputBytes()
                        + 2 * suite.integrity().keyBytes()
                        + 2 * suite.encryption().keymatBytes();
        try (Secret keymat = suite.prf().plus(skeyseed, seed, lengthBytes)) {
            return new IkeSaKeys(suite, spiI, spiR, ByteBuffer.wrap(keymat.octets()));
        } finally {
            Arrays.fill(skeyseed, (byte) 0);
        }
    }

    public IkeSuite suite() {
        return suite;
    }

    /**
     * The cipher for what this side sends: to seal on that side, to open on the other. Always the
     * same one, because two would seal with the same IVs.
     *
     * @param random where the IVs of CBC come from
     */
    public SkCipher cipher(Side sender, SecureRandom random) {
        return switch (sender) {
            case INITIATOR -> {
                if (initiatorCipher == null) {
                    initiatorCipher = newCipher(skEi, skAi, random);
                }
                yield initiatorCipher;
            }
            case RESPONDER -> {
                if (responderCipher == null) {
                    responderCipher = newCipher(skEr, skAr, random);
                }
                yield responderCipher;
            }
        };
    }

    private SkCipher newCipher(Secret skE, Secret skA, SecureRandom random) {
        return suite.encryption().isAead()
                ? new AesGcmSkCipher(skE)
                : new AesCbcHmacSkCipher(skE, skA, suite.integrity(), random);
    }

    /** Key of the initiator's identity in AUTH; owned by this. */
    public Secret skPi() {
        return skPi;
    }

    /** Key of the responder's identity in AUTH; owned by this. */
    public Secret skPr() {
        return skPr;
    }

    /**
     * One step of what IKE_INTERMEDIATE adds to AUTH (RFC 9242 3.3.2).
     *
     * @param skP SK_pi or SK_pr of these keys
     * @param before the result of the step before; empty for the first
     */
    public Octets intermediate(Secret skP, Octets before, Octets content) {
        return Octets.copyOf(
                suite.prf().compute(skP.octets(), before.toByteArray(), content.toByteArray()));
    }

    /** Key that other keys are derived from; owned by this. */
    public Secret skD() {
        return skD;
    }

    /**
     * KEYMAT = prf+(SK_d, [g^ir |] Ni | Nr [| SK(1) | ...]) for a CHILD SA (RFC 7296 2.17, RFC 9370
     * 2.2.4).
     *
     * @param nonceI of the initiator of the exchange that makes the CHILD SA
     * @param sharedSecret g^ir, when that exchange had a key exchange of its own
     */
    public ChildSaKeys childKeys(
            EspSuite esp,
            Octets nonceI,
            Octets nonceR,
            Optional<Secret> sharedSecret,
            Optional<Secret> additional) {
        byte[] fresh = octets(sharedSecret);
        byte[] more = octets(additional);
        byte[] seed =
                ByteBuffer.allocate(fresh.length + nonceI.length() + nonceR.length() + more.length)
                        .put(fresh)
                        .put(nonceI.toByteArray())
                        .put(nonceR.toByteArray())
                        .put(more)
                        .array();
        try (Secret keymat = suite.prf().plus(skD.octets(), seed, 2 * esp.keymatBytes())) {
            ByteBuffer in = ByteBuffer.wrap(keymat.octets());
            return new ChildSaKeys(take(in, esp.keymatBytes()), take(in, esp.keymatBytes()));
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /** The traffic keys in the open, for an operator who asked to decrypt a capture. */
    public IkeKeyExport export() {
        return new IkeKeyExport(
                spiI,
                spiR,
                hex(skEi),
                hex(skEr),
                suite.encryption().analyserName(),
                hex(skAi),
                hex(skAr),
                suite.integrity().analyserName());
    }

    @Override
    public void close() {
        for (Secret key : new Secret[] {skD, skAi, skAr, skEi, skEr, skPi, skPr}) {
            key.close();
        }
    }

    @Override
    public String toString() {
        return "IkeSaKeys[" + suite + "]";
    }

    private static Secret take(ByteBuffer keymat, int lengthBytes) {
        byte[] octets = new byte[lengthBytes];
        keymat.get(octets);
        return Secret.owning(octets);
    }

    private static byte[] concatenate(Octets first, Octets second) {
        return ByteBuffer.allocate(first.length() + second.length())
                .put(first.toByteArray())
                .put(second.toByteArray())
                .array();
    }

    private static byte[] octets(Optional<Secret> secret) {
        return secret.map(Secret::octets).orElse(new byte[0]);
    }

    private static String hex(Secret secret) {
        return HexFormat.of().formatHex(secret.octets());
    }
}
