package culvert.gateway.doctor;

import culvert.gateway.control.ControlReply;
import culvert.gateway.control.ExitCode;
import java.util.List;

/**
 * What the daemon says of itself.
 *
 * @param answer to the first question: whether there is a daemon, and what it says when not
 * @param status schema {@code culvert.status/1}, or nothing
 * @param sa schema {@code culvert.sa/1}, or nothing
 * @param routes schema {@code culvert.routes/1}, or nothing
 * @param events the last ones, the oldest first
 */
record Daemon(
        ControlReply answer,
        JsonValue status,
        JsonValue sa,
        JsonValue routes,
        List<JsonValue> events) {
    Daemon {
        events = List.copyOf(events);
    }

    boolean answers() {
        return switch (answer.exitCode()) {
            case OK, DEGRADED, DOWN -> true;
            case FAILURE, USAGE, DAEMON_NOT_RUNNING, PERMISSION, CONFIG_INVALID, TIMEOUT -> false;
        };
    }

    boolean forbids() {
        return answer.exitCode() == ExitCode.PERMISSION;
    }

    List<JsonValue> tunnels() {
        return status.list("tunnels");
    }
}
