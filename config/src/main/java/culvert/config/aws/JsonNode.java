package culvert.config.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A value of a JSON document. Strings may be keys, so that nothing here prints any. */
sealed interface JsonNode {
    int DEEPEST = 64;

    record ObjectNode(Map<String, JsonNode> members) implements JsonNode {
        @Override
        public String toString() {
            return "ObjectNode" + members.keySet();
        }
    }

    record ArrayNode(List<JsonNode> items) implements JsonNode {
        @Override
        public String toString() {
            return "ArrayNode[" + items.size() + "]";
        }
    }

    /** A string, or the digits of a number, or true, false, or nothing for null. */
    record Leaf(String text) implements JsonNode {
        @Override
        public String toString() {
            return "Leaf";
        }
    }

    static JsonNode parse(String document) throws UnreadableDocument {
        JsonFactory factory =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(DEEPEST)
                                        .maxStringLength(DocumentText.LARGEST_BYTES)
                                        .build())
                        .build();
        try (JsonParser parser = factory.createParser(document)) {
            JsonNode root = value(parser, parser.nextToken());
            if (parser.nextToken() != null) {
                throw new UnreadableDocument(
                        "line %d goes on after the end of the JSON".formatted(line(parser)),
                        "import one answer of AWS at a time");
            }
            return root;
        } catch (JsonProcessingException e) {
            // Its message may quote the document.
            JsonLocation at = e.getLocation() == null ? JsonLocation.NA : e.getLocation();
            boolean atEnd = at.getCharOffset() >= document.stripTrailing().length();
            throw new UnreadableDocument(
                    atEnd
                            ? "the JSON ends in the middle"
                            : "this is not JSON from line %d on"
                                    .formatted(Math.max(1, at.getLineNr())),
                    "let AWS's command write it anew");
        } catch (IOException e) {
            throw new IllegalStateException("a string does not fail", e);
        }
    }

    private static int line(JsonParser parser) {
        return parser.currentTokenLocation().getLineNr();
    }

    private static JsonNode value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> {
                Map<String, JsonNode> members = new LinkedHashMap<>();
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    String name = parser.currentName();
                    members.putIfAbsent(name, value(parser, parser.nextToken()));
                }
                yield new ObjectNode(members);
            }
            case START_ARRAY -> {
                List<JsonNode> items = new ArrayList<>();
                for (JsonToken next = parser.nextToken();
                        next != JsonToken.END_ARRAY;
                        next = parser.nextToken()) {
                    items.add(value(parser, next));
                }
                yield new ArrayNode(items);
            }
            case VALUE_NULL -> new Leaf("");
            default -> new Leaf(parser.getText());
        };
    }

    /** The member of an object; empty for anything else. */
    default Optional<JsonNode> find(String... path) {
        Optional<JsonNode> found = Optional.of(this);
        for (String step : path) {
            found =
                    found.flatMap(
                            node ->
                                    node instanceof ObjectNode object
                                            ? Optional.ofNullable(object.members.get(step))
                                            : Optional.empty());
        }
        return found;
    }

    /** The text of a leaf at the end of the path, unless it is empty. */
    default Optional<String> text(String... path) {
        return find(path)
                .map(node -> node instanceof Leaf leaf ? leaf.text.strip() : "")
                .filter(text -> !text.isEmpty());
    }

    /** The items of the array at the end of the path. */
    default List<JsonNode> items(String... path) {
        return find(path).stream()
                .flatMap(
                        node ->
                                node instanceof ArrayNode array
                                        ? array.items.stream()
                                        : Stream.of())
                .toList();
    }

    /** As AWS lists tunnel options: {@code [{"Value": "AES256"}]}. */
    default List<String> values(String member) {
        return items(member).stream().flatMap(item -> item.text("Value").stream()).toList();
    }
}
