package culvert.ike.crypto;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One complete choice for an IKE SA, such as {@code aes256gcm16-prfsha384-ecp384}.
 *
 * @param integrity {@link Integrity#NONE} exactly when the cipher is an AEAD
 * @param additional key exchanges after that of the group, in order (RFC 9370)
 */
public record IkeSuite(
        Encryption encryption,
        Integrity integrity,
        Prf prf,
        KeyExchangeGroup group,
        List<KeyExchangeMethod> additional) {
    public IkeSuite {
        additional = List.copyOf(additional);
        if (encryption.isAead() != (integrity == Integrity.NONE)) {
            throw new IllegalArgumentException(
                    "an AEAD cipher goes without integrity, CBC with it");
        }
    }

    /** With no key exchange but that of the group. */
    public IkeSuite(Encryption encryption, Integrity integrity, Prf prf, KeyExchangeGroup group) {
        this(encryption, integrity, prf, group, List.of());
    }

    /**
     * Reads a proposal as strongSwan writes it: {@code CIPHER-PRF-GROUP} for GCM, {@code
     * CIPHER-HASH-GROUP} for CBC where the hash is integrity and PRF, or all four; then {@code
     * ke1_METHOD} and so on.
     *
     * @throws IllegalArgumentException with a text for people
     */
    public static IkeSuite parse(String text) {
        List<String> words = new ArrayList<>(List.of(text.split("-", -1)));
        Encryption encryption = parseEncryption(words.getFirst());
        List<KeyExchangeMethod> additional = AdditionalMethods.takeFrom(words);
        if (words.size() < 3 || words.size() > (encryption.isAead() ? 3 : 4)) {
            throw new IllegalArgumentException(
                    "'%s' is not complete (write %s)"
                            .formatted(
                                    text,
                                    encryption.isAead()
                                            ? encryption.keyword() + "-prfsha384-ecp384"
                                            : encryption.keyword() + "-sha256-modp2048"));
        }
        KeyExchangeGroup group = parseGroup(words.getLast());
        AdditionalMethods.requireNot(group, additional);
        String hash = words.get(1);
        if (encryption.isAead()) {
            return new IkeSuite(encryption, Integrity.NONE, parsePrf(hash), group, additional);
        }
        Integrity integrity = parseIntegrity(hash);
        Prf prf = words.size() == 4 ? parsePrf(words.get(2)) : parsePrf("prf" + hash);
        return new IkeSuite(encryption, integrity, prf, group, additional);
    }

    static KeyExchangeGroup parseGroup(String word) {
        for (MlKem kem : MlKem.values()) {
            if (kem.keyword().equals(word)) {
                throw new IllegalArgumentException(
                        "'%s' comes in addition to a group (write ecp384-ke1_%s)"
                                .formatted(word, word));
            }
        }
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
            return encryption.keyword()
                    + "-"
                    + prf.keyword()
                    + "-"
                    + group.keyword()
                    + AdditionalMethods.text(additional);
        }
        String hash = integrity.keyword();
        String prfWord = prf.keyword().equals("prf" + hash) ? "" : "-" + prf.keyword();
        return encryption.keyword()
                + "-"
                + hash
                + prfWord
                + "-"
                + group.keyword()
                + AdditionalMethods.text(additional);
    }
}
