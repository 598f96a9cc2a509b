package culvert.model;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * An IPv4 or IPv6 prefix with its host bits zero, such as {@code 10.20.0.0/16}.
 *
 * @param network the first address of the prefix
 * @param length the number of leading bits that count, 0 to 32 or 128
 */
public record IpPrefix(InetAddress network, int length) {
    /** The JDK also reads 10.1 as 10.0.0.1, which no operator means. */
    private static final Pattern DOTTED_QUAD = Pattern.compile("[0-9]+(\\.[0-9]+){3}");

    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,3}");

    public IpPrefix {
        int bits = network.getAddress().length * 8;
        if (length < 0 || length > bits) {
            throw new IllegalArgumentException(
                    "prefix length " + length + " is not within 0 to " + bits);
        }
        InetAddress masked = first(network, length);
        if (!masked.equals(network)) {
            throw new IllegalArgumentException(
                    "%s/%d has host bits set (write %s/%d)"
                            .formatted(
                                    network.getHostAddress(),
                                    length,
                                    masked.getHostAddress(),
                                    length));
        }
    }

    /** The prefix of this length that holds the address. */
    public static IpPrefix containing(InetAddress address, int length) {
        return new IpPrefix(first(address, length), length);
    }

    /**
     * Reads {@code address/length}.
     *
     * @throws IllegalArgumentException with a text for people when the literal is not a prefix
     */
    public static IpPrefix parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "'" + text + "' has no prefix length (write " + text + "/LENGTH)");
        }
        String literal = text.substring(0, slash);
        String digits = text.substring(slash + 1);
        if (!literal.contains(":") && !DOTTED_QUAD.matcher(literal).matches()) {
            throw new IllegalArgumentException("'" + literal + "' is not an IP address");
        }
        InetAddress address;
        try {
            address = InetAddress.ofLiteral(literal);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("'" + literal + "' is not an IP address", e);
        }
        if (!LENGTH.matcher(digits).matches()) {
            throw new IllegalArgumentException("'" + digits + "' is not a prefix length");
        }
        int length = Integer.parseInt(digits);
        return new IpPrefix(address, length);
    }

    public boolean isIpv4() {
        return network.getAddress().length == 4;
    }

    /** Whether the address lies within this prefix; never true across families. */
    public boolean contains(InetAddress address) {
        return address.getAddress().length == network.getAddress().length
                && first(address, length).equals(network);
    }

    /** Whether every address of the other prefix lies within this one. */
    public boolean covers(IpPrefix other) {
        return other.length >= length && contains(other.network);
    }

    public boolean overlaps(IpPrefix other) {
        return covers(other) || other.covers(this);
    }

    /** The address with every bit after the prefix set. */
    public InetAddress last() {
        byte[] octets = network.getAddress();
        for (int bit = length; bit < octets.length * 8; bit++) {
            octets[bit / 8] |= (byte) (0x80 >> (bit % 8));
        }
        return ofOctets(octets);
    }

    private static InetAddress first(InetAddress address, int length) {
        byte[] octets = address.getAddress();
        int whole = length / 8;
        if (whole < octets.length) {
            octets[whole] &= (byte) (0xFF00 >> (length % 8));
            Arrays.fill(octets, whole + 1, octets.length, (byte) 0);
        }
        return ofOctets(octets);
    }

    private static InetAddress ofOctets(byte[] octets) {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 octets", e);
        }
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + length;
    }
}
