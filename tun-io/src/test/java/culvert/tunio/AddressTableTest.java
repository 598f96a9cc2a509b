package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(FreshNamespace.class)
class AddressTableTest {
    @ParameterizedTest
    @CsvSource({
        "169.254.10.2, 30",
        "10.0.0.1, 32",
        "fd00:10::2, 126",
        "2001:db8::1, 128",
    })
    void addsReplacesListsAndRemoves(String literal, int prefixLength) {
        try (Rtnetlink netlink = Rtnetlink.open();
                TunDevice device = TunDevice.open("cvt0")) {
            AddressTable addresses = netlink.addresses();
            InterfaceAddress address =
                    new InterfaceAddress(
                            device.interfaceIndex(), InetAddress.ofLiteral(literal), prefixLength);
            addresses.add(address);
            assertTrue(addresses.list().contains(address));
            assertEquals(
                    Errno.EEXIST,
                    assertThrows(TunIoException.class, () -> addresses.add(address)).errno());
            addresses.replace(address);
            addresses.remove(address);
            assertFalse(addresses.list().contains(address));
            TunIoException gone =
                    assertThrows(TunIoException.class, () -> addresses.remove(address));
            assertEquals(Errno.EADDRNOTAVAIL, gone.errno());
            assertTrue(
                    gone.getMessage()
                            .startsWith(
                                    "cannot remove the address %s on interface %d: EADDRNOTAVAIL"
                                            .formatted(address.text(), device.interfaceIndex())),
                    gone.getMessage());
        }
    }

    @Test
    void refusesAnInterfaceThatDoesNotExist() {
        try (Rtnetlink netlink = Rtnetlink.open()) {
            InterfaceAddress address =
                    new InterfaceAddress(4711, InetAddress.ofLiteral("10.0.0.1"), 24);
            assertEquals(
                    Errno.ENODEV,
                    assertThrows(TunIoException.class, () -> netlink.addresses().add(address))
                            .errno());
        }
    }

    @Test
    void refusesAnImpossiblePrefixLength() {
        InetAddress address = InetAddress.ofLiteral("10.0.0.1");
        assertThrows(IllegalArgumentException.class, () -> new InterfaceAddress(1, address, 33));
    }
}
