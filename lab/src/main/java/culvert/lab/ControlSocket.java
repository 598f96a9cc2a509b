package culvert.lab;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Asks a daemon over its control socket. A command would do, but each is a JVM, which costs two
 * cores half a second, and whoever waits for something asks often.
 */
record ControlSocket(Path path) {
    /**
     * The daemon's answer to this request, after the line with the exit code; empty when nobody
     * answers.
     */
    Optional<String> ask(String request) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            channel.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
            byte[] answer = Channels.newInputStream(channel).readAllBytes();
            String text = new String(answer, StandardCharsets.UTF_8);
            int lineEnd = text.indexOf('\n');
            return lineEnd < 0 ? Optional.empty() : Optional.of(text.substring(lineEnd + 1));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
