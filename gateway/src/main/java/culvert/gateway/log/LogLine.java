package culvert.gateway.log;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.event.Level;

/**
 * One event on its way to the log.
 *
 * @param pattern of the message, which names the kind of a line that has no event key
 * @param fields in the order in which they were given
 * @param stackTrace of a fault of our own
 */
record LogLine(
        Instant time,
        Level level,
        String pattern,
        String message,
        List<Field> fields,
        Optional<String> stackTrace) {

    record Field(String key, String value) {}

    LogLine {
        fields = List.copyOf(fields);
    }

    Optional<String> value(String key) {
        return fields.stream().filter(f -> f.key().equals(key)).map(Field::value).findFirst();
    }

    /** What the rate limit counts together: a tunnel's events of one kind. */
    String kind() {
        return value(LogKey.TUNNEL).orElse("") + '\0' + value(LogKey.EVENT).orElse(pattern);
    }

    LogLine with(String key, String value) {
        List<Field> more = new ArrayList<>(fields);
        more.add(new Field(key, value));
        return new LogLine(time, level, pattern, message, more, stackTrace);
    }
}
