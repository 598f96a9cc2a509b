package culvert.esp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The counters of one packet path: written by its thread alone, read by anyone. A reader may see
 * them a moment late, never torn.
 */
final class PathCounters {
    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);

    private static final int PACKETS = 0;
    private static final int BYTES = 1;
    private static final int READS = 2;
    private static final int WRITES = 3;
    private static final int ICMP_ERRORS = 4;
    private static final int DROPS = 5;

    private final long[] values = new long[DROPS + DropReason.values().length];

    /** Inner packets that were passed on, and their octets. */
    void passed(long packets, long bytes) {
        add(PACKETS, packets);
        add(BYTES, bytes);
    }

    /** One call that took packets in. */
    void read() {
        add(READS, 1);
    }

    /** One call that passed packets on. */
    void wrote() {
        add(WRITES, 1);
    }

    /** One ICMP error about a datagram that was sent before. */
    void icmpError() {
        add(ICMP_ERRORS, 1);
    }

    void drop(DropReason reason) {
        drop(reason, 1);
    }

    void drop(DropReason reason, int packets) {
        add(slot(reason), packets);
    }

    long packets() {
        return get(PACKETS);
    }

    long bytes() {
        return get(BYTES);
    }

    long reads() {
        return get(READS);
    }

    long writes() {
        return get(WRITES);
    }

    long icmpErrors() {
        return get(ICMP_ERRORS);
    }

    long drops(DropReason reason) {
        return get(slot(reason));
    }

    @SuppressWarnings("EnumOrdinal") // an index into memory that lives no longer than the enum
    private static int slot(DropReason reason) {
        return DROPS + reason.ordinal();
    }

    private void add(int slot, long amount) {
        ELEMENT.setOpaque(values, slot, values[slot] + amount);
    }

    private long get(int slot) {
        return (long) ELEMENT.getOpaque(values, slot);
    }
}
