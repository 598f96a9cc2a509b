package culvert.gateway.doctor;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A value of JSON, for reading what the daemon answers. Asking for what is not there is allowed.
 */
sealed interface JsonValue {
    record Members(Map<String, JsonValue> byName) implements JsonValue {}

    record Items(List<JsonValue> list) implements JsonValue {}

    /** A string, a number or a truth value, as it is written. */
    record Word(String text) implements JsonValue {
        /** For null, and for what is not there. */
        static final Word NOTHING = new Word("");
    }

    /** Empty when the text is no JSON. */
    static Optional<JsonValue> parse(String text) {
        try (JsonParser json = new JsonFactory().createParser(text)) {
            return json.nextToken() == null ? Optional.empty() : Optional.of(read(json));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static JsonValue read(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> {
                Map<String, JsonValue> members = new LinkedHashMap<>();
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    json.nextToken();
                    members.put(name, read(json));
                }
                yield new Members(members);
            }
            case START_ARRAY -> {
                List<JsonValue> items = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    items.add(read(json));
                }
                yield new Items(items);
            }
            case VALUE_NULL -> Word.NOTHING;
            default -> new Word(json.getText());
        };
    }

    /** The member at the end of these names. */
    default JsonValue at(String... names) {
        JsonValue value = this;
        for (String name : names) {
            value =
                    value instanceof Members members
                            ? members.byName().getOrDefault(name, Word.NOTHING)
                            : Word.NOTHING;
        }
        return value;
    }

    /** Empty for null and for what is not there. */
    default String text(String... names) {
        return at(names) instanceof Word word ? word.text() : "";
    }

    /** 0 for null and for what is not there. */
    default long number(String... names) {
        String digits = text(names);
        return digits.matches("-?[0-9]{1,18}") ? Long.parseLong(digits) : 0;
    }

    default boolean isPresent(String... names) {
        return !at(names).equals(Word.NOTHING);
    }

    default List<JsonValue> list(String... names) {
        return at(names) instanceof Items items ? items.list() : List.of();
    }
}
