package culvert.lab;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Asks a BIRD something short over and over. */
public final class BirdTalk implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(5);

    private final SocketChannel channel;

    BirdTalk(Path controlSocket) {
        try {
            channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            channel.connect(UnixDomainSocketAddress.of(controlSocket));
        } catch (IOException e) {
            throw new LabException("cannot talk with " + controlSocket + ": " + e.getMessage(), e);
        }
        Thread.ofPlatform().daemon().name("bird-talk").start(this::talk);
    }

    private void talk() {
        ByteBuffer question =
                ByteBuffer.wrap("show symbols table\n".getBytes(StandardCharsets.UTF_8));
        ByteBuffer answer = ByteBuffer.allocate(4096);
        try {
            while (true) {
                channel.write(question.rewind());
                channel.read(answer.clear());
                Thread.sleep(INTERVAL);
            }
        } catch (IOException | InterruptedException e) {
            // Closed, or the BIRD is gone: either way the talk is over.
            return;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new LabException("cannot end the talk: " + e.getMessage(), e);
        }
    }
}
