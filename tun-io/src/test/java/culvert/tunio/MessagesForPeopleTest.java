package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagesForPeopleTest {
    @ParameterizedTest
    @CsvSource({
        "98, EADDRINUSE (address already in use)",
        "1, EPERM (operation not permitted)",
        "11, EAGAIN (try again)",
        "111, ECONNREFUSED (connection refused)",
        "4095, errno 4095",
    })
    void errnoHasANameAndAMeaning(int errno, String text) {
        assertEquals(text, Errno.text(errno));
    }

    @Test
    void aMissingCapabilityComesWithWhatToDo() {
        assertEquals(
                "this needs CAP_NET_ADMIN: run as root, or give it to the service"
                        + " (systemd: AmbientCapabilities=CAP_NET_ADMIN; container:"
                        + " --cap-add=NET_ADMIN)",
                Capability.NET_ADMIN.advice());
    }

    @Test
    void rootHoldsWhatTheTestsNeed() {
        for (Capability capability : Capability.values()) {
            assertTrue(capability.held(), capability.advice());
        }
    }

    @Test
    void offloadsHaveShortNames() {
        assertEquals("none", Offloads.NONE.text());
        assertEquals("tun-tso udp-gro", new Offloads(true, false, false, true).text());
    }

    @Test
    void deniedNativeAccessNamesTheFlag() throws Exception {
        try (ChildJvm denied =
                ChildJvm.start(
                        List.of(),
                        List.of("--illegal-native-access=deny"),
                        ReportsTunProblem.class)) {
            String output = denied.readAll();
            assertTrue(
                    output.contains(
                            "Java may not make native calls: start it with"
                                    + " --enable-native-access=culvert.tunio"),
                    output);
        }
    }

    @Test
    void aProcessWithoutPrivilegesIsToldWhatItNeeds() throws Exception {
        List<String> withoutNetworkPrivileges =
                List.of(
                        "setpriv",
                        "--bounding-set=-net_admin,-net_raw",
                        "--inh-caps=-net_admin,-net_raw");
        FreshNamespace.enter();
        try (ChildJvm child =
                ChildJvm.start(
                        withoutNetworkPrivileges,
                        List.of("--enable-native-access=culvert.tunio"),
                        NeedsPrivileges.class)) {
            assertEquals(
                    """
                    NET_ADMIN false, NET_RAW false
                    cannot create the TUN device cvt0: EPERM (operation not permitted); %1$s
                    cannot set interface 1 down: EPERM (operation not permitted); %1$s
                    cannot open a raw ICMP socket: EPERM (operation not permitted); %2$s
                    UDP works
                    """
                            .formatted(Capability.NET_ADMIN.advice(), Capability.NET_RAW.advice()),
                    child.readAll());
        } finally {
            NetworkNamespace.enter(NetworkNamespace.OF_PROCESS);
        }
    }

    @Test
    void grantedNativeAccessSaysNothing() throws Exception {
        try (ChildJvm granted = ChildJvm.start(ReportsTunProblem.class)) {
            assertEquals("Optional.empty\n", granted.readAll());
        }
    }
}
