package culvert.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpServerTest {
    private static final InetSocketAddress ANY_PORT =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int SHORT_MILLIS = 400;
    private static final int READ_LIMIT_MILLIS = 5000;

    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private HttpServer server = serve(SHORT_MILLIS);

    private HttpServer serve(long longestConnectionMillis) {
        try {
            return new HttpServer(ANY_PORT, loop, HttpServerTest::answer, longestConnectionMillis);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Optional<HttpAnswer> answer(String path) {
        return path.equals("/known")
                ? Optional.of(
                        new HttpAnswer(200, HttpAnswer.PLAIN_TEXT, Map.of("x-more", "y"), "body\n"))
                : Optional.empty();
    }

    @BeforeEach
    void serverAnswers() throws IOException {
        assertTrue(ask("GET /known HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 200 OK\r\n"));
    }

    @AfterEach
    void serverStillAnswersWhateverWasSent() throws IOException {
        assertTrue(ask("GET /known HTTP/1.1\r\nHost: x\r\n\r\n").startsWith("HTTP/1.1 200 OK\r\n"));
        server.close();
        loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(server.localAddress());
        socket.setSoTimeout(READ_LIMIT_MILLIS);
        return socket;
    }

    /** Sends and reads to the end; a reset connection counts as its end. */
    private String ask(String request) throws IOException {
        try (Socket socket = connect()) {
            try {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException reset) {
                // The server has hung up while we were still sending.
            }
            return drain(socket);
        }
    }

    private static String drain(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = socket.getInputStream();
        byte[] some = new byte[4096];
        try {
            int count;
            while ((count = in.read(some)) >= 0) {
                text.append(new String(some, 0, count, StandardCharsets.UTF_8));
            }
        } catch (java.net.SocketException reset) {
            return text.toString();
        }
        return text.toString();
    }

    @Test
    void anAnswerCarriesItsHeadersAndEndsTheConnection() throws IOException {
        String answer = ask("GET /known?x=1 HTTP/1.1\r\nHost: x\r\n\r\n");
        assertTrue(answer.endsWith("\r\n\r\nbody\n"), answer);
        for (String header :
                List.of(
                        "content-length: 5",
                        "connection: close",
                        "cache-control: no-store",
                        "x-content-type-options: nosniff",
                        "x-more: y")) {
            assertTrue(answer.contains("\r\n" + header + "\r\n"), answer);
        }
    }

    @Test
    void headHasTheHeadersWithoutTheBody() throws IOException {
        String answer = ask("HEAD /known HTTP/1.1\r\nHost: x\r\n\r\n");
        assertTrue(answer.contains("content-length: 5\r\n"), answer);
        assertTrue(answer.endsWith("\r\n\r\n"), answer);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /unknown HTTP/1.1|404",
                "GET /known/../etc/passwd HTTP/1.1|404",
                "GET http://other/known HTTP/1.1|404",
                "POST /known HTTP/1.1|405",
                "PUT /known HTTP/1.1|405",
                "DELETE /known HTTP/1.1|405",
                "OPTIONS * HTTP/1.1|405",
                "CONNECT known:80 HTTP/1.1|405",
                "BREW /known HTTP/1.1|405",
                "GET|400",
                "GET /known|400",
                "GET /known HTTQ/1.1|400",
                "nonsense|400",
            })
    void otherRequestsAreRefused(String line, int status) throws IOException {
        String answer = ask(line + "\r\nHost: x\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 " + status + " "), answer);
        assertEquals(status == 405, answer.contains("allow: GET, HEAD\r\n"), answer);
    }

    @Test
    void longLinesAndHeadersAreRefused() throws IOException {
        assertTrue(
                ask("GET /" + "x".repeat(100_000) + " HTTP/1.1\r\n\r\n")
                        .startsWith("HTTP/1.1 414 "));
        assertTrue(
                ask("GET /known HTTP/1.1\r\nx: " + "y".repeat(100_000) + "\r\n\r\n")
                        .startsWith("HTTP/1.1 431 "));
        assertTrue(
                ask("GET /known HTTP/1.1\r\n" + "a: b\r\n".repeat(100_000) + "\r\n")
                        .startsWith("HTTP/1.1 431 "));
    }

    @Test
    void aBodyIsDroppedAndTheAnswerStillArrives() throws IOException {
        String answer =
                ask(
                        "POST /known HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n"
                                + "z".repeat(1_000_000));
        assertTrue(answer.startsWith("HTTP/1.1 405 "), answer);
        assertTrue(
                ask("GET /known HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffff\r\nzz")
                        .startsWith("HTTP/1.1 200 "));
    }

    @Test
    void onlyTheFirstOfSeveralRequestsIsAnswered() throws IOException {
        String answer = ask("GET /known HTTP/1.1\r\n\r\n".repeat(50));
        assertEquals(answer.indexOf("HTTP/1.1"), answer.lastIndexOf("HTTP/1.1"), answer);
    }

    @Test
    void noiseHarmsNothing() throws IOException {
        long seed = Long.getLong("sim.seed", 20_261_121L);
        System.out.println("sim.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            byte[] noise = new byte[random.nextInt(1, 2000)];
            random.nextBytes(noise);
            try (Socket socket = connect()) {
                socket.getOutputStream().write(noise);
                socket.shutdownOutput();
                String answer = drain(socket);
                assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 4"), answer);
            }
        }
    }

    @Test
    void aClientThatTricklesLosesItsConnectionInTime() throws Exception {
        long startNanos = System.nanoTime();
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            boolean open = true;
            while (open) {
                assertTrue(
                        System.nanoTime() - startNanos
                                < TimeUnit.MILLISECONDS.toNanos(READ_LIMIT_MILLIS));
                try {
                    out.write('G');
                    Thread.sleep(20);
                } catch (IOException closed) {
                    open = false;
                }
            }
        }
        assertTrue(
                System.nanoTime() - startNanos >= TimeUnit.MILLISECONDS.toNanos(SHORT_MILLIS / 2));
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAndTheirPlacesComeBack() throws Exception {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < HttpServer.MOST_CONNECTIONS; i++) {
                idle.add(connect());
            }
            assertEquals("", ask("GET /known HTTP/1.1\r\n\r\n"));
            // Idle connections reach their time limit.
            for (Socket socket : idle) {
                assertEquals("", drain(socket));
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
        assertFalse(ask("GET /known HTTP/1.1\r\n\r\n").isEmpty());
    }

    @Test
    void anAddressInUseIsExplained() throws IOException {
        IOException refusal =
                assertThrows(
                        IOException.class,
                        () -> new HttpServer(server.localAddress(), loop, HttpServerTest::answer));
        String words = String.valueOf(refusal.getMessage());
        assertTrue(words.contains("cannot serve metrics at") && words.contains("in use"), words);
    }
}
