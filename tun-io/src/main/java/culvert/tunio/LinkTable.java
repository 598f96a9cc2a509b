package culvert.tunio;

import static culvert.tunio.NetlinkMessage.NLM_F_ACK;
import static culvert.tunio.NetlinkMessage.NLM_F_DUMP;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The network interfaces of a namespace ({@link Rtnetlink}). */
public final class LinkTable {
    private final NetlinkSocket socket;

    LinkTable(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** The interface of this name, if there is one. */
    public Optional<Link> find(String name) {
        InterfaceName.require(name);
        try {
            return socket
                    .query(
                            "look up the interface " + name,
                            () ->
                                    Link.body(socket.begin(Link.RTM_GETLINK, NLM_F_ACK), 0, 0, 0)
                                            .attribute(Link.IFLA_IFNAME, name),
                            Link.RTM_NEWLINK,
                            Link::decode)
                    .stream()
                    .findFirst();
        } catch (TunIoException e) {
            if (e.errno() == Errno.ENODEV) {
                return Optional.empty();
            }
            throw e;
        }
    }

    public List<Link> list() {
        return socket.query(
                "list the interfaces",
                () -> Link.body(socket.begin(Link.RTM_GETLINK, NLM_F_DUMP), 0, 0, 0),
                Link.RTM_NEWLINK,
                Link::decode);
    }

    public void setUp(int interfaceIndex) {
        changeFlags("set interface " + interfaceIndex + " up", interfaceIndex, Link.IFF_UP);
    }

    public void setDown(int interfaceIndex) {
        changeFlags("set interface " + interfaceIndex + " down", interfaceIndex, 0);
    }

    public void setMtu(int interfaceIndex, int mtuBytes) {
        change(
                "set the MTU of interface " + interfaceIndex + " to " + mtuBytes,
                interfaceIndex,
                message -> message.attribute(Link.IFLA_MTU, mtuBytes));
    }

    public void setTransmitQueueLength(int interfaceIndex, int packets) {
        change(
                "set the queue of interface " + interfaceIndex + " to " + packets + " packets",
                interfaceIndex,
                message -> message.attribute(Link.IFLA_TXQLEN, packets));
    }

    /**
     * The kernel gives the interface no link-local IPv6 address of its own accord (RFC 4862 5.3),
     * and so has nothing to say there before anybody else does. It must still be down.
     */
    public void leaveWithoutLinkLocalAddress(int interfaceIndex) {
        change(
                "keep interface " + interfaceIndex + " without a link-local address",
                interfaceIndex,
                message ->
                        // linux/if_link.h: IN6_ADDR_GEN_MODE_NONE is 1.
                        message.attributeHeader(Link.IFLA_AF_SPEC, 12)
                                .attributeHeader(SocketAddress.AF_INET6, 8)
                                .attribute(Link.IFLA_INET6_ADDR_GEN_MODE, new byte[] {1}));
    }

    /** Deletes the interface, if it is of a kind that can be. */
    public void delete(int interfaceIndex) {
        socket.require(
                "delete interface " + interfaceIndex,
                Link.body(socket.begin(Link.RTM_DELLINK, 0), interfaceIndex, 0, 0));
    }

    private void change(String what, int index, Consumer<NetlinkMessage> attributes) {
        NetlinkMessage message = Link.body(socket.begin(Link.RTM_NEWLINK, 0), index, 0, 0);
        attributes.accept(message);
        socket.require(what, message);
    }

    private void changeFlags(String what, int index, int flags) {
        socket.require(
                what, Link.body(socket.begin(Link.RTM_NEWLINK, 0), index, flags, Link.IFF_UP));
    }
}
