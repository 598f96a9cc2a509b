package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(FreshNamespace.class)
class LinkTableTest {
    private static final int NO_SUCH_INTERFACE = 4711;

    private Rtnetlink netlink;
    private LinkTable links;
    private TunDevice device;

    @BeforeEach
    void open() {
        netlink = Rtnetlink.open();
        links = netlink.links();
        device = TunDevice.open("cvt0");
    }

    @AfterEach
    void close() {
        device.close();
        netlink.close();
    }

    @Test
    void setsAnInterfaceUpAndDown() {
        assertFalse(link().up());
        assertFalse(link().running());
        links.setUp(device.interfaceIndex());
        assertTrue(link().up());
        assertTrue(link().running());
        links.setDown(device.interfaceIndex());
        assertFalse(link().up());
    }

    @Test
    void setsSizes() {
        links.setMtu(device.interfaceIndex(), 1438);
        links.setTransmitQueueLength(device.interfaceIndex(), 2000);
        assertEquals(1438, link().mtuBytes());
        assertEquals(2000, link().transmitQueuePackets());
    }

    @Test
    void leavesAnInterfaceWithoutALinkLocalAddress() throws InterruptedException {
        try (TunDevice usual = TunDevice.open("cvt1")) {
            links.leaveWithoutLinkLocalAddress(device.interfaceIndex());
            links.setUp(device.interfaceIndex());
            links.setUp(usual.interfaceIndex());
            List<Integer> given = withLinkLocalAddress();
            for (int i = 0; i < 100 && given.isEmpty(); i++) {
                Thread.sleep(20);
                given = withLinkLocalAddress();
            }
            assertEquals(List.of(usual.interfaceIndex()), given);
        }
    }

    /** Interfaces, by index. */
    private List<Integer> withLinkLocalAddress() {
        return netlink.addresses().list().stream()
                .filter(address -> address.address().isLinkLocalAddress())
                .map(InterfaceAddress::interfaceIndex)
                .toList();
    }

    @Test
    void listsAllInterfaces() {
        assertTrue(
                links.list().stream().map(Link::name).toList().containsAll(List.of("lo", "cvt0")));
    }

    @Test
    void findsNothingByAnUnknownName() {
        assertTrue(links.find("cvt-none").isEmpty());
    }

    @Test
    void saysInTheKernelsWordsWhyAnMtuIsImpossible() {
        TunIoException e =
                assertThrows(TunIoException.class, () -> links.setMtu(device.interfaceIndex(), 10));
        assertEquals(
                "cannot set the MTU of interface %d to 10: EINVAL (invalid argument); the kernel"
                                .formatted(device.interfaceIndex())
                        + " says: mtu less than device minimum",
                e.getMessage());
    }

    @Test
    void refusesAnInterfaceThatDoesNotExist() {
        TunIoException e = assertThrows(TunIoException.class, () -> links.setUp(NO_SUCH_INTERFACE));
        assertEquals(Errno.ENODEV, e.errno());
        assertTrue(e.getMessage().startsWith("cannot set interface 4711 up: ENODEV"));
    }

    @Test
    void goesOnAfterARefusal() {
        assertThrows(TunIoException.class, () -> links.setUp(NO_SUCH_INTERFACE));
        links.setUp(device.interfaceIndex());
        assertTrue(link().up());
    }

    @Test
    void answersEbadfAfterClose() {
        netlink.close();
        assertEquals(Errno.EBADF, assertThrows(TunIoException.class, () -> links.setUp(1)).errno());
    }

    private Link link() {
        return links.find("cvt0").orElseThrow();
    }
}
