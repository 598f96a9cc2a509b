package culvert.gateway.daemon;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.OptionalLong;

/** One JSON object in one line, which names its schema first. */
public final class JsonText {
    private static final JsonFactory JSON = new JsonFactory();

    /** Writes the fields behind the schema. */
    public interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private JsonText() {}

    /**
     * Writes an object of a schema.
     *
     * @param schema such as {@code culvert.sa/1}: fields are added freely and never renamed
     */
    public static String of(String schema, Fields fields) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("schema", schema);
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("a string takes every character", e);
        }
        return text + "\n";
    }

    static void writeOrNull(JsonGenerator json, String name, OptionalLong value)
            throws IOException {
        if (value.isPresent()) {
            json.writeNumberField(name, value.getAsLong());
        } else {
            json.writeNullField(name);
        }
    }
}
