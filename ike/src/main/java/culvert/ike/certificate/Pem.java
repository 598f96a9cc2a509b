package culvert.ike.certificate;

import culvert.model.Secret;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * The blocks of a PEM file (RFC 7468); text around them is skipped. Works on octets that can be
 * wiped, because a block may be a private key.
 */
final class Pem {
    private static final String BEGIN = "-----BEGIN ";
    private static final String END = "-----END ";
    private static final String DASHES = "-----";

    /**
     * @param label such as {@code CERTIFICATE}
     * @param der owned by the caller
     */
    record Block(String label, Secret der) {}

    private final byte[] text;
    private int next;

    private Pem(byte[] text) {
        this.text = text;
    }

    static List<Block> read(byte[] text) throws CertificateProblem {
        List<Block> blocks = new ArrayList<>();
        try {
            new Pem(text).readInto(blocks);
            return blocks;
        } catch (CertificateProblem e) {
            close(blocks);
            throw e;
        }
    }

    static void close(List<Block> blocks) {
        blocks.forEach(block -> block.der().close());
    }

    private void readInto(List<Block> blocks) throws CertificateProblem {
        while (next < text.length) {
            int start = next;
            int end = lineEnd();
            if (startsWith(BEGIN, start, end)) {
                String label = label(BEGIN, start, end);
                blocks.add(new Block(label, content(label)));
            }
        }
    }

    /** All up to the END line. */
    private Secret content(String label) throws CertificateProblem {
        byte[] base64 = new byte[text.length - next];
        int length = 0;
        try {
            while (next < text.length) {
                int start = next;
                int end = lineEnd();
                if (startsWith(END, start, end)) {
                    if (!label(END, start, end).equals(label)) {
                        break;
                    }
                    return decode(label, base64, length);
                }
                for (int i = start; i < end; i++) {
                    if (text[i] == ':') {
                        // Headers such as DEK-Info, which only encrypted keys have.
                        throw encrypted();
                    }
                    if (text[i] != ' ' && text[i] != '\t') {
                        base64[length++] = text[i];
                    }
                }
            }
            throw new CertificateProblem(
                    "a %s block does not end".formatted(label),
                    "write the whole block, with its last line " + END + label + DASHES);
        } finally {
            Arrays.fill(base64, (byte) 0);
        }
    }

    static CertificateProblem encrypted() {
        return new CertificateProblem(
                "the private key is encrypted, and nobody is there to type its passphrase",
                "decrypt it into a file of mode 0600: openssl pkey -in KEY -out NEW-KEY");
    }

    private static Secret decode(String label, byte[] base64, int length)
            throws CertificateProblem {
        byte[] exact = Arrays.copyOf(base64, length);
        try {
            byte[] der = Base64.getDecoder().decode(exact);
            if (der.length > 0) {
                return Secret.owning(der);
            }
        } catch (IllegalArgumentException e) {
            // Reported below, without a word of the content.
        } finally {
            Arrays.fill(exact, (byte) 0);
        }
        throw new CertificateProblem(
                "a %s block is not base64".formatted(label), "write the file anew as PEM");
    }

    /** Goes past the line; the end returned is without the line's own end. */
    private int lineEnd() {
        int end = next;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        next = Math.min(end + 1, text.length);
        return end > 0 && end <= text.length && text[end - 1] == '\r' ? end - 1 : end;
    }

    private boolean startsWith(String prefix, int start, int end) {
        if (end - start < prefix.length()) {
            return false;
        }
        for (int i = 0; i < prefix.length(); i++) {
            if (text[start + i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String label(String prefix, int start, int end) {
        String line =
                new String(
                        text,
                        start + prefix.length(),
                        end - start - prefix.length(),
                        StandardCharsets.US_ASCII);
        int dashes = line.indexOf(DASHES);
        String label = dashes < 0 ? line : line.substring(0, dashes);
        return label.chars().allMatch(c -> c >= ' ' && c < 0x7F) && label.length() <= 64
                ? label
                : "unreadable";
    }
}
