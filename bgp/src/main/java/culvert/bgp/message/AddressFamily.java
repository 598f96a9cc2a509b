package culvert.bgp.message;

import java.net.InetAddress;
import java.util.Optional;

/** An AFI with its SAFI (RFC 4760), of those that Culvert routes. */
public enum AddressFamily {
    IPV4_UNICAST(1, 1, 32, "IPv4 unicast"),
    IPV6_UNICAST(2, 1, 128, "IPv6 unicast");

    private final int afi;
    private final int safi;
    private final int addressBits;
    private final String words;

    AddressFamily(int afi, int safi, int addressBits, String words) {
        this.afi = afi;
        this.safi = safi;
        this.addressBits = addressBits;
        this.words = words;
    }

    public static Optional<AddressFamily> of(int afi, int safi) {
        for (AddressFamily family : values()) {
            if (family.afi == afi && family.safi == safi) {
                return Optional.of(family);
            }
        }
        return Optional.empty();
    }

    public static AddressFamily of(InetAddress address) {
        return address.getAddress().length == 4 ? IPV4_UNICAST : IPV6_UNICAST;
    }

    public int afi() {
        return afi;
    }

    public int safi() {
        return safi;
    }

    /** Length of an address, in bits. */
    public int addressBits() {
        return addressBits;
    }

    @Override
    public String toString() {
        return words;
    }
}
