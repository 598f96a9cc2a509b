package culvert.config;

import java.util.List;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * The words for text that is not YAML.
 *
 * <p>The parser's own messages speak of tokens and quote the file, which may hold a pre-shared key
 * that somebody put there by mistake; so each becomes a sentence of ours that quotes nothing.
 */
final class YamlSyntax {
    record Words(String what, String hint) {}

    private record Rule(String messagePart, Words words) {}

    private static final Words ANYTHING_ELSE =
            new Words("this is not YAML", "check indentation, quotes and brackets here and above");

    /** The first rule whose part occurs in the parser's message wins. */
    private static final List<Rule> RULES =
            List.of(
                    rule("(TAB)", "a tab is used for indentation", "indent with spaces"),
                    rule(
                            "mapping values are not allowed here",
                            "a ':' makes no sense here",
                            "indent the key like its neighbours, or put quotes around a text with ': ' in it"),
                    rule(
                            "sequence entries are not allowed here",
                            "a '-' makes no sense here",
                            "start the list on a line of its own, below its key"),
                    rule(
                            "could not find expected ':'",
                            "a key without ':'",
                            "write KEY: VALUE, with a space after the colon"),
                    rule(
                            "that cannot start any token",
                            "a value cannot start with this character",
                            "put the value in quotes"),
                    rule(
                            "found unexpected end of stream",
                            "the closing quote is missing",
                            "end the text with the quote that it started with"),
                    rule(
                            "found unexpected document separator",
                            "the closing quote is missing before this line",
                            "end the text with the quote that it started with"),
                    rule(
                            "escape",
                            "an unknown escape in double quotes",
                            "use single quotes, or write \\\\ for a backslash"),
                    rule(
                            "expected ',' or ']'",
                            "a list that started with '[' is not closed",
                            "write ',' between items, ']' at the end, and quotes around text with brackets"),
                    rule(
                            "expected ',' or '}'",
                            "a mapping that started with '{' is not closed",
                            "write ',' between pairs, '}' at the end, and quotes around text with braces"),
                    rule(
                            "expected <block end>",
                            "this line does not belong to what is above it",
                            "indent keys of one block alike, and start each list item with '- '"),
                    rule(
                            "expected the node content",
                            "a value is missing here",
                            "write the value, or remove the comma or bracket"),
                    rule(
                            "special characters are not allowed",
                            "a character that YAML does not allow",
                            "remove it"));

    private YamlSyntax() {}

    private static Rule rule(String messagePart, String what, String hint) {
        return new Rule(messagePart, new Words(what, hint));
    }

    static Words words(MarkedYamlEngineException e) {
        String message = e.getProblem() == null ? "" : e.getProblem();
        return RULES.stream()
                .filter(rule -> message.contains(rule.messagePart))
                .map(Rule::words)
                .findFirst()
                .orElse(ANYTHING_ELSE);
    }
}
