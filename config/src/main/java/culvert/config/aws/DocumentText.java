package culvert.config.aws;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The characters of a document, and which kind of document they look like. */
record DocumentText(String text) {
    /** Ten times what AWS says of the 50 connections that a Region may have. */
    static final int LARGEST_BYTES = 4 << 20;

    static final String HOW_TO_GET_ONE =
            "run: aws ec2 describe-vpn-connections --vpn-connection-ids %s > vpn.json, and import"
                    + " vpn.json";

    private static final Pattern ID = Pattern.compile("\\bvpn-([0-9a-f]{17}|[0-9a-f]{8})\\b");

    enum Kind {
        XML,
        JSON
    }

    static DocumentText read(Path file) throws UnreadableDocument {
        try {
            if (Files.isDirectory(file)) {
                throw new UnreadableDocument("this is a directory", "name the file in it");
            }
            if (Files.exists(file) && !Files.isRegularFile(file)) {
                throw new UnreadableDocument(
                        "this is not a regular file", "name a file, not a device or pipe");
            }
            try (InputStream in = Files.newInputStream(file)) {
                byte[] octets = in.readNBytes(LARGEST_BYTES + 1);
                if (octets.length > LARGEST_BYTES) {
                    throw new UnreadableDocument(
                            "the file is larger than %d octets".formatted(LARGEST_BYTES),
                            HOW_TO_GET_ONE.formatted("ID"));
                }
                return new DocumentText(decode(octets));
            }
        } catch (NoSuchFileException e) {
            throw new UnreadableDocument("the file does not exist", "check the path");
        } catch (AccessDeniedException e) {
            throw new UnreadableDocument(
                    "the file cannot be read: permission denied", "run as a user who may read it");
        } catch (IOException e) {
            throw new UnreadableDocument("the file cannot be read", "check the path");
        }
    }

    /** PowerShell redirects output into UTF-16 with a byte order mark, or UTF-8 with one. */
    private static String decode(byte[] octets) throws UnreadableDocument {
        Charset charset = StandardCharsets.UTF_8;
        if (startsWith(octets, 0xFF, 0xFE) || startsWith(octets, 0xFE, 0xFF)) {
            charset = StandardCharsets.UTF_16;
        }
        try {
            String text =
                    charset.newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(ByteBuffer.wrap(octets))
                            .toString();
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw new UnreadableDocument(
                    "this is not text in UTF-8 or UTF-16", HOW_TO_GET_ONE.formatted("ID"));
        }
    }

    private static boolean startsWith(byte[] octets, int first, int second) {
        return octets.length >= 2
                && Byte.toUnsignedInt(octets[0]) == first
                && Byte.toUnsignedInt(octets[1]) == second;
    }

    Kind kind() throws UnreadableDocument {
        String start = text.stripLeading();
        if (start.isEmpty()) {
            throw new UnreadableDocument("the file is empty", HOW_TO_GET_ONE.formatted("ID"));
        }
        return switch (start.charAt(0)) {
            case '<' -> Kind.XML;
            case '{', '[', '"' -> Kind.JSON;
            default ->
                    throw new UnreadableDocument(
                            "this is neither the XML nor the JSON of a VPN connection; the console's"
                                    + " files for other devices cannot be read",
                            HOW_TO_GET_ONE.formatted(anyId()));
        };
    }

    private String anyId() {
        Matcher id = ID.matcher(text);
        return id.find() ? id.group() : "ID";
    }

    /** Holds keys. */
    @Override
    public String toString() {
        return "DocumentText[" + text.length() + " characters]";
    }
}
