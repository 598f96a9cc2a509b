package culvert.tunio;

import static culvert.tunio.NetlinkMessage.NLM_F_CREATE;
import static culvert.tunio.NetlinkMessage.NLM_F_DUMP;
import static culvert.tunio.NetlinkMessage.NLM_F_EXCL;
import static culvert.tunio.NetlinkMessage.NLM_F_REPLACE;

import java.util.List;
import java.util.Optional;

/** The addresses of the interfaces of a namespace ({@link Rtnetlink}). */
public final class AddressTable {
    private final NetlinkSocket socket;

    AddressTable(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Gives the interface this address. Refused with EEXIST when it has it already. */
    public void add(InterfaceAddress address) {
        change("add", address, InterfaceAddress.RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
    }

    /** Gives the interface this address, which it may have already. */
    public void replace(InterfaceAddress address) {
        change("set", address, InterfaceAddress.RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE);
    }

    /** Refused with EADDRNOTAVAIL when the interface has no such address. */
    public void remove(InterfaceAddress address) {
        change("remove", address, InterfaceAddress.RTM_DELADDR, 0);
    }

    /** Every address of every interface. */
    public List<InterfaceAddress> list() {
        return socket
                .query(
                        "list the addresses",
                        () -> socket.begin(InterfaceAddress.RTM_GETADDR, NLM_F_DUMP).u32(0).u32(0),
                        InterfaceAddress.RTM_NEWADDR,
                        InterfaceAddress::decode)
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    private void change(String verb, InterfaceAddress address, int type, int flags) {
        NetlinkMessage message = socket.begin(type, flags);
        address.encode(message);
        socket.require(
                verb
                        + " the address "
                        + address.text()
                        + " on interface "
                        + address.interfaceIndex(),
                message);
    }
}
