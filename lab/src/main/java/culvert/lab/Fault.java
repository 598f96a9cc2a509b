package culvert.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * Frames to lose at a {@link Link}: those that match a pcap filter (all when it is empty), each
 * with the given probability.
 *
 * <p>A fault becomes a classic BPF program whose return value is the verdict of {@code tc}'s
 * direct-action mode, so it needs no netem, netfilter or eBPF compiler.
 */
public record Fault(double probability, String filter) {
    // include/uapi/linux/pkt_cls.h: verdicts of a direct-action program.
    private static final long TC_ACT_UNSPEC = 0xffff_ffffL;
    private static final long TC_ACT_SHOT = 2;
    // include/uapi/linux/filter.h: SKF_AD_OFF + SKF_AD_RANDOM, 32 random bits instead of packet
    // bytes.
    private static final long RANDOM_OFFSET = 0xffff_f000L + 56;
    // include/uapi/linux/bpf_common.h: BPF_LD | BPF_W | BPF_ABS, BPF_JMP | BPF_JGE | BPF_K, BPF_RET
    // | BPF_K.
    private static final int LD_WORD = 0x20;
    private static final int JUMP_GREATER_EQUAL = 0x35;
    private static final int RETURN = 0x06;

    public Fault {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability " + probability + " is not in 0..1");
        }
    }

    /** Loses every frame with this probability. */
    public static Fault loss(double probability) {
        return new Fault(probability, "");
    }

    /**
     * Loses every frame that matches, e.g. {@code udp port 500}; needs tcpdump, which compiles the
     * filter.
     */
    public static Fault discard(String filter) {
        return new Fault(1, filter);
    }

    /**
     * ESP in UDP is lost, IKE (with its non-ESP marker) and keepalives pass: RFC 3948 2.1 to 2.3.
     */
    public static Fault discardEsp() {
        return discard("udp port 4500 and udp[4:2] > 12 and udp[8:4] != 0");
    }

    /** IKE on both of its ports is lost, ESP passes. */
    public static Fault discardIke() {
        return discard("udp port 500 or (udp port 4500 and udp[4:2] > 12 and udp[8:4] = 0)");
    }

    /**
     * The program in the notation of {@code tc filter ... bpf bytecode}: count, then one
     * instruction each.
     */
    String bytecode() {
        var program = new ArrayList<String>();
        if (probability < 1) {
            long threshold = (long) (probability * 0x1p32);
            program.add(instruction(LD_WORD, 0, 0, RANDOM_OFFSET));
            program.add(instruction(JUMP_GREATER_EQUAL, 0, 1, threshold));
            program.add(instruction(RETURN, 0, 0, TC_ACT_UNSPEC));
        }
        if (filter.isEmpty()) {
            program.add(instruction(RETURN, 0, 0, TC_ACT_SHOT));
        } else {
            // Jumps are relative, so the compiled filter runs as well behind the dice.
            List<String> compiled = Command.run("tcpdump -y EN10MB -ddd", filter).lines().toList();
            for (String line : compiled.subList(1, compiled.size())) {
                program.add(verdict(line));
            }
        }
        return program.size() + "," + String.join(",", program);
    }

    /** tcpdump's programs return the bytes to keep, 0 for no match; tc wants a verdict. */
    private static String verdict(String instruction) {
        String[] fields = instruction.strip().split(" ");
        if (Integer.parseInt(fields[0]) != RETURN) {
            return instruction.strip();
        }
        boolean matches = Long.parseLong(fields[3]) != 0;
        return instruction(RETURN, 0, 0, matches ? TC_ACT_SHOT : TC_ACT_UNSPEC);
    }

    private static String instruction(int code, int ifTrue, int ifFalse, long constant) {
        return code + " " + ifTrue + " " + ifFalse + " " + constant;
    }
}
