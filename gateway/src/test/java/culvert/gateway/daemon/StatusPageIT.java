package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.gateway.http.HttpServer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The status page in a real browser. */
class StatusPageIT {
    private static final Path SCREENSHOT = Path.of("../docs/status-page.png");

    @TempDir private Path directory = Path.of("");

    private String chromium(HttpServer server, String... more)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "chromium",
                                "--headless",
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync",
                                "--enable-logging=stderr",
                                "--window-size=1280,420",
                                "--user-data-dir=" + directory.resolve("profile")));
        command.addAll(List.of(more));
        command.add("http://127.0.0.1:" + server.localAddress().getPort() + "/");
        Process browser = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(browser.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, browser.waitFor(), output);
        return output;
    }

    @Test
    void aBrowserShowsItAndItsPolicyHolds() throws IOException, InterruptedException {
        Tallies tallies = new Tallies();
        EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        try (HttpServer server =
                new HttpServer(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                        loop,
                        path ->
                                path.equals("/")
                                        ? Optional.of(
                                                StatusPage.write(
                                                        SampleObservation.of(
                                                                tallies,
                                                                SampleObservation.tunnel(
                                                                        "aws-1",
                                                                        SampleObservation.up(
                                                                                1, 0, 0)),
                                                                SampleObservation.tunnel(
                                                                        "aws-2",
                                                                        SampleObservation
                                                                                .connecting(
                                                                                        "198.18.0.12 does not answer IKE_SA_INIT (5 tries in 30 s): check that UDP 500 and 4500 reach it")))))
                                        : Optional.empty())) {
            String page = chromium(server, "--dump-dom");
            assertTrue(page.contains("<title>seoul-dc1: degraded</title>"), page);
            assertTrue(page.contains("check that UDP 500 and 4500 reach it"), page);
            assertFalse(page.contains("Content Security Policy"), page);

            Path picture = directory.resolve("page.png");
            chromium(server, "--screenshot=" + picture);
            ByteBuffer png = ByteBuffer.wrap(Files.readAllBytes(picture));
            assertEquals(0x89504E470D0A1A0AL, png.getLong(0), "the signature of PNG");
            assertEquals(1280, png.getInt(16), "IHDR: width");
            assertTrue(png.capacity() > 5000, "an empty page compresses to less");
            if (Boolean.getBoolean("golden.update")) {
                Files.createDirectories(SCREENSHOT.toAbsolutePath().getParent());
                Files.copy(picture, SCREENSHOT, StandardCopyOption.REPLACE_EXISTING);
            }
            assertTrue(Files.size(SCREENSHOT) > 1000, "-Dgolden.update=true takes a new picture");
        } finally {
            loop.shutdownGracefully();
        }
    }
}
