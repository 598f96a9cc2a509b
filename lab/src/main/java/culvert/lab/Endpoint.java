package culvert.lab;

/**
 * One of the two endpoints that AWS gives a VPN connection: its addresses, and the tunnel to it.
 *
 * <p>Addresses are fixed, as every lab has namespaces of its own.
 */
public enum Endpoint {
    AWS1(1, "198.18.0.11", "169.254.10.1", "169.254.10.2", "10.20.1"),
    AWS2(2, "198.18.0.12", "169.254.10.5", "169.254.10.6", "10.20.2");

    private final int number;
    private final String outsideAddress;
    private final String insideAddress;
    private final String customerInsideAddress;
    private final String transit;

    Endpoint(
            int number,
            String outsideAddress,
            String insideAddress,
            String customerInsideAddress,
            String transit) {
        this.number = number;
        this.outsideAddress = outsideAddress;
        this.insideAddress = insideAddress;
        this.customerInsideAddress = customerInsideAddress;
        this.transit = transit;
    }

    /** 1 or 2, as in the names {@code aws1} (namespace) and {@code aws-1} (tunnel). */
    public int number() {
        return number;
    }

    /** The role of its namespace. */
    public String role() {
        return "aws" + number;
    }

    /** The tunnel's name in configurations on both ends. */
    public String tunnelName() {
        return "aws-" + number;
    }

    /** Where IKE and ESP reach it. */
    public String outsideAddress() {
        return outsideAddress;
    }

    /** The same over IPv6, after {@link Topology#addIpv6Outside}. */
    public String outsideAddressIpv6() {
        return "fd00:198:18::1" + number;
    }

    /** Its own address inside the tunnel, without prefix length; always a /30. */
    public String insideAddress() {
        return insideAddress;
    }

    /** The customer gateway's address inside the tunnel. */
    public String customerInsideAddress() {
        return customerInsideAddress;
    }

    /**
     * The pre-shared key of the tunnel: worthless outside the lab, of the form that AWS generates.
     */
    public String preSharedKey() {
        return "Culvert.lab_only_tunnel_" + number + ".8fKq";
    }

    /** Where the customer gateway reaches it through a {@link NatRelay}. */
    public String relayAddress() {
        return "198.18.0.2" + number;
    }

    /** Where the customer gateway seems to be, seen through a {@link NatRelay}. */
    public String translatedAddress() {
        return "198.18.0.3" + number;
    }

    /** Its address on the wire to the VPC host, a /30. */
    String vpcSideAddress() {
        return transit + ".1";
    }

    /** The VPC host's address on that wire. */
    String vpcHostAddress() {
        return transit + ".2";
    }

    /** Its address on the wire between the two endpoints, a /30. */
    String siblingSideAddress() {
        return "10.20.3." + number;
    }

    Endpoint other() {
        return this == AWS1 ? AWS2 : AWS1;
    }
}
