package culvert.bgp.message;

import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Network Layer Reachability Information of unicast: a prefix, packed into 32 bytes of heap because
 * a table holds hundreds of thousands. Host bits are zero; an IPv4 address lies in the top bits.
 */
public final class Nlri implements Comparable<Nlri> {
    private static final int IPV6 = 0x100;

    private final long high;
    private final long low;
    private final int lengthAndFamily;

    private Nlri(long high, long low, int length, int family) {
        this.high = high & mask(length);
        this.low = low & mask(length - 64);
        this.lengthAndFamily = length | family;
    }

    /** The IPv4 prefix of this length, 0 to 32, that holds the address. */
    public static Nlri ipv4(int address, int length) {
        return new Nlri((long) address << 32, 0, length, 0);
    }

    /** The IPv6 prefix of this length, 0 to 128, that holds the address. */
    public static Nlri ipv6(long high, long low, int length) {
        return new Nlri(high, low, length, IPV6);
    }

    public static Nlri of(IpPrefix prefix) {
        byte[] octets = prefix.network().getAddress();
        if (octets.length == 4) {
            return ipv4((int) bigEndian(octets, 0, 4), prefix.length());
        }
        return ipv6(bigEndian(octets, 0, 8), bigEndian(octets, 8, 8), prefix.length());
    }

    /** The prefix of one address alone. */
    public static Nlri host(InetAddress address) {
        return of(new IpPrefix(address, address.getAddress().length * 8));
    }

    public static Nlri parse(String text) {
        return of(IpPrefix.parse(text));
    }

    public AddressFamily family() {
        return (lengthAndFamily & IPV6) == 0
                ? AddressFamily.IPV4_UNICAST
                : AddressFamily.IPV6_UNICAST;
    }

    /** Number of leading bits that count. */
    public int length() {
        return lengthAndFamily & 0xFF;
    }

    /** The address, 4 or 16 octets. */
    public byte[] addressOctets() {
        byte[] octets = new byte[family().addressBits() / 8];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) octet(i);
        }
        return octets;
    }

    int octet(int index) {
        return (int) ((index < 8 ? high : low) >>> (56 - 8 * (index & 7))) & 0xFF;
    }

    /** Whether every address of the other prefix lies within this one. */
    public boolean covers(Nlri other) {
        int length = length();
        return ((lengthAndFamily ^ other.lengthAndFamily) & IPV6) == 0
                && other.length() >= length
                && (other.high & mask(length)) == high
                && (other.low & mask(length - 64)) == low;
    }

    public boolean overlaps(Nlri other) {
        return covers(other) || other.covers(this);
    }

    public IpPrefix toPrefix() {
        try {
            return new IpPrefix(InetAddress.getByAddress(addressOctets()), length());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 octets", e);
        }
    }

    private static long mask(int bits) {
        return bits <= 0 ? 0 : bits >= 64 ? -1 : -1L << (64 - bits);
    }

    private static long bigEndian(byte[] octets, int from, int count) {
        long value = 0;
        for (int i = from; i < from + count; i++) {
            value = value << 8 | (octets[i] & 0xFF);
        }
        return value;
    }

    @Override
    public int compareTo(Nlri other) {
        int order = Integer.compare(lengthAndFamily & IPV6, other.lengthAndFamily & IPV6);
        if (order == 0) {
            order = Long.compareUnsigned(high, other.high);
        }
        if (order == 0) {
            order = Long.compareUnsigned(low, other.low);
        }
        return order != 0 ? order : Integer.compare(length(), other.length());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Nlri that
                && high == that.high
                && low == that.low
                && lengthAndFamily == that.lengthAndFamily;
    }

    @Override
    public int hashCode() {
        // Prefixes differ in a few middle bits only: spread them, as HashMap looks at the lowest.
        long mixed = (high ^ Long.rotateLeft(low, 29) ^ lengthAndFamily) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32);
    }

    @Override
    public String toString() {
        return toPrefix().toString();
    }
}
