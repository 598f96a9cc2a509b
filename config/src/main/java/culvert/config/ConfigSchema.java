package culvert.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import culvert.config.ConfigKey.Presence;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The key table as a JSON Schema (draft 2020-12), for editors that complete and check while one
 * types.
 *
 * <p>It says less than {@link ConfigLoader}: of one value against another only what goes with which
 * routing, and nothing of secrets. What the loader takes it takes too, but for numbers in quotes
 * and names that look like numbers: YAML calls the former text and the latter numbers.
 */
public final class ConfigSchema {
    private ConfigSchema() {}

    /** The schema as indented JSON that ends with a line end. */
    public static String json() {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "configuration of Culvert");
        schema.putAll(section(ConfigKeys.ROOT));
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentArraysWith(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE);
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.setPrettyPrinter(printer);
            write(schema, json);
        } catch (IOException e) {
            throw new UncheckedIOException("a string does not fail", e);
        }
        return text.append('\n').toString();
    }

    /** What admits the mapping of a section. */
    private static Map<String, Object> section(ConfigSection section) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        schema.put(
                "required",
                section.keys().stream()
                        .filter(key -> key.presence() instanceof Presence.Required)
                        .map(ConfigKey::name)
                        .toList());
        Map<String, Object> properties = new LinkedHashMap<>();
        for (ConfigKey key : section.keys()) {
            properties.put(key.name(), key(key));
        }
        schema.put("properties", properties);
        if (section.equals(CredentialKeys.PRE_SHARED_KEY.section())
                || section.equals(CredentialKeys.PRIVATE_KEY.section())
                || section.equals(CredentialKeys.PPK.section())) {
            schema.put(
                    "oneOf",
                    List.of(
                            written(CredentialKeys.SECRET_FILE, "string"),
                            written(CredentialKeys.CREDENTIAL, "string")));
        } else if (section.equals(ConfigKeys.TUNNEL)) {
            schema.put("oneOf", List.of(byPreSharedKey(), byCertificate()));
        } else if (section.equals(ConfigKeys.CONNECTIONS.section())) {
            schema.put("allOf", List.of(staticRouting(), bgpRouting()));
        } else if (section.equals(ConfigKeys.ROOT)) {
            schema.putAll(asnWithBgp());
        }
        return schema;
    }

    private static Map<String, Object> key(ConfigKey key) {
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("description", description(key));
        switch (key) {
            case ConfigKey.Value<?> value -> {
                schema.putAll(word(value.type(), FieldsCheck.mayBeNull(key)));
                if (key.presence() instanceof Presence.Default(List<String> words)) {
                    schema.put("default", constant(value.type(), words.getFirst()));
                }
            }
            case ConfigKey.Values<?> values -> {
                schema.put("type", types("array", FieldsCheck.mayBeNull(key)));
                schema.put("minItems", values.fewest());
                schema.put("maxItems", FieldsCheck.MOST_ITEMS);
                schema.put("uniqueItems", true);
                schema.put("items", word(values.type(), false));
                if (key.presence() instanceof Presence.Default(List<String> words)) {
                    schema.put("default", words);
                }
            }
            case ConfigKey.Section inner -> schema.putAll(section(inner.section()));
            case ConfigKey.Sections inner -> {
                schema.put("type", types("array", FieldsCheck.mayBeNull(key)));
                schema.put("minItems", 1);
                schema.put("maxItems", inner.most());
                schema.put("items", section(inner.section()));
            }
        }
        return schema;
    }

    private static String description(ConfigKey key) {
        String words =
                switch (key) {
                    case ConfigKey.Value<?> value -> key.doc() + " (" + value.type().name() + ")";
                    case ConfigKey.Values<?> values ->
                            key.doc() + " (each: " + values.type().name() + ")";
                    case ConfigKey.Section inner -> key.doc();
                    case ConfigKey.Sections inner -> key.doc();
                };
        return switch (key.presence()) {
            case Presence.Derived(String derived) -> words + "; default: " + derived;
            case Presence.Depends(String depends) -> words + "; " + depends;
            case Presence.Required required -> words;
            case Presence.Optional optional -> words;
            case Presence.Default fallback -> words;
        };
    }

    private static Map<String, Object> word(ValueType<?> type, boolean nullable) {
        return switch (type.shape()) {
            case WordShape.Text(String pattern) ->
                    ordered(
                            "type", types("string", nullable),
                            "pattern", "^(" + pattern + ")$",
                            "examples", List.of(type.example()));
            case WordShape.Whole(long least, long most, long step) ->
                    ordered(
                            "type", types("integer", nullable),
                            "minimum", least,
                            "maximum", most,
                            "multipleOf", step,
                            "examples", List.of(constant(type, type.example())));
            case WordShape.Flag() -> ordered("type", types("boolean", nullable));
            case WordShape.Choice() -> {
                List<Object> choices = new ArrayList<>(type.choices());
                if (nullable) {
                    choices.add(Null.NULL);
                }
                yield ordered("enum", choices);
            }
        };
    }

    private static Object constant(ValueType<?> type, String word) {
        return switch (type.shape()) {
            case WordShape.Whole whole -> Long.parseLong(word);
            case WordShape.Flag flag -> Boolean.parseBoolean(word);
            case WordShape.Text text -> word;
            case WordShape.Choice choice -> word;
        };
    }

    private static Object types(String type, boolean nullable) {
        return nullable ? List.of(type, "null") : type;
    }

    private static final List<ConfigKey> CERTIFICATE_KEYS =
            List.of(
                    CredentialKeys.CERTIFICATE,
                    CredentialKeys.PRIVATE_KEY,
                    CredentialKeys.CERTIFICATE_AUTHORITIES);

    private static Map<String, Object> byPreSharedKey() {
        Map<String, Object> none = new LinkedHashMap<>();
        CERTIFICATE_KEYS.forEach(key -> none.put(key.name(), false));
        return ordered(
                "required", List.of(CredentialKeys.PRE_SHARED_KEY.name()), "properties", none);
    }

    private static Map<String, Object> byCertificate() {
        return ordered(
                "required",
                CERTIFICATE_KEYS.stream().map(ConfigKey::name).toList(),
                "properties",
                ordered(CredentialKeys.PRE_SHARED_KEY.name(), false));
    }

    /** RoutingChecks in the schema's language: null is the same as leaving out. */
    private static Map<String, Object> staticRouting() {
        Map<String, Object> tunnel = ordered("properties", ordered(ConfigKeys.BGP.name(), false));
        Map<String, Object> properties =
                ordered(
                        ConfigKeys.PEER_ASN.name(),
                        ordered("type", "null"),
                        ConfigKeys.MAX_PREFIXES.name(),
                        false,
                        ConfigKeys.TUNNELS.name(),
                        ordered("items", tunnel));
        RouteKeys.OF_BGP_CONNECTION.forEach(key -> properties.put(key.name(), false));
        return whenRouting(
                RoutingKind.STATIC, written(ConfigKeys.STATIC_ROUTES, "array"), properties);
    }

    private static Map<String, Object> bgpRouting() {
        return whenRouting(
                RoutingKind.BGP,
                written(ConfigKeys.PEER_ASN, "integer"),
                ordered(ConfigKeys.STATIC_ROUTES.name(), ordered("type", "null")));
    }

    private static Map<String, Object> asnWithBgp() {
        Map<String, Object> speaksBgp = ordered("contains", routingIs(RoutingKind.BGP));
        Map<String, Object> asn = written(ConfigKeys.ASN, "integer");
        return ordered(
                "if",
                ordered("properties", ordered(ConfigKeys.CONNECTIONS.name(), speaksBgp)),
                "then",
                ordered("properties", ordered(ConfigKeys.SITE.name(), asn)));
    }

    private static Map<String, Object> whenRouting(
            RoutingKind kind, Map<String, Object> needed, Map<String, Object> properties) {
        return ordered(
                "if",
                routingIs(kind),
                "then",
                ordered("allOf", List.of(needed, ordered("properties", properties))));
    }

    private static Map<String, Object> routingIs(RoutingKind kind) {
        String word = kind.name().toLowerCase(Locale.ROOT);
        return ordered(
                "required", List.of(ConfigKeys.ROUTING.name()),
                "properties", ordered(ConfigKeys.ROUTING.name(), ordered("const", word)));
    }

    private static Map<String, Object> written(ConfigKey key, String type) {
        return ordered(
                "required",
                List.of(key.name()),
                "properties",
                ordered(key.name(), ordered("type", type)));
    }

    /** A mapping whose order is kept. */
    private static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    /** The null of JSON. */
    private enum Null {
        NULL
    }

    private static void write(Object value, JsonGenerator json) throws IOException {
        switch (value) {
            case Map<?, ?> map -> {
                json.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    json.writeFieldName((String) entry.getKey());
                    write(entry.getValue(), json);
                }
                json.writeEndObject();
            }
            case List<?> list -> {
                json.writeStartArray();
                for (Object item : list) {
                    write(item, json);
                }
                json.writeEndArray();
            }
            case String text -> json.writeString(text);
            case Boolean flag -> json.writeBoolean(flag);
            case Integer number -> json.writeNumber(number);
            case Long number -> json.writeNumber(number);
            case Null none -> json.writeNull();
            default -> throw new IllegalStateException("not JSON: " + value.getClass());
        }
    }
}
