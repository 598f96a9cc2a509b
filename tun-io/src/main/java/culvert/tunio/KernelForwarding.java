package culvert.tunio;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The kernel switches that let a packet pass through this machine, in the calling thread's network
 * namespace (the kernel's Documentation/networking/ip-sysctl.rst).
 */
public final class KernelForwarding {
    private static final Path IPV4 = Path.of("/proc/sys/net/ipv4");
    private static final Path IP_FORWARD = IPV4.resolve("ip_forward");
    private static final Path CONF = IPV4.resolve("conf");

    /**
     * What the kernel does with a packet whose source is not reached the way it came (RFC 3704).
     */
    public enum ReversePathFilter {
        /** It passes. */
        OFF,
        /** It is dropped, even when the source is reached by another interface. */
        STRICT,
        /** It is dropped only when no route leads to its source. */
        LOOSE
    }

    private KernelForwarding() {}

    /** Whether IPv4 packets are passed on between interfaces. */
    public static boolean ipForward() {
        return !read(IP_FORWARD).equals("0");
    }

    public static void setIpForward(boolean on) {
        write(IP_FORWARD, on ? "1" : "0");
    }

    /**
     * The interface's own setting. The stricter of it and of {@code all} applies, where loose
     * counts as more than strict.
     */
    public static ReversePathFilter reversePathFilter(String interfaceName) {
        Path file = reversePathFile(interfaceName);
        String value = read(file);
        return switch (value) {
            case "0" -> ReversePathFilter.OFF;
            case "1" -> ReversePathFilter.STRICT;
            case "2" -> ReversePathFilter.LOOSE;
            default -> throw new TunIoException(file + " holds '" + value + "', not 0, 1 or 2");
        };
    }

    public static void setReversePathFilter(String interfaceName, ReversePathFilter filter) {
        write(
                reversePathFile(interfaceName),
                switch (filter) {
                    case OFF -> "0";
                    case STRICT -> "1";
                    case LOOSE -> "2";
                });
    }

    private static Path reversePathFile(String interfaceName) {
        return CONF.resolve(InterfaceName.require(interfaceName)).resolve("rp_filter");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new TunIoException("cannot read " + file + ": " + reason(e));
        }
    }

    private static void write(Path file, String value) {
        try {
            Files.writeString(file, value);
        } catch (IOException e) {
            throw new TunIoException(
                    "cannot write "
                            + value
                            + " to "
                            + file
                            + ": "
                            + reason(e)
                            + "; set it with sysctl, or let the service write to /proc/sys/net");
        }
    }

    private static String reason(IOException e) {
        return e instanceof NoSuchFileException
                ? "no such file (is there such an interface?)"
                : e.getClass().getSimpleName() + " " + e.getMessage();
    }
}
