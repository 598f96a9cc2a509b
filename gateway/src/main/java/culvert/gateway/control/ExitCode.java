package culvert.gateway.control;

/**
 * What a command tells the shell. The numbers are part of the operator's surface and never change.
 */
public enum ExitCode {
    OK(0),
    FAILURE(1),
    USAGE(2),
    DAEMON_NOT_RUNNING(3),
    DEGRADED(4),
    DOWN(5),
    PERMISSION(6),
    CONFIG_INVALID(7),
    TIMEOUT(8);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    public int number() {
        return number;
    }
}
