package culvert.gateway.doctor;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** What the kernel answers when it is asked; another one stands in for it in tests. */
interface Kernel {
    /** Where a packet of this machine to the destination would go; empty without a route. */
    Optional<Way> way(InetAddress destination);

    Optional<Device> device(String name);

    List<InetAddress> addresses();

    /** Who holds the UDP port, each as {@code charon (pid 812), bound to 0.0.0.0:4500}. */
    List<Holder> holdersOfUdp(int port);

    /**
     * Where a packet goes.
     *
     * @param device that it leaves by
     * @param gateway empty when the destination is on the link
     * @param local whether it never leaves
     */
    record Way(String device, Optional<InetAddress> gateway, boolean local) {}

    record Device(String name, boolean up, int mtuBytes) {}

    /**
     * Who holds a port.
     *
     * @param pid 0 when it cannot be seen from here
     */
    record Holder(int pid, String text) {}
}
