package culvert.config;

import culvert.config.YamlNode.Entry;
import culvert.config.YamlNode.Mapping;
import culvert.config.YamlNode.Refused;
import culvert.config.YamlNode.Scalar;
import culvert.config.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Text to {@link YamlNode}s: plain YAML only, so anchors, aliases, tags and merge keys are errors.
 *
 * <p>Works on parser events rather than on the library's node tree, because the tree has already
 * replaced aliases by what they point to, which is where small files grow without bound.
 */
final class YamlReader {
    /** The deepest place in a correct file is 7. */
    static final int DEEPEST_NESTING = 16;

    private final Iterator<Event> events;
    private final Problems problems;
    private Position reached = Position.START;

    /** Set once and for all: looking for the end of a thousand brackets takes too long. */
    private boolean tooDeep;

    private YamlReader(Iterator<Event> events, Problems problems) {
        this.events = events;
        this.problems = problems;
    }

    /** The content of the only document; empty after a problem that ends the reading. */
    static Optional<YamlNode> read(String text, Problems problems) {
        LoadSettings settings =
                LoadSettings.builder()
                        .setUseMarks(true)
                        .setCodePointLimit(text.length() + 1)
                        .build();
        YamlReader reader =
                new YamlReader(
                        new ParserImpl(settings, new StreamReader(settings, text)), problems);
        try {
            return reader.document();
        } catch (MarkedYamlEngineException e) {
            YamlSyntax.report(e, reader.reached, problems);
        } catch (YamlEngineException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // The scanner checks few numbers, so that an escape such as "\UFFFFFFFF" comes back as
            // an exception of the Java runtime without a place.
            problems.error(
                    reader.reached,
                    "what follows is not YAML",
                    "check escapes in double quotes and directives from here on");
        }
        return Optional.empty();
    }

    private Optional<YamlNode> document() {
        Optional<YamlNode> content = Optional.empty();
        int documents = 0;
        while (!tooDeep && events.hasNext()) {
            Event event = next();
            switch (event.getEventId()) {
                case StreamStart, StreamEnd, DocumentEnd, Comment -> {}
                case DocumentStart -> {
                    if (++documents > 1) {
                        problems.error(
                                reached,
                                "a second document starts here",
                                "put everything into one document and remove '---'");
                        return content;
                    }
                }
                case Alias, Scalar, SequenceStart, MappingStart, SequenceEnd, MappingEnd ->
                        content = Optional.of(node(event, 0));
            }
        }
        return tooDeep ? Optional.empty() : content;
    }

    private Event next() {
        Event event = events.next();
        event.getStartMark().ifPresent(mark -> reached = Position.of(mark));
        return event;
    }

    private YamlNode node(Event event, int depth) {
        Position at = reached;
        if (event instanceof AliasEvent) {
            // Says nothing of the name: a stray '*' may stand before a secret.
            problems.error(
                    at,
                    "aliases are not understood here",
                    "write the value out, or quote a text that starts with '*'");
            return new Refused(at);
        }
        refuseProperties(event, at);
        if (event instanceof ScalarEvent scalar) {
            return new Scalar(scalar.getValue(), scalar.isPlain(), at);
        }
        if (depth == DEEPEST_NESTING) {
            problems.error(
                    at,
                    "lists and mappings are nested more than " + DEEPEST_NESTING + " deep",
                    "no key of this file needs that: check the brackets and the indentation");
            tooDeep = true;
            return new Refused(at);
        }
        return event instanceof SequenceStartEvent
                ? sequence(at, depth + 1)
                : mapping(at, depth + 1);
    }

    private Sequence sequence(Position at, int depth) {
        List<YamlNode> items = new ArrayList<>();
        while (!tooDeep) {
            Event event = next();
            if (event.getEventId() == Event.ID.SequenceEnd) {
                break;
            }
            items.add(node(event, depth));
        }
        return new Sequence(items, at);
    }

    private Mapping mapping(Position at, int depth) {
        List<Entry> entries = new ArrayList<>();
        while (!tooDeep) {
            Event event = next();
            if (event.getEventId() == Event.ID.MappingEnd) {
                break;
            }
            Position keyAt = reached;
            YamlNode key = node(event, depth);
            YamlNode value = tooDeep ? key : node(next(), depth);
            switch (key) {
                case Refused refused -> {}
                case Sequence list -> refuseKey(keyAt);
                case Mapping map -> refuseKey(keyAt);
                case Scalar name when name.plain() && name.text().equals("<<") ->
                        problems.error(
                                keyAt,
                                "merge keys are not understood here",
                                "write the keys out where they are needed");
                case Scalar name -> entries.add(new Entry(name.text(), keyAt, value));
            }
        }
        return new Mapping(entries, at);
    }

    private void refuseKey(Position at) {
        problems.error(at, "a key must be a word, not a list or a mapping", "write KEY: VALUE");
    }

    private void refuseProperties(Event event, Position at) {
        if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
            problems.error(
                    at,
                    "anchors are not understood here",
                    "remove the '&' word, or quote a text that starts with '&'");
        }
        boolean tagged =
                event instanceof ScalarEvent scalar
                        ? scalar.getTag().isPresent()
                        : event instanceof CollectionStartEvent start && start.getTag().isPresent();
        if (tagged) {
            problems.error(
                    at,
                    "tags are not understood here",
                    "remove the '!' word, or quote a text that starts with '!'");
        }
    }
}
