package culvert.ike.crypto;

import culvert.model.EspSuite;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One ESP proposal of the configuration, such as {@code aes256gcm16-ecp384-esn}.
 *
 * @param pfsGroup the group of a key exchange when the CHILD SA is rekeyed; none means no PFS
 * @param additional key exchanges after that of the group, in order (RFC 9370)
 * @param extendedSequenceNumbers whether the CHILD SA counts to 2^64 (RFC 4303 2.2.1)
 */
public record EspProposal(
        EspSuite suite,
        Optional<KeyExchangeGroup> pfsGroup,
        List<KeyExchangeMethod> additional,
        boolean extendedSequenceNumbers) {
    /** The word for extended sequence numbers. */
    public static final String ESN = "esn";

    public EspProposal {
        additional = List.copyOf(additional);
    }

    /**
     * Reads a proposal as strongSwan writes it.
     *
     * @throws IllegalArgumentException with a text for people
     */
    public static EspProposal parse(String text) {
        List<String> words = new ArrayList<>(List.of(text.split("-", -1)));
        EspSuite suite =
                EspSuite.ofKeyword(words.getFirst())
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "'%s' is not an ESP cipher (write aes256gcm16 or aes128gcm16)"
                                                        .formatted(words.getFirst())));
        boolean extended = words.size() > 1 && words.getLast().equals(ESN);
        if (extended) {
            words.removeLast();
        }
        List<KeyExchangeMethod> additional = AdditionalMethods.takeFrom(words);
        if (words.size() > 2) {
            throw new IllegalArgumentException(
                    "'%s' has more than a cipher, a group and esn (write CIPHER-GROUP-esn)"
                            .formatted(text));
        }
        Optional<KeyExchangeGroup> group =
                words.size() == 1
                        ? Optional.empty()
                        : Optional.of(IkeSuite.parseGroup(words.get(1)));
        if (group.isEmpty() && !additional.isEmpty()) {
            throw new IllegalArgumentException(
                    "'%s' has no group before ke1 (write CIPHER-ecp384-ke1_%s)"
                            .formatted(text, additional.getFirst().keyword()));
        }
        group.ifPresent(main -> AdditionalMethods.requireNot(main, additional));
        return new EspProposal(suite, group, additional, extended);
    }

    @Override
    public String toString() {
        return suite.keyword()
                + pfsGroup.map(group -> "-" + group.keyword()).orElse("")
                + AdditionalMethods.text(additional)
                + (extendedSequenceNumbers ? "-" + ESN : "");
    }
}
