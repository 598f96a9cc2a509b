package culvert.config;

import java.util.Optional;

/** What AWS takes as a pre-shared key of a VPN tunnel. */
public final class AwsKeyRule {
    /** The rule for people. */
    public static final String WORDS =
            "AWS takes 8 to 64 letters, digits, '.' and '_', of which the first is not 0";

    private static final int FEWEST_CHARACTERS = 8;
    private static final int MOST_CHARACTERS = 64;

    private AwsKeyRule() {}

    /** What is wrong with the key, in words that tell nothing of it; empty when AWS takes it. */
    public static Optional<String> fault(byte[] octets) {
        for (byte octet : octets) {
            if (octet == '\n') {
                return Optional.of("the pre-shared key has more than one line");
            }
        }
        for (byte octet : octets) {
            if (!isAllowed(octet)) {
                return Optional.of("the pre-shared key has a character that AWS refuses");
            }
        }
        if (octets.length < FEWEST_CHARACTERS) {
            return Optional.of("the pre-shared key is too short");
        }
        if (octets.length > MOST_CHARACTERS) {
            return Optional.of("the pre-shared key is too long");
        }
        return octets[0] == '0'
                ? Optional.of("the pre-shared key starts with 0")
                : Optional.empty();
    }

    private static boolean isAllowed(byte octet) {
        return (octet >= 'A' && octet <= 'Z')
                || (octet >= 'a' && octet <= 'z')
                || (octet >= '0' && octet <= '9')
                || octet == '.'
                || octet == '_';
    }
}
