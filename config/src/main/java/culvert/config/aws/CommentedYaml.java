package culvert.config.aws;

import culvert.config.Placeholder;
import culvert.config.YamlScalar;
import java.util.List;
import java.util.stream.Collectors;

/** Lines of a YAML file for people: block style, comments above what they speak of. */
final class CommentedYaml {
    private static final int WIDTH = 100;

    private final StringBuilder text = new StringBuilder();

    CommentedYaml line(int indent, String line) {
        text.append(" ".repeat(indent)).append(line).append('\n');
        return this;
    }

    CommentedYaml key(int indent, String name, Object value) {
        return line(indent, name + ": " + YamlScalar.of(value.toString()));
    }

    CommentedYaml list(int indent, String name, List<?> values) {
        return line(
                indent,
                values.stream()
                        .map(value -> YamlScalar.of(value.toString()))
                        .collect(Collectors.joining(", ", name + ": [", "]")));
    }

    CommentedYaml blank() {
        text.append('\n');
        return this;
    }

    CommentedYaml comment(int indent, String sentences) {
        String start = " ".repeat(indent) + "#";
        StringBuilder line = new StringBuilder(start);
        for (String word : sentences.split(" ", -1)) {
            if (line.length() + 1 + word.length() > WIDTH && line.length() > start.length()) {
                text.append(line).append('\n');
                line = new StringBuilder(start);
            }
            line.append(' ').append(word);
        }
        text.append(line).append('\n');
        return this;
    }

    /** What only the operator can do about the line below. */
    CommentedYaml fillIn(int indent, String sentences) {
        return comment(indent, Placeholder.WORD + ": " + sentences);
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
