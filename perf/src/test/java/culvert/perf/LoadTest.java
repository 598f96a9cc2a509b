package culvert.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class LoadTest {
    @Test
    void theSinkCountsWhatTheSourceSends() throws IOException {
        int port = freePort();
        Thread.ofPlatform()
                .daemon()
                .start(
                        () -> {
                            try {
                                UdpSink.serve(port);
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
        try (var source =
                new UdpSource(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 64)) {
            source.run(1000, 50_000_000); // until the sink is there
            UdpSource.Result result = source.run(2000, 200_000_000);

            assertTrue(result.sent() > 0);
            assertEquals(result.sent(), result.received());
            assertEquals(result.sent(), UdpSource.Result.parse(result.line()).sent());
        }
    }

    @Test
    void everyAnsweredRequestIsInTheHistogram() throws IOException, InterruptedException {
        try (DatagramChannel echo = DatagramChannel.open()) {
            echo.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Thread.ofPlatform()
                    .daemon()
                    .start(
                            () -> {
                                ByteBuffer buffer = ByteBuffer.allocate(2048);
                                try {
                                    while (true) {
                                        var client = echo.receive(buffer.clear());
                                        echo.send(buffer.flip(), client);
                                    }
                                } catch (IOException e) {
                                    return; // the test is over
                                }
                            });
            Histogram histogram =
                    RoundTrips.parse(
                            RoundTrips.measure(
                                    (InetSocketAddress) echo.getLocalAddress(), 64, 1_000_000, 20));

            assertEquals(20, histogram.getTotalCount());
            assertTrue(histogram.getMinValue() > 0);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
