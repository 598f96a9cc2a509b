package culvert.tunio;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A program that tries what needs privileges, and prints what it is told. */
final class NeedsPrivileges {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private NeedsPrivileges() {}

    public static void main(String[] arguments) {
        System.out.printf(
                "NET_ADMIN %s, NET_RAW %s%n",
                Capability.NET_ADMIN.held(), Capability.NET_RAW.held());
        print(() -> TunDevice.open("cvt0").close());
        print(
                () -> {
                    try (Rtnetlink netlink = Rtnetlink.open()) {
                        netlink.links().setDown(FreshNamespace.LOOPBACK);
                    }
                });
        print(() -> IcmpEchoSocket.open(LOOPBACK, 1).close());
        UdpSocket.bind(new InetSocketAddress(LOOPBACK, 4500)).close();
        System.out.println("UDP works");
    }

    private static void print(Runnable attempt) {
        try {
            attempt.run();
            System.out.println("allowed");
        } catch (TunIoException e) {
            System.out.println(e.getMessage());
        }
    }
}
