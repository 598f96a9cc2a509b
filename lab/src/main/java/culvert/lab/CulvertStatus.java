package culvert.lab;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A Culvert's {@code status --json}. Values are found by the names on the way to them; in a list of
 * objects the name is the one in the object's field {@code name}: {@code text("tunnels", "aws-1",
 * "esp", "spiIn")}.
 */
public record CulvertStatus(Map<String, Object> json) {
    public static CulvertStatus parse(String text) {
        try {
            return new CulvertStatus(JSON.std.mapFrom(text));
        } catch (IOException e) {
            throw new LabException("status is no JSON object: " + text.strip(), e);
        }
    }

    /** {@code ok}, {@code degraded} or {@code down}. */
    public String state() {
        return text("state").orElse("");
    }

    /** {@code up}, {@code connecting} or {@code down}; empty when there is no such tunnel. */
    public String tunnelState(String tunnel) {
        return text("tunnels", tunnel, "state").orElse("");
    }

    public boolean isUp(String tunnel) {
        return tunnelState(tunnel).equals("up");
    }

    /** Empty when it is missing or null. */
    public Optional<String> text(String... path) {
        return at(path).map(Object::toString);
    }

    /** 0 when it is missing or null. */
    public long number(String... path) {
        return at(path).map(value -> ((Number) value).longValue()).orElse(0L);
    }

    private Optional<Object> at(String... path) {
        @Nullable Object value = json;
        for (String name : path) {
            value =
                    switch (value) {
                        case Map<?, ?> object -> object.get(name);
                        case List<?> list -> named(list, name);
                        case null, default -> null;
                    };
        }
        return Optional.ofNullable(value);
    }

    private static @Nullable Object named(List<?> list, String name) {
        for (Object element : list) {
            if (element instanceof Map<?, ?> object && name.equals(object.get("name"))) {
                return element;
            }
        }
        return null;
    }
}
