package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(FreshNamespace.class)
class PortHolderTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.3", "::1", "0.0.0.0", "::"})
    void tellsAddressPidAndCommand(String literal) {
        InetAddress address = InetAddress.ofLiteral(literal);
        try (UdpSocket socket = UdpSocket.bind(new InetSocketAddress(address, 0))) {
            int port = socket.local().getPort();
            PortHolder expected =
                    new PortHolder(
                            new InetSocketAddress(address, port),
                            Math.toIntExact(ProcessHandle.current().pid()),
                            "java");
            assertEquals(List.of(expected), PortHolder.ofUdp(port));
        }
    }

    @Test
    void aFreePortHasNoHolder() {
        assertEquals(List.of(), PortHolder.ofUdp(4500));
    }

    @Test
    void saysSoWhenTheHolderCannotBeSeen() {
        PortHolder hidden =
                new PortHolder(
                        new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 4500), 0, "");
        assertEquals(
                "a process that is not visible from here, or the kernel itself,"
                        + " bound to 0.0.0.0:4500",
                hidden.text());
    }
}
