package culvert.lab;

import java.nio.file.Path;
import java.time.Duration;

/** A running capture of everything that crosses a {@link Link}; needs tcpdump. */
public final class Capture implements AutoCloseable {
    /**
     * What a wire between gateways must not carry: anything but ARP, IKE, and ESP in UDP. Only the
     * first fragment of a datagram has ports, so later ones do not count; a leak shows in its
     * first.
     */
    public static final String PLAINTEXT =
            "not arp and not udp port 500 and not udp port 4500 and not (ip[6:2] & 0x1fff != 0)";

    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final LabProcess tcpdump;
    private final Path file;

    private Capture(LabProcess tcpdump, Path file) {
        this.tcpdump = tcpdump;
        this.file = file;
    }

    /**
     * Starts to capture to a file of this name in the lab's directory; returns when frames are
     * being seen.
     */
    public static Capture start(Topology topology, Link link, String fileName) {
        Path file = topology.directory().resolve(fileName);
        LabProcess tcpdump =
                link.namespace()
                        .start(
                                "tcpdump",
                                // -Z root: the directory is root's alone. -U: what was seen is in
                                // the file.
                                "tcpdump -n -U --immediate-mode -Z root -B 16384 -i "
                                        + link.name()
                                        + " -w "
                                        + file);
        tcpdump.awaitLine("listening on", LIMIT);
        return new Capture(tcpdump, file);
    }

    /** Ends the capture; the file stays. */
    public Capture stop() {
        // tcpdump empties the kernel's buffer only when it is asked to end by SIGINT.
        tcpdump.signal("INT");
        tcpdump.awaitExit(LIMIT);
        return this;
    }

    /** Frames seen so far that match a pcap filter; the empty filter matches all. */
    public long count(String filter) {
        return read(filter).lines().count();
    }

    /** The frames that match, one line each, as tcpdump prints them. */
    public String read(String filter) {
        return Command.run("tcpdump -n -r " + file, filter);
    }

    /**
     * Checks that nothing seen so far was {@link #PLAINTEXT}.
     *
     * @throws LabException that shows the first frames that were
     */
    public void requireNoPlaintext() {
        String leaked = read(PLAINTEXT);
        if (!leaked.isEmpty()) {
            throw new LabException(
                    leaked.lines().count()
                            + " frames in plaintext, the first of them:\n"
                            + String.join("\n", leaked.lines().limit(5).toList()).indent(4));
        }
    }

    /** The pcap file. */
    public Path file() {
        return file;
    }

    @Override
    public void close() {
        if (tcpdump.isAlive()) {
            stop();
        }
    }
}
