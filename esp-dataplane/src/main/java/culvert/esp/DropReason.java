package culvert.esp;

/** Why a packet was not passed on. Every packet that is lost in the dataplane has exactly one. */
public enum DropReason {
    /** No SA: outbound nothing is installed, inbound the SPI is unknown. */
    NO_SA("noSa"),
    /** Inbound: the sequence number was seen before or is left of the replay window. */
    REPLAY("replay"),
    /** Inbound: the ICV is wrong. Somebody sends forgeries, or the keys differ. */
    AUTHENTICATION("authentication"),
    /** Inbound: a datagram too short for an ESP packet, and no keepalive. */
    TOO_SHORT("tooShort"),
    /** Inbound: an ESP packet whose ciphertext is not aligned to 4 octets. */
    MALFORMED("malformed"),
    /** Inbound: the pad length exceeds the packet, or the padding is not 1, 2, 3, ... */
    PADDING("padding"),
    /** Inbound: the next header is neither IPv4, IPv6 nor a dummy. */
    NEXT_HEADER("nextHeader"),
    /** The inner packet's IP header does not hold together. */
    INNER_HEADER("innerHeader"),
    /** The inner packet is outside the SA's traffic selectors. */
    SELECTORS("selectors"),
    /** Inbound: congestion was marked on a packet that does not speak ECN (RFC 6040 4.2). */
    ECN("ecn"),
    /** Outbound: the virtio_net_hdr from the kernel contradicts the packet. */
    VNET_HEADER("vnetHeader"),
    /** Outbound: a packet longer than the tunnel's MTU. */
    OVERSIZED("oversized"),
    /** Outbound: the SA has used every sequence number; a rekey is overdue. */
    SEQUENCE_EXHAUSTED("sequenceExhausted"),
    /** Outbound: the cipher refused. */
    CIPHER("cipher"),
    /** Outbound: the socket's send buffer or the interface's queue stayed full. */
    SEND_QUEUE_FULL("sendQueueFull"),
    /** Outbound: the peer's host answered with ICMP port or host unreachable. */
    PEER_UNREACHABLE("peerUnreachable"),
    /** Outbound: a datagram is longer than the path to the peer carries; lower the MTU. */
    PATH_MTU("pathMtu"),
    /** Outbound: any other error of the UDP socket. */
    UDP_SEND("udpSend"),
    /** Inbound: the kernel refused a packet at the TUN device, or the device is down. */
    TUN_WRITE("tunWrite"),
    /** Inbound: an IKE message came faster than IKE takes them. */
    QUEUE_FULL("queueFull"),
    /** A fault of Culvert's own while the packet was in hand. */
    INTERNAL("internal");

    private final String jsonName;

    DropReason(String jsonName) {
        this.jsonName = jsonName;
    }

    /** The key in {@code status --json} and the label in metrics. */
    public String jsonName() {
        return jsonName;
    }
}
