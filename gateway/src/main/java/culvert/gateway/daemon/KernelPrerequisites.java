package culvert.gateway.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the kernel must allow before the first tunnel, and what it should allow. */
final class KernelPrerequisites {
    private static final Logger log = LoggerFactory.getLogger(KernelPrerequisites.class);
    private static final Path IP_FORWARD = Path.of("/proc/sys/net/ipv4/ip_forward");

    private KernelPrerequisites() {}

    /** Warns about what an operator may have meant; what cannot work fails where it is tried. */
    static void warnAboutForwarding() {
        try {
            if (Files.readString(IP_FORWARD).strip().equals("0")) {
                log.warn(
                        "IPv4 forwarding is off: only this machine will reach the tunnels (sysctl net.ipv4.ip_forward=1)");
            }
        } catch (IOException e) {
            log.debug("{}: {}", IP_FORWARD, e.toString());
        }
    }
}
