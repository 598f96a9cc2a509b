package culvert.config.aws;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.Location;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * An element of an XML document.
 *
 * @param id the attribute of that name, or empty
 * @param text everything between its tags that is not a child, stripped
 */
record XmlElement(String name, String id, List<XmlElement> children, String text) {
    private static final int DEEPEST = 32;

    XmlElement {
        children = List.copyOf(children);
    }

    /** Reads a document; a DOCTYPE, which could name entities, is refused. */
    static XmlElement parse(String document) throws UnreadableDocument {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(document));
            XmlElement root = null;
            while (reader.hasNext()) {
                int event = reader.next();
                if (event == XMLStreamConstants.DTD) {
                    throw new UnreadableDocument(
                            "the XML has a DOCTYPE, which AWS does not write",
                            "download it again from AWS");
                }
                if (event == XMLStreamConstants.START_ELEMENT) {
                    root = element(reader, 1);
                }
            }
            if (root != null) {
                return root;
            }
        } catch (XMLStreamException e) {
            // Its message may quote the document.
            Location at = e.getLocation();
            int line = at == null ? 1 : Math.max(1, at.getLineNumber());
            int offset = at == null ? 0 : at.getCharacterOffset();
            boolean atEnd = offset >= document.stripTrailing().length();
            throw new UnreadableDocument(
                    atEnd
                            ? "the XML ends in the middle, in line " + line
                            : "this is not XML from line %d on".formatted(line),
                    "download it again from AWS");
        }
        throw new UnreadableDocument("the XML has no element", "download it again from AWS");
    }

    private static XmlElement element(XMLStreamReader reader, int depth)
            throws XMLStreamException, UnreadableDocument {
        if (depth > DEEPEST) {
            throw new UnreadableDocument(
                    "the XML is nested more than %d deep".formatted(DEEPEST),
                    "download it again from AWS");
        }
        String name = reader.getLocalName();
        String id = Optional.ofNullable(reader.getAttributeValue(null, "id")).orElse("");
        List<XmlElement> children = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        while (true) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> children.add(element(reader, depth + 1));
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
                        text.append(reader.getText());
                case XMLStreamConstants.END_ELEMENT -> {
                    return new XmlElement(name, id.strip(), children, text.toString().strip());
                }
                default -> {}
            }
        }
    }

    /** The first element at the end of the path. */
    Optional<XmlElement> find(String... path) {
        Optional<XmlElement> found = Optional.of(this);
        for (String step : path) {
            found =
                    found.flatMap(
                            element ->
                                    element.children.stream()
                                            .filter(child -> child.name.equals(step))
                                            .findFirst());
        }
        return found;
    }

    /** The text of that element, unless it is empty. */
    Optional<String> text(String... path) {
        return find(path).map(XmlElement::text).filter(text -> !text.isEmpty());
    }

    List<XmlElement> all(String child) {
        return children.stream().filter(element -> element.name.equals(child)).toList();
    }

    /** Without the text: it may be a key. */
    @Override
    public String toString() {
        return "XmlElement[" + name + ", " + children.size() + " children]";
    }
}
