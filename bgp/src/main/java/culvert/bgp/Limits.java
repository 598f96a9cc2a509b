package culvert.bgp;

/** When a count is near its limit. */
final class Limits {
    private static final int ALARM_PERCENT = 80;

    private Limits() {}

    /** The count from which on people are told. */
    static int near(int limit) {
        return (int) ((limit * (long) ALARM_PERCENT + 99) / 100);
    }
}
