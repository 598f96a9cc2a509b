package culvert.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** Reads the characters of a configuration file, and refuses what cannot be one. */
final class ConfigText {
    /** Some two thousand tunnels. */
    static final int LARGEST_BYTES = 1 << 20;

    private ConfigText() {}

    /** The text; empty after a problem. */
    static Optional<String> read(Path file, Problems problems) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                return unreadable(problems, "this is a directory", "name the file in it");
            }
            if (!attributes.isRegularFile()) {
                return unreadable(
                        problems,
                        "this is not a regular file",
                        "name a file, not a device or pipe");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] octets = in.readNBytes(LARGEST_BYTES + 1);
                return octets.length > LARGEST_BYTES
                        ? unreadable(
                                problems,
                                "the file is larger than %d octets".formatted(LARGEST_BYTES),
                                "is this a configuration of Culvert?")
                        : decode(octets, problems);
            }
        } catch (NoSuchFileException e) {
            return unreadable(
                    problems, "the file does not exist", "name it with -c FILE, or create it");
        } catch (AccessDeniedException e) {
            return unreadable(
                    problems,
                    "the file cannot be read: permission denied",
                    "run as a user who may read it, or as root");
        } catch (FileSystemException e) {
            return unreadable(
                    problems,
                    "the file cannot be read" + (e.getReason() == null ? "" : ": " + e.getReason()),
                    "check the path");
        } catch (IOException e) {
            return unreadable(
                    problems, "the file cannot be read", "check the file system that it is on");
        }
    }

    private static Optional<String> unreadable(Problems problems, String what, String hint) {
        problems.error(Position.WHOLE_FILE, what, hint);
        return Optional.empty();
    }

    private static Optional<String> decode(byte[] octets, Problems problems) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer characters = CharBuffer.allocate(octets.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(octets), characters, true);
        String text = characters.flip().toString();
        if (result.isError()) {
            problems.error(end(text), "this is not UTF-8", "save the file as UTF-8");
            return Optional.empty();
        }
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            int character = text.codePointAt(i);
            if (!StreamReader.isPrintable(character)) {
                problems.error(
                        end(text.substring(0, i)),
                        "character U+%04X is not allowed".formatted(character),
                        "remove it");
                return Optional.empty();
            }
        }
        return Optional.of(text);
    }

    /** Where the character after the text would stand. */
    private static Position end(String text) {
        int line = 1;
        int lineStart = 0;
        for (int i = 0; i < text.length(); i++) {
            // As the YAML reader counts: LF, CR LF, and CR alone end a line.
            boolean carriageReturnAlone = text.charAt(i) == '\r' && !text.startsWith("\n", i + 1);
            if (text.charAt(i) == '\n' || carriageReturnAlone) {
                line++;
                lineStart = i + 1;
            }
        }
        return new Position(line, text.codePointCount(lineStart, text.length()) + 1);
    }
}
