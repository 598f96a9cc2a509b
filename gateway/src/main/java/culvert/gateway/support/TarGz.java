package culvert.gateway.support;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;

/**
 * Writes text files into a tar archive (POSIX ustar), compressed.
 *
 * <pre>
 * name 100 | mode 8 | uid 8 | gid 8 | size 12 | mtime 12 | checksum 8 | type 1 | link 100 |
 * "ustar" 0 "00" | owner 32 | group 32 | device 16 | prefix 155 | padding to 512
 * </pre>
 */
final class TarGz implements AutoCloseable {
    private static final int BLOCK_BYTES = 512;
    private static final int CHECKSUM_OFFSET = 148;
    private static final int NAME_BYTES = 100;

    private final OutputStream out;
    private final Instant time;

    /**
     * @param time of every file
     */
    TarGz(OutputStream out, Instant time) throws IOException {
        this.out = new GZIPOutputStream(out);
        this.time = time;
    }

    /**
     * @param name with its directories, at most 99 octets of ASCII
     */
    void add(String name, String text) throws IOException {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer header = ByteBuffer.allocate(BLOCK_BYTES);
        put(header, 0, name, NAME_BYTES);
        put(header, 100, "0000600", 8);
        put(header, 108, "0000000", 8);
        put(header, 116, "0000000", 8);
        put(header, 124, octal(content.length), 12);
        put(header, 136, octal(time.getEpochSecond()), 12);
        put(header, CHECKSUM_OFFSET, "        ", 9);
        header.put(156, (byte) '0');
        put(header, 257, "ustar", 6);
        put(header, 263, "00", 3);
        int sum = 0;
        for (byte octet : header.array()) {
            sum += octet & 0xFF;
        }
        put(header, CHECKSUM_OFFSET, String.format(Locale.ROOT, "%06o", sum), 7);
        out.write(header.array());
        out.write(content);
        out.write(new byte[(BLOCK_BYTES - content.length % BLOCK_BYTES) % BLOCK_BYTES]);
    }

    private static String octal(long number) {
        return String.format(Locale.ROOT, "%011o", number);
    }

    /** Text that leaves room for the octet 0 behind it. */
    private static void put(ByteBuffer header, int offset, String text, int fieldBytes) {
        byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
        if (octets.length >= fieldBytes) {
            throw new IllegalArgumentException("too long for a tar header: " + text);
        }
        header.put(offset, octets);
    }

    /** Two empty blocks are the end. */
    @Override
    public void close() throws IOException {
        out.write(new byte[2 * BLOCK_BYTES]);
        out.close();
    }
}
