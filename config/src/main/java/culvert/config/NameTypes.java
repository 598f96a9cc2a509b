package culvert.config;

import static culvert.config.Parsed.bad;
import static culvert.config.Parsed.ok;
import static culvert.config.Words.quote;

import culvert.ike.crypto.EspProposal;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.message.Identification;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Names, words out of a list, paths, identities and proposals. */
final class NameTypes {
    private static final int LONGEST_NAME = 63;
    private static final int LONGEST_IDENTITY = 255;

    /** IFNAMSIZ of linux/if.h without its final NUL. */
    private static final int LONGEST_INTERFACE = 15;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern VPN_CONNECTION_ID =
            Pattern.compile("vpn-([0-9a-f]{8}|[0-9a-f]{17})");

    /**
     * dev_valid_name of net/core/dev.c refuses '/', ':' and white space; a '%' would make the
     * kernel count names up.
     */
    private static final Pattern INTERFACE = Pattern.compile("[!-~&&[^/:%]]+");

    /** Two directories of the kernel's per-interface settings, and the loopback interface. */
    private static final Set<String> TAKEN_INTERFACES = Set.of(".", "..", "all", "default", "lo");

    private static final WordShape NAME_SHAPE =
            new WordShape.Text("[A-Za-z0-9][A-Za-z0-9._-]{0,%d}".formatted(LONGEST_NAME - 1));

    static final ValueType<String> NAME_TYPE =
            ValueType.of(
                    "name of letters, digits, '.', '_', '-'",
                    "seoul-dc1",
                    NAME_SHAPE,
                    NameTypes::name);

    static final ValueType<String> INTERFACE_TYPE =
            ValueType.of(
                    "interface name, 1 to 15 characters",
                    "cv0",
                    new WordShape.Text("[!-$&-.0-9;-~]{1,%d}".formatted(LONGEST_INTERFACE)),
                    NameTypes::interfaceName);

    static final ValueType<String> VPN_CONNECTION_ID_TYPE =
            ValueType.of(
                    "id of an AWS VPN connection",
                    "vpn-0123456789abcdef0",
                    new WordShape.Text(VPN_CONNECTION_ID.pattern()),
                    NameTypes::vpnConnectionId);

    static final ValueType<Identification> IDENTITY_TYPE =
            ValueType.of(
                    "IP address, FQDN, mail address, CN=NAME or keyid:TEXT",
                    "198.18.0.1",
                    new WordShape.Text(".{1,%d}".formatted(LONGEST_IDENTITY)),
                    NameTypes::identity);

    /** Stricter than systemd: above all, a '/' would leave the directory of credentials. */
    static final ValueType<String> CREDENTIAL_TYPE =
            ValueType.of("name of a systemd credential", "aws-1.psk", NAME_SHAPE, NameTypes::name);

    /** The peer has it octet for octet the same, so nothing that text may write in two ways. */
    static final ValueType<String> PPK_ID_TYPE =
            ValueType.of(
                    "name of letters, digits, '.', '_', '-'", "ppk-1", NAME_SHAPE, NameTypes::name);

    static final ValueType<IkeSuite> IKE_PROPOSAL_TYPE =
            ValueType.of(
                    "IKE proposal",
                    "aes256gcm16-prfsha384-ecp384",
                    ProposalShapes.IKE,
                    word -> Parsed.attempt(word, IkeSuite::parse, "write an IKE proposal"));

    static final ValueType<EspProposal> ESP_PROPOSAL_TYPE =
            ValueType.of(
                    "ESP proposal",
                    "aes256gcm16-ecp384",
                    ProposalShapes.ESP,
                    word -> Parsed.attempt(word, EspProposal::parse, "write an ESP proposal"));

    /** Two words only: that yes, on and True mean the same is YAML 1.1's, and an old trap. */
    static final ValueType<Boolean> FLAG =
            ValueType.of(
                    "true | false",
                    "true",
                    new WordShape.Flag(),
                    word ->
                            switch (word) {
                                case "true" -> ok(true);
                                case "false" -> ok(false);
                                default ->
                                        bad(
                                                quote(word) + " is neither true nor false",
                                                "write true or false");
                            });

    private NameTypes() {}

    /** One of the constants, written in lower case. */
    static <E extends Enum<E>> ValueType<E> choice(Class<E> type) {
        List<String> words = new ArrayList<>();
        for (E constant : type.getEnumConstants()) {
            words.add(constant.name().toLowerCase(Locale.ROOT));
        }
        Function<String, Parsed<E>> reader =
                word -> {
                    int index = words.indexOf(word);
                    return index >= 0
                            ? ok(type.getEnumConstants()[index])
                            : bad(
                                    quote(word) + " is not known here",
                                    "write "
                                            + Words.nearest(word, words)
                                                    .orElse("one of " + String.join(", ", words)));
                };
        return ValueType.ofChoices(words, reader);
    }

    /** A path; relative ones start at the directory of the configuration file. */
    static ValueType<Path> path(String example) {
        return ValueType.of("path", example, new WordShape.Text(".+"), NameTypes::readPath);
    }

    private static Parsed<String> name(String word) {
        if (!NAME.matcher(word).matches()) {
            return bad(
                    quote(word) + " is not a name",
                    "write letters, digits, '.', '_' and '-', starting with a letter or digit");
        }
        return word.length() <= LONGEST_NAME
                ? ok(word)
                : bad(
                        quote(word) + " is too long for a name",
                        "write at most " + LONGEST_NAME + " characters");
    }

    private static Parsed<String> interfaceName(String word) {
        if (word.length() > LONGEST_INTERFACE) {
            return bad(
                    quote(word) + " is too long for an interface",
                    "write at most " + LONGEST_INTERFACE + " characters, such as cv0");
        }
        return INTERFACE.matcher(word).matches() && !TAKEN_INTERFACES.contains(word)
                ? ok(word)
                : bad(quote(word) + " cannot name an interface", "write a name such as cv0");
    }

    private static Parsed<String> vpnConnectionId(String word) {
        return VPN_CONNECTION_ID.matcher(word).matches()
                ? ok(word)
                : bad(
                        quote(word) + " is not the id of an AWS VPN connection",
                        "write vpn- and 17 hexadecimal digits, or remove the key when the peer is"
                                + " not AWS");
    }

    private static Parsed<Identification> identity(String word) {
        if (word.length() > LONGEST_IDENTITY || word.chars().anyMatch(Character::isISOControl)) {
            return bad(
                    quote(word) + " cannot be an IKE identity",
                    "write an IP address, a name, a mail address or keyid:TEXT");
        }
        return Parsed.attempt(word, Identification::parse, "write an IP address or a name");
    }

    private static Parsed<Path> readPath(String word) {
        if (word.isEmpty()) {
            return bad("a path must not be empty", "write the path of a file");
        }
        try {
            return ok(Path.of(word));
        } catch (InvalidPathException e) {
            return bad(quote(word) + " is not a path", "write the path of a file");
        }
    }
}
