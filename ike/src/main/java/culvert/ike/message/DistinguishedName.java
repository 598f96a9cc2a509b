package culvert.ike.message;

import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * A distinguished name (X.501) in DER, as an identification of type 9 carries it. As text it is
 * written in the order of its encoding, such as {@code C=KR,O=Example,CN=gateway}.
 */
public final class DistinguishedName {
    /** Far above what certificates carry; it bounds the work on a peer's name. */
    private static final int LONGEST_BYTES = 1024;

    private static final int LONGEST_TEXT = 200;

    /** An attribute type, then '=': no address, name or mail address begins so. */
    private static final Pattern START = Pattern.compile("[A-Za-z0-9.]+ *=.*");

    private DistinguishedName() {}

    static boolean looksLike(String text) {
        return START.matcher(text).matches();
    }

    /**
     * Encodes a name that is written as text.
     *
     * @throws IllegalArgumentException with a text for people
     */
    static Octets parse(String text) {
        try {
            X500Name name = new X500Name(BCStyle.INSTANCE, text);
            return Octets.copyOf(name.getEncoded(ASN1Encoding.DER));
        } catch (Exception e) {
            throw new IllegalArgumentException(
                    "'%s' looks like a distinguished name and is none (write it like C=KR,O=Example,CN=name)"
                            .formatted(text),
                    e);
        }
    }

    /**
     * Whether two names are the same: letters' case, spaces and the string types of the encoding do
     * not count, nor does the order in which the parts are written.
     */
    public static boolean same(Octets one, Octets other) {
        try {
            return decode(one).equals(decode(other));
        } catch (RuntimeException malformed) {
            return false;
        }
    }

    /** The name for people, without control characters, cut when very long; empty if it is none. */
    public static Optional<String> text(Octets der) {
        try {
            return Optional.of(printable(decode(der).toString()));
        } catch (RuntimeException malformed) {
            return Optional.empty();
        }
    }

    /** Throws a runtime exception, some here and some when the name is looked at. */
    private static X500Name decode(Octets der) {
        if (der.length() > LONGEST_BYTES) {
            throw new IllegalArgumentException("too long for a name");
        }
        ASN1Sequence sequence = ASN1Sequence.getInstance(der.toByteArray());
        X500Name name = X500Name.getInstance(BCStyle.INSTANCE, sequence);
        if (name.getRDNs().length == 0) {
            throw new IllegalArgumentException("a name without parts");
        }
        return name;
    }

    private static String printable(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .limit(LONGEST_TEXT)
                .map(
                        c ->
                                Character.isISOControl(c)
                                                || Character.getType(c) == Character.FORMAT
                                        ? '?'
                                        : c)
                .forEach(clean::appendCodePoint);
        return clean + (text.length() > LONGEST_TEXT ? "..." : "");
    }
}
