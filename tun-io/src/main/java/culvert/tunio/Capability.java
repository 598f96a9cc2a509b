package culvert.tunio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The privileges (linux/capability.h) that a Culvert process may need. */
public enum Capability {
    /** Bind UDP 500. */
    NET_BIND_SERVICE(10),
    /** Create TUN devices, change addresses, routes and interfaces. */
    NET_ADMIN(12),
    /** Open raw sockets: for ICMP echo, and for ESP outside of UDP. */
    NET_RAW(13),
    /** Enter and create network namespaces; only lab tools need it. */
    SYS_ADMIN(21);

    private static final Path STATUS_OF_THREAD = Path.of("/proc/thread-self/status");

    private final int bit;

    Capability(int bit) {
        this.bit = bit;
    }

    /** Whether the calling thread has it in effect. */
    public boolean held() {
        return (effective() >>> bit & 1) != 0;
    }

    /** What to do when it is missing, in a sentence. */
    public String advice() {
        return "this needs CAP_"
                + name()
                + ": run as root, or give it to the service (systemd: AmbientCapabilities=CAP_"
                + name()
                + "; container: --cap-add="
                + name()
                + ")";
    }

    private static long effective() {
        try {
            for (String line : Files.readAllLines(STATUS_OF_THREAD)) {
                if (line.startsWith("CapEff:")) {
                    return Long.parseUnsignedLong(line.substring("CapEff:".length()).strip(), 16);
                }
            }
        } catch (IOException e) {
            throw new TunIoException("cannot read " + STATUS_OF_THREAD + ": " + e.getMessage());
        }
        throw new TunIoException(STATUS_OF_THREAD + " has no line CapEff");
    }
}
