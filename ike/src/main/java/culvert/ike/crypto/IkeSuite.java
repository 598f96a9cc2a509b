package culvert.ike.crypto;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * One complete choice for an IKE SA, such as {@code aes256gcm16-prfsha384-ecp384}.
 *
 * @param integrity {@link Integrity#NONE} exactly when the cipher is an AEAD
 */
public record IkeSuite(
        Encryption encryption, Integrity integrity, Prf prf, KeyExchangeGroup group) {
    public IkeSuite {
        if (encryption.isAead() != (integrity == Integrity.NONE)) {
            throw new IllegalArgumentException(
                    "an AEAD cipher goes without integrity, CBC with it");
        }
    }

    /**
     * Reads a proposal as strongSwan writes it: {@code CIPHER-PRF-GROUP} for GCM, {@code
     * CIPHER-HASH-GROUP} for CBC where the hash is integrity and PRF, or all four.
     *
     * @throws IllegalArgumentException with a text for people
     */
    public static IkeSuite parse(String text) {
        String[] words = text.split("-", -1);
        Encryption encryption = parseEncryption(words[0]);
        if (words.length < 3 || words.length > (encryption.isAead() ? 3 : 4)) {
            throw new IllegalArgumentException(
                    "'%s' is not complete (write %s)"
                            .formatted(
                                    text,
                                    encryption.isAead()
                                            ? encryption.keyword() + "-prfsha384-ecp384"
                                            : encryption.keyword() + "-sha256-modp2048"));
        }
        KeyExchangeGroup group = parseGroup(words[words.length - 1]);
        if (encryption.isAead()) {
            return new IkeSuite(encryption, Integrity.NONE, parsePrf(words[1]), group);
        }
        Integrity integrity = parseIntegrity(words[1]);
        Prf prf = words.length == 4 ? parsePrf(words[2]) : parsePrf("prf" + words[1]);
        return new IkeSuite(encryption, integrity, prf, group);
    }

    static KeyExchangeGroup parseGroup(String word) {
        for (KeyExchangeGroup group : KeyExchangeGroup.values()) {
            if (group.keyword().equals(word)) {
                return group;
            }
        }
        throw unknown(
                word,
                "a key exchange group",
                Arrays.stream(KeyExchangeGroup.values())
                        .filter(g -> g.standing() == KeyExchangeGroup.Standing.CURRENT)
                        .map(KeyExchangeGroup::keyword)
                        .collect(Collectors.joining(", ")));
    }

    private static Encryption parseEncryption(String word) {
        for (Encryption encryption : Encryption.values()) {
            if (encryption.keyword().equals(word)) {
                return encryption;
            }
        }
        throw unknown(
                word,
                "an IKE cipher",
                Arrays.stream(Encryption.values())
                        .map(Encryption::keyword)
                        .collect(Collectors.joining(", ")));
    }

    private static Integrity parseIntegrity(String word) {
        for (Integrity integrity : Integrity.values()) {
            if (integrity != Integrity.NONE && integrity.keyword().equals(word)) {
                return integrity;
            }
        }
        throw unknown(word, "an integrity algorithm", "sha256, sha384, sha512, sha1");
    }

    private static Prf parsePrf(String word) {
        for (Prf prf : Prf.values()) {
            if (prf.keyword().equals(word)) {
                return prf;
            }
        }
        throw unknown(word, "a PRF", "prfsha256, prfsha384, prfsha512, prfsha1");
    }

    private static IllegalArgumentException unknown(String word, String what, String choices) {
        return new IllegalArgumentException(
                "'%s' is not %s (write one of %s)".formatted(word, what, choices));
    }

    /** The keyword form; the PRF is left out where the integrity algorithm implies it. */
    @Override
    public String toString() {
        if (encryption.isAead()) {
            return encryption.keyword() + "-" + prf.keyword() + "-" + group.keyword();
        }
        String hash = integrity.keyword();
        String prfWord = prf.keyword().equals("prf" + hash) ? "" : "-" + prf.keyword();
        return encryption.keyword() + "-" + hash + prfWord + "-" + group.keyword();
    }
}
