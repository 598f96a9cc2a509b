package culvert.tunio;

/**
 * Interfaces, addresses, routes and nexthops of the network namespace in which it was opened.
 * Belongs to one thread at a time. Every change returns after the kernel made it; a refusal is a
 * {@link TunIoException} with the kernel's own explanation where it gives one.
 */
public final class Rtnetlink implements AutoCloseable {
    private final NetlinkSocket socket = new NetlinkSocket();
    private final LinkTable links = new LinkTable(socket);
    private final AddressTable addresses = new AddressTable(socket);
    private final RouteTable routes = new RouteTable(socket);
    private final NexthopTable nexthops = new NexthopTable(socket);

    private Rtnetlink() {}

    public static Rtnetlink open() {
        return new Rtnetlink();
    }

    public LinkTable links() {
        return links;
    }

    public AddressTable addresses() {
        return addresses;
    }

    public RouteTable routes() {
        return routes;
    }

    public NexthopTable nexthops() {
        return nexthops;
    }

    @Override
    public void close() {
        socket.close();
    }
}
