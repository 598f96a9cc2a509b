package culvert.lab;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A daemon's control socket itself: the command line would take half a second of a processor.
 *
 * @param path of the socket
 */
public record ControlSocket(Path path) {
    /**
     * Gives the answer, which begins with an exit code.
     *
     * @throws LabException when nobody answers
     */
    public String ask(String request) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(path));
            channel.write(ByteBuffer.wrap((request + "\n").getBytes(StandardCharsets.UTF_8)));
            return new String(
                            Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8)
                    .strip();
        } catch (IOException e) {
            throw new LabException(path + " gives no answer: " + e.getMessage(), e);
        }
    }
}
