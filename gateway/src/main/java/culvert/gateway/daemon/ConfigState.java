package culvert.gateway.daemon;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which configuration runs, and what became of the last attempt to change it.
 *
 * @param secondsAgo since the last reload; absent before the first
 * @param message why it failed or was rolled back
 * @param rollbackSeconds until the change is undone, unless it is confirmed
 */
record ConfigState(
        Path file,
        Result lastReload,
        OptionalLong secondsAgo,
        Optional<String> message,
        OptionalLong rollbackSeconds) {

    /** What became of the last reload. */
    enum Result {
        /** There was none: it is the configuration of the start. */
        NONE,
        OK,
        FAILED,
        ROLLED_BACK;

        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** The configuration of the start. */
    static ConfigState initial(Path file) {
        return new ConfigState(
                file, Result.NONE, OptionalLong.empty(), Optional.empty(), OptionalLong.empty());
    }

    /** What people should know: that file and daemon differ, or soon will. */
    Optional<String> remark() {
        if (rollbackSeconds.isPresent()) {
            return Optional.of(
                    "%s is on trial, rolled back in %s unless 'culvert reload --confirmed' comes"
                            .formatted(file, StatusText.age(rollbackSeconds.getAsLong())));
        }
        String when = StatusText.age(secondsAgo.orElse(0));
        return switch (lastReload) {
            case NONE, OK -> Optional.empty();
            case FAILED ->
                    Optional.of(
                            "the reload %s ago failed, what ran before still runs: %s"
                                    .formatted(when, message.orElse("")));
            case ROLLED_BACK ->
                    Optional.of(
                            "%s was rolled back %s ago: %s"
                                    .formatted(file, when, message.orElse("")));
        };
    }
}
