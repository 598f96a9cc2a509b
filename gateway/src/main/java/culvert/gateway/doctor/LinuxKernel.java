package culvert.gateway.doctor;

import culvert.tunio.InterfaceAddress;
import culvert.tunio.Link;
import culvert.tunio.PortHolder;
import culvert.tunio.Rtnetlink;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** The kernel under us, in our network namespace. */
final class LinuxKernel implements Kernel, AutoCloseable {
    private final Rtnetlink netlink = Rtnetlink.open();

    @Override
    public Optional<Way> way(InetAddress destination) {
        return netlink.routes()
                .lookup(destination)
                .map(way -> new Way(name(way.interfaceIndex()), way.gateway(), way.local()));
    }

    private String name(int index) {
        return netlink.links().list().stream()
                .filter(link -> link.index() == index)
                .map(Link::name)
                .findFirst()
                .orElse("interface " + index);
    }

    @Override
    public Optional<Device> device(String name) {
        return netlink.links()
                .find(name)
                .map(link -> new Device(link.name(), link.up(), link.mtuBytes()));
    }

    @Override
    public List<InetAddress> addresses() {
        return netlink.addresses().list().stream().map(InterfaceAddress::address).toList();
    }

    @Override
    public List<Holder> holdersOfUdp(int port) {
        return PortHolder.ofUdp(port).stream()
                .map(holder -> new Holder(holder.pid(), holder.text()))
                .toList();
    }

    @Override
    public void close() {
        netlink.close();
    }
}
