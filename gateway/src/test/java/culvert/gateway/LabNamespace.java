package culvert.gateway;

import culvert.tunio.InterfaceAddress;
import culvert.tunio.NetworkNamespace;
import culvert.tunio.Rtnetlink;
import java.net.InetAddress;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs each test in an empty network namespace of its own, whose loopback has some addresses.
 * Threads that the test starts are in it too.
 */
public final class LabNamespace implements BeforeEachCallback, AfterEachCallback {
    private static final int LOOPBACK = 1;
    private static final String[] ADDRESSES = {"10.0.0.1", "10.0.0.2", "10.0.0.3"};

    @Override
    public void beforeEach(ExtensionContext context) {
        NetworkNamespace.enterNew();
        try (Rtnetlink netlink = Rtnetlink.open()) {
            netlink.links().setUp(LOOPBACK);
            for (String address : ADDRESSES) {
                netlink.addresses()
                        .add(new InterfaceAddress(LOOPBACK, InetAddress.ofLiteral(address), 32));
            }
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        NetworkNamespace.enter(NetworkNamespace.OF_PROCESS);
    }
}
