package culvert.lab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A charon's control socket itself, for commands that must take effect at a given moment: swanctl
 * needs some ten milliseconds to start.
 *
 * <pre>
 *  packet:       length (4) | type (1) | body         length of what follows it
 *  CMD_REQUEST:  name length (1) | name | message
 *  KEY_VALUE:    type (1) | key length (1) | key | value length (2) | value
 * </pre>
 *
 * <p>Format: strongSwan's src/libcharon/plugins/vici/README.md.
 *
 * @param path of the socket
 */
record ViciSocket(Path path) {
    private static final byte CMD_REQUEST = 0;
    private static final byte CMD_RESPONSE = 1;
    private static final byte KEY_VALUE = 3;

    /**
     * Gives a command with one argument, and returns when it is taken.
     *
     * @throws LabException when charon does not know it, or what it names
     */
    void command(String name, String key, String value) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            channel.write(ByteBuffer.wrap(packet(name, key, value)));
            InputStream in = Channels.newInputStream(channel);
            byte[] length = in.readNBytes(Integer.BYTES);
            byte[] answer = in.readNBytes(ByteBuffer.wrap(length).getInt());
            String text = new String(answer, StandardCharsets.UTF_8);
            if (answer.length == 0 || answer[0] != CMD_RESPONSE || !text.contains("yes")) {
                throw new LabException("charon refuses " + name + " " + value + ": " + text);
            }
        } catch (IOException e) {
            throw new LabException(path + " gives no answer: " + e.getMessage(), e);
        }
    }

    private static byte[] packet(String name, String key, String value) throws IOException {
        var body = new ByteArrayOutputStream();
        body.write(CMD_REQUEST);
        body.write(name.length());
        body.write(name.getBytes(StandardCharsets.UTF_8));
        body.write(KEY_VALUE);
        body.write(key.length());
        body.write(key.getBytes(StandardCharsets.UTF_8));
        body.write(value.length() >>> Byte.SIZE);
        body.write(value.length());
        body.write(value.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.allocate(Integer.BYTES + body.size())
                .putInt(body.size())
                .put(body.toByteArray())
                .array();
    }
}
