package culvert.ike.crypto;

import culvert.model.EspSuite;
import java.util.Optional;

/**
 * One ESP proposal of the configuration, such as {@code aes256gcm16-ecp384}.
 *
 * @param pfsGroup the group of a key exchange when the CHILD SA is rekeyed; none means no PFS
 */
public record EspProposal(EspSuite suite, Optional<KeyExchangeGroup> pfsGroup) {

    /**
     * Reads a proposal as strongSwan writes it.
     *
     * @throws IllegalArgumentException with a text for people
     */
    public static EspProposal parse(String text) {
        String[] words = text.split("-", -1);
        EspSuite suite =
                EspSuite.ofKeyword(words[0])
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "'%s' is not an ESP cipher (write aes256gcm16 or aes128gcm16)"
                                                        .formatted(words[0])));
        if (words.length > 2) {
            throw new IllegalArgumentException(
                    "'%s' has more than a cipher and a group (write CIPHER-GROUP)".formatted(text));
        }
        return new EspProposal(
                suite,
                words.length == 1 ? Optional.empty() : Optional.of(IkeSuite.parseGroup(words[1])));
    }

    @Override
    public String toString() {
        return suite.keyword() + pfsGroup.map(group -> "-" + group.keyword()).orElse("");
    }
}
