package culvert.gateway.daemon;

import culvert.tunio.Capability;
import culvert.tunio.KernelForwarding;
import culvert.tunio.TunDevice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the kernel must allow before the first tunnel, and what it should allow. */
final class KernelPrerequisites {
    private static final Logger log = LoggerFactory.getLogger(KernelPrerequisites.class);

    private KernelPrerequisites() {}

    /**
     * Fails early on what no later step could explain as well.
     *
     * @throws StartupException saying what is missing and how to give it
     */
    static void require() {
        for (Capability capability :
                new Capability[] {Capability.NET_ADMIN, Capability.NET_BIND_SERVICE}) {
            if (!capability.held()) {
                throw new StartupException(capability.advice());
            }
        }
        TunDevice.problem()
                .ifPresent(
                        problem -> {
                            throw new StartupException(problem);
                        });
        if (!KernelForwarding.ipForward()) {
            log.warn(
                    "IPv4 forwarding is off: only this machine will reach the tunnels (sysctl net.ipv4.ip_forward=1)");
        }
    }
}
