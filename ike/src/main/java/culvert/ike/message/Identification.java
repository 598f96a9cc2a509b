package culvert.ike.message;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The body of an identification payload: who a side says it is (RFC 7296 3.5).
 *
 * @param type one of the constants, or whatever the peer sent
 * @param data the octets that follow the four of the type
 */
public record Identification(int type, Octets data) {
    public static final int IPV4_ADDR = 1;
    public static final int FQDN = 2;
    public static final int RFC822_ADDR = 3;
    public static final int IPV6_ADDR = 5;
    public static final int DER_ASN1_DN = 9;
    public static final int KEY_ID = 11;

    /** Prefix that marks a key-id in the configuration: the octets after it, as UTF-8. */
    private static final String KEY_ID_PREFIX = "keyid:";

    /** Only this is an IPv4 address; the JDK would also read 12345 as one. */
    private static final Pattern DOTTED_QUAD = Pattern.compile("[0-9]+(\\.[0-9]+){3}");

    /** A peer may send 64 kB; a line of the log is not that long. */
    private static final int PRINTED_BYTES = 256;

    /**
     * Reads an identity as the configuration writes it: address, {@code keyid:TEXT}, distinguished
     * name ({@code C=KR,CN=name}), mail or FQDN.
     *
     * @throws IllegalArgumentException with a text for people
     */
    public static Identification parse(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an identity must not be empty");
        }
        if (text.startsWith(KEY_ID_PREFIX)) {
            if (text.length() == KEY_ID_PREFIX.length()) {
                throw new IllegalArgumentException("a key-id must not be empty");
            }
            return new Identification(KEY_ID, utf8(text.substring(KEY_ID_PREFIX.length())));
        }
        if (DistinguishedName.looksLike(text)) {
            return new Identification(DER_ASN1_DN, DistinguishedName.parse(text));
        }
        if (text.contains(":") || DOTTED_QUAD.matcher(text).matches()) {
            return ofAddress(address(text));
        }
        return new Identification(text.indexOf('@') > 0 ? RFC822_ADDR : FQDN, utf8(text));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "'%s' looks like an address and is none (for a key-id write keyid:TEXT)"
                            .formatted(text),
                    e);
        }
    }

    public static Identification ofAddress(InetAddress address) {
        byte[] octets = address.getAddress();
        return new Identification(
                octets.length == 4 ? IPV4_ADDR : IPV6_ADDR, Octets.copyOf(octets));
    }

    /** An identity of a type that holds text, such as {@link #FQDN}. */
    public static Identification ofText(int type, String text) {
        return new Identification(type, utf8(text));
    }

    private static Octets utf8(String text) {
        return Octets.copyOf(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the other names the same: distinguished names may be encoded in several ways. */
    public boolean matches(Identification other) {
        return equals(other)
                || (type == DER_ASN1_DN
                        && other.type == DER_ASN1_DN
                        && DistinguishedName.same(data, other.data));
    }

    /** As the configuration would write it; octets that are no text come as hexadecimal. */
    @Override
    public String toString() {
        return switch (type) {
            case IPV4_ADDR, IPV6_ADDR -> address();
            case FQDN, RFC822_ADDR -> printable();
            case KEY_ID -> KEY_ID_PREFIX + printable();
            case DER_ASN1_DN -> DistinguishedName.text(data).orElseGet(() -> "id-type-9:" + hex());
            default -> "id-type-" + type + ":" + hex();
        };
    }

    private String address() {
        try {
            return InetAddress.getByAddress(data.toByteArray()).getHostAddress();
        } catch (UnknownHostException wrongLength) {
            return "malformed address " + hex();
        }
    }

    /** Peers choose these octets, so control characters must not reach a log. */
    private String printable() {
        byte[] octets = data.toByteArray();
        if (octets.length > PRINTED_BYTES) {
            return "0x" + hex();
        }
        for (byte octet : octets) {
            if (octet < 0x20 || octet == 0x7F) {
                return "0x" + hex();
            }
        }
        return new String(octets, StandardCharsets.US_ASCII);
    }

    private String hex() {
        return data.length() <= PRINTED_BYTES
                ? data.toString()
                : Octets.copyOf(data.toByteArray(), 0, PRINTED_BYTES)
                        + "... ("
                        + data.length()
                        + " octets)";
    }
}
