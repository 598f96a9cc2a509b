package culvert.lab;

import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One end of a wire: an interface in a namespace. */
public final class Link {
    private final Namespace namespace;
    private final String name;

    Link(Namespace namespace, String name) {
        this.namespace = namespace;
        this.name = name;
    }

    public Namespace namespace() {
        return namespace;
    }

    /** The interface's name, at most 15 characters as the kernel demands. */
    public String name() {
        return name;
    }

    public void up() {
        namespace.ip("link set dev " + name + " up");
    }

    /** Down; the kernel forgets the routes through it, and the other end loses its carrier. */
    public void down() {
        namespace.ip("link set dev " + name + " down");
    }

    public void mtu(int bytes) {
        namespace.ip("link set dev " + name + " mtu " + bytes);
    }

    /**
     * Wire mode: no offloads, so that each packet crosses alone with a real checksum.
     *
     * <p>A veth otherwise hands superpackets of 64 KiB from one stack to the other unsegmented,
     * which leaves out work that a real network card and wire impose.
     */
    public void wireMode() {
        namespace.exec(
                "ethtool -K " + name + " tso off gso off gro on tx off tx-udp-segmentation off");
    }

    /** From now on loses arriving frames as the fault says, in place of any fault set before. */
    public void fault(Fault fault) {
        CommandResult present = namespace.attempt("tc qdisc add dev " + name + " clsact");
        if (!present.succeeded()
                && !present.stderr().contains("exists")
                && !present.stderr().contains("Exclusivity")) {
            throw new LabException("tc on " + this + ": " + present.stderr().strip());
        }
        namespace.exec(
                "tc filter replace dev "
                        + name
                        + " ingress prio 1 protocol all handle 1 bpf da bytecode",
                fault.bytecode());
    }

    /** Ends {@link #fault}. */
    public void clearFault() {
        namespace.attempt("tc qdisc del dev " + name + " clsact");
    }

    /** What was received and sent so far, by the interface's counters. */
    public Traffic traffic() {
        String directory = "/sys/class/net/" + name + "/statistics/";
        String files =
                Stream.of("rx_packets", "rx_bytes", "tx_packets", "tx_bytes")
                        .map(directory::concat)
                        .collect(Collectors.joining(" "));
        String[] counters = namespace.exec("cat " + files).split("\n");
        return new Traffic(
                Long.parseLong(counters[0]),
                Long.parseLong(counters[1]),
                Long.parseLong(counters[2]),
                Long.parseLong(counters[3]));
    }

    /** Interface counters. */
    public record Traffic(long packetsIn, long bytesIn, long packetsOut, long bytesOut) {}

    @Override
    public String toString() {
        return name + " in " + namespace.role();
    }
}
