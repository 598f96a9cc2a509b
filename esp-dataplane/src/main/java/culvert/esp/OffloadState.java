package culvert.esp;

/**
 * How an offload of a tunnel stands.
 *
 * @param reason why it is off, or on with a limit; empty for one that is simply on
 */
public record OffloadState(boolean on, String reason) {
    static final OffloadState ON = new OffloadState(true, "");

    /** What {@link #reason} says of an offload that the configuration switches off. */
    public static final String BY_CONFIGURATION = "switched off in the configuration";

    /** What {@link #reason} says of an offload that the probe at start did not find. */
    public static final String NOT_IN_KERNEL = "not in this kernel";

    static OffloadState off(String reason) {
        return new OffloadState(false, reason);
    }
}
