package culvert.config.aws;

import culvert.config.AwsKeyRule;
import culvert.model.IpPrefix;
import culvert.model.Secret;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** Words of a document as values. What cannot be one is empty, as if it were not there. */
final class Word {
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,10}");

    /** AS_TRANS stands for large numbers towards old speakers (RFC 6793 9). */
    private static final long AS_TRANS = 23456;

    private static final long LAST_ASN = 0xFFFF_FFFFL;

    private Word() {}

    /** An address of one host. */
    static Optional<InetAddress> address(String word) {
        boolean ipv6 = word.contains(":");
        return prefix(word + (ipv6 ? "/128" : "/32"))
                .map(IpPrefix::network)
                .filter(address -> !address.isAnyLocalAddress() && !address.isMulticastAddress());
    }

    static Optional<IpPrefix> prefix(String word) {
        if (word.contains("%")) {
            return Optional.empty();
        }
        try {
            return Optional.of(IpPrefix.parse(word));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static Optional<Long> number(String word, long least, long most) {
        return Optional.of(word)
                .filter(text -> DIGITS.matcher(text).matches())
                .map(Long::parseLong)
                .filter(number -> number >= least && number <= most);
    }

    static Optional<Long> asn(String word) {
        return number(word, 1, LAST_ASN).filter(number -> number != AS_TRANS);
    }

    /** A key that AWS would take; a masked one is none. */
    static Optional<Secret> key(String word) {
        byte[] octets = word.getBytes(StandardCharsets.UTF_8);
        if (AwsKeyRule.fault(octets).isEmpty()) {
            return Optional.of(Secret.owning(octets));
        }
        Arrays.fill(octets, (byte) 0);
        return Optional.empty();
    }

    /** An id or another word that may stand in a comment as it is. */
    static Optional<String> plain(String word) {
        return Optional.of(word).filter(text -> text.matches("[A-Za-z0-9][A-Za-z0-9:/._-]{0,200}"));
    }
}
