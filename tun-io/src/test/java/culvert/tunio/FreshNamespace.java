package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs each test in a network namespace of its own with the loopback up. The kernel removes the
 * namespace, and whatever the test left in it, when nothing uses it any more.
 */
final class FreshNamespace implements BeforeEachCallback, AfterEachCallback {
    static final int LOOPBACK = 1;

    @Override
    public void beforeEach(ExtensionContext context) {
        enter();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        NetworkNamespace.enter(NetworkNamespace.OF_PROCESS);
    }

    static void enter() {
        assertTrue(
                Capability.SYS_ADMIN.held() && Capability.NET_ADMIN.held(),
                "these tests make network namespaces and devices: run them as root");
        NetworkNamespace.enterNew();
        try (Rtnetlink netlink = Rtnetlink.open()) {
            netlink.links().setUp(LOOPBACK);
        }
    }
}
