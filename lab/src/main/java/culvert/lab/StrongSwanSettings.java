package culvert.lab;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * strongSwan's settings in its own notations: dotted names in, files out; {@code --pretty} output
 * in.
 */
final class StrongSwanSettings {
    private static final int INDENT = 2;

    private StrongSwanSettings() {}

    /**
     * The sections of settings whose names start with one of the given words, as a configuration
     * file.
     */
    static String file(SortedMap<String, String> settings, String... sections) {
        var root = new TreeMap<String, Object>();
        settings.forEach(
                (name, value) -> {
                    for (String section : sections) {
                        if (name.startsWith(section + ".")) {
                            put(root, name.split("\\."), value);
                        }
                    }
                });
        var text = new StringBuilder();
        print(root, 0, text);
        return text.toString();
    }

    private static void put(Map<String, Object> root, String[] path, String value) {
        Map<String, Object> section = root;
        for (int i = 0; i < path.length - 1; i++) {
            section = section(section, path[i]);
        }
        section.put(path[path.length - 1], value);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> section(Map<String, Object> parent, String name) {
        return (Map<String, Object>)
                parent.computeIfAbsent(name, _ -> new TreeMap<String, Object>());
    }

    private static void print(Map<String, Object> section, int depth, StringBuilder out) {
        String indent = " ".repeat(INDENT * depth);
        section.forEach(
                (name, value) -> {
                    if (value instanceof Map<?, ?>) {
                        out.append(indent).append(name).append(" {\n");
                        print(section(section, name), depth + 1, out);
                        out.append(indent).append("}\n");
                    } else {
                        // One setting per line: two in a line parse as one value.
                        out.append(indent).append(name).append(" = ").append(value).append('\n');
                    }
                });
    }

    /**
     * Values of {@code swanctl --pretty} by the names of the sections that hold them, joined with
     * dots; the entries of a list are joined with spaces.
     */
    static SortedMap<String, String> parsePretty(String output) {
        var values = new TreeMap<String, String>();
        var path = new StringBuilder();
        for (String rawLine : output.lines().toList()) {
            String line = rawLine.strip();
            if (line.endsWith("{") || line.endsWith("[")) {
                String name = line.substring(0, line.length() - 1).replace("=", "").strip();
                path.append(path.isEmpty() ? "" : ".").append(name);
            } else if (line.equals("}") || line.equals("]")) {
                path.setLength(Math.max(0, path.lastIndexOf(".")));
            } else if (line.contains(" = ")) {
                int equals = line.indexOf(" = ");
                values.put(path + "." + line.substring(0, equals), line.substring(equals + 3));
            } else if (!line.isEmpty()) {
                values.merge(path.toString(), line, (before, more) -> before + " " + more);
            }
        }
        return values;
    }
}
