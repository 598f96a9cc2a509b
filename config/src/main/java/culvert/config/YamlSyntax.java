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
    private record Rule(String messagePart, boolean atStart, String what, String hint) {}

    /** The first rule whose part occurs in the parser's message wins. */
    private static final List<Rule> RULES =
            List.of(
                    here("(TAB)", "a tab is used for indentation", "indent with spaces"),
                    here(
                            "mapping values are not allowed here",
                            "a ':' makes no sense here",
                            "indent the key like its neighbours, or put quotes around a text with"
                                    + " ': ' in it"),
                    here(
                            "sequence entries are not allowed here",
                            "a '-' makes no sense here",
                            "start the list on a line of its own, below its key"),
                    here(
                            "could not find expected ':'",
                            "a key without ':'",
                            "write KEY: VALUE, with a space after the colon"),
                    here(
                            "that cannot start any token",
                            "a value cannot start with this character",
                            "put the value in quotes"),
                    atStart(
                            "found unexpected end of stream",
                            "the closing quote is missing",
                            "end the text with the quote that it starts with"),
                    atStart(
                            "found unexpected document separator",
                            "the closing quote is missing",
                            "end the text with the quote that it starts with"),
                    here(
                            "escape",
                            "an unknown escape in double quotes",
                            "use single quotes, or write \\\\ for a backslash"),
                    here(
                            "expected ',' or ']'",
                            "the list that starts with '[' on line %d is not closed",
                            "write ',' between items, ']' at the end, and quotes around text with"
                                    + " brackets"),
                    here(
                            "expected ',' or '}'",
                            "the mapping that starts with '{' on line %d is not closed",
                            "write ',' between pairs, '}' at the end, and quotes around text with"
                                    + " braces"),
                    here(
                            "expected <block end>",
                            "this line does not belong to what is above it",
                            "indent keys of one block alike, and start each list item with '- '"),
                    here(
                            "expected the node content",
                            "a value is missing here",
                            "write the value, or put quotes around a text that starts with ':'"),
                    here(
                            "tag handle",
                            "tags are not understood here",
                            "remove the '!' word, or quote a text that starts with '!'"),
                    here(
                            "block scalar",
                            "text blocks with '|' or '>' have no use here",
                            "write the text on one line"),
                    here(
                            "directive",
                            "a line that starts with '%%' is a directive, which has no use here",
                            "remove it"),
                    here("", "this is not YAML", "check indentation, quotes and brackets"));

    private YamlSyntax() {}

    private static Rule here(String messagePart, String what, String hint) {
        return new Rule(messagePart, false, what, hint);
    }

    /** For what is noticed long after its cause, such as a missing quote. */
    private static Rule atStart(String messagePart, String what, String hint) {
        return new Rule(messagePart, true, what, hint);
    }

    /** Reports what ended the parsing; {@code reached} is the place of the last event before. */
    static void report(MarkedYamlEngineException e, Position reached, Problems problems) {
        Position end = e.getProblemMark().map(Position::of).orElse(reached);
        Position start = e.getContextMark().map(Position::of).orElse(end);
        String message = e.getContext() + ": " + e.getProblem();
        for (Rule rule : RULES) {
            if (message.contains(rule.messagePart)) {
                problems.error(
                        rule.atStart ? start : end, rule.what.formatted(start.line()), rule.hint);
                return;
            }
        }
    }
}
