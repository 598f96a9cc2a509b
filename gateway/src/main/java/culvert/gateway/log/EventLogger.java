package culvert.gateway.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** An SLF4J logger in front of {@link LogOutput}. */
final class EventLogger extends LegacyAbstractLogger implements LoggingEventAware {
    private static final long serialVersionUID = 1L;

    private final Level threshold;

    EventLogger(String name, Level threshold) {
        this.name = name;
        this.threshold = threshold;
    }

    @Override
    public void log(LoggingEvent event) {
        List<LogLine.Field> fields = new ArrayList<>();
        if (event.getKeyValuePairs() != null) {
            for (KeyValuePair pair : event.getKeyValuePairs()) {
                value(pair).ifPresent(value -> fields.add(new LogLine.Field(pair.key, value)));
            }
        }
        accept(
                event.getLevel(),
                event.getMessage(),
                event.getArgumentArray(),
                fields,
                event.getThrowable());
    }

    /** A value that is an empty Optional makes no field. */
    private static Optional<String> value(KeyValuePair pair) {
        return pair.value instanceof Optional<?> optional
                ? optional.map(Object::toString)
                : Optional.of(String.valueOf(pair.value));
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable cause) {
        accept(level, pattern, arguments, List.of(), cause);
    }

    private static void accept(
            Level level,
            String pattern,
            Object @Nullable [] arguments,
            List<LogLine.Field> fields,
            @Nullable Throwable cause) {
        LogLine line =
                new LogLine(
                        Instant.now(),
                        level,
                        pattern,
                        String.valueOf(MessageFormatter.basicArrayFormat(pattern, arguments)),
                        fields,
                        Optional.ofNullable(cause).map(EventLogger::stackTrace));
        LogOutput.current().accept(line, System.nanoTime());
    }

    private static String stackTrace(Throwable cause) {
        StringWriter text = new StringWriter();
        cause.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null; // no line says where it was logged
    }

    private boolean passes(Level level) {
        return level.toInt() >= threshold.toInt();
    }

    @Override
    public boolean isTraceEnabled() {
        return passes(Level.TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return passes(Level.DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return passes(Level.INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return passes(Level.WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return passes(Level.ERROR);
    }
}
