package culvert.gateway.revocation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever answers at a distribution point costs bounded octets and time. */
@Timeout(60)
class ListDownloadTest {
    private static final int LARGEST_BYTES = 10_000;
    private static final byte[] BODY = "octets".getBytes(StandardCharsets.US_ASCII);

    private final ListServer server = newServer();

    private static ListServer newServer() {
        try {
            return new ListServer();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private static byte[] get(String location, Duration limit) throws Exception {
        return new ListDownload(limit).get(location, LARGEST_BYTES);
    }

    private static void fails(String words, String location, Duration limit) {
        long startNanos = System.nanoTime();
        IOException e = assertThrows(IOException.class, () -> get(location, limit));
        assertTrue(String.valueOf(e.getMessage()).contains(words), e.getMessage());
        long tookSeconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
        assertTrue(tookSeconds < 30, "took %d s".formatted(tookSeconds));
    }

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(1);

    @Test
    void octetsComeAsTheyAre() throws Exception {
        assertArrayEquals(BODY, get(server.at("/list", ListServer.octets(BODY)), LONG));
        byte[] largest = new byte[LARGEST_BYTES];
        assertArrayEquals(largest, get(server.at("/largest", ListServer.octets(largest)), LONG));
        assertEquals(List.of("/list", "/largest"), server.asked());
    }

    @Test
    void redirectIsNotFollowed() {
        String elsewhere = server.at("/elsewhere", ListServer.octets(BODY));
        for (String status : List.of("301 Moved", "302 Found", "307 There", "308 There")) {
            fails(
                    "redirect (" + status.substring(0, 3) + ")",
                    server.at(
                            "/list",
                            ListServer.status(status, new byte[0], "Location: " + elsewhere)),
                    LONG);
        }
        assertEquals(0, server.timesAsked("/elsewhere"));
    }

    @Test
    void otherStatusIsNamed() {
        for (String status : List.of("204 Nothing", "401 Who", "404 Not here", "503 Later")) {
            fails(
                    "HTTP status " + status.substring(0, 3),
                    server.at(
                            "/list",
                            ListServer.status(status, new byte[0], "WWW-Authenticate: Basic")),
                    LONG);
        }
    }

    @Test
    void tooManyOctets() {
        String words = "has more than 10000 octets";
        fails(words, server.at("/told", ListServer.octets(new byte[LARGEST_BYTES + 1])), LONG);
        String head = "HTTP/1.1 200 OK\r\n";
        fails(
                words,
                server.at("/lie", ListServer.endless(head + "\r\n", "x".repeat(1000), 0)),
                LONG);
        fails(
                words,
                server.at(
                        "/chunks",
                        ListServer.endless(
                                head + "Transfer-Encoding: chunked\r\n\r\n",
                                "3e8\r\n" + "x".repeat(1000) + "\r\n",
                                0)),
                LONG);
    }

    @Test
    void silenceAndSlownessEndInTime() {
        fails("no complete answer", server.at("/silent", out -> Thread.sleep(60_000)), SHORT);
        fails(
                "no complete answer",
                server.at("/head", ListServer.endless("HTTP/1.1 200 OK\r\nX: ", "x", 50)),
                SHORT);
        fails(
                "no complete answer",
                server.at(
                        "/body",
                        ListServer.endless(
                                "HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", "x", 50)),
                SHORT);
    }

    @Test
    void whatIsNotHttpIsNamed() {
        fails("", server.at("/none", out -> {}), LONG);
        fails(
                "",
                server.at(
                        "/ssh",
                        out -> out.write("SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII))),
                LONG);
        fails(
                "broke off",
                server.at(
                        "/half",
                        out ->
                                out.write(
                                        "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"
                                                .getBytes(StandardCharsets.US_ASCII))),
                LONG);
    }

    @Test
    void nobodyThere() throws Exception {
        String location = server.at("/list", ListServer.octets(BODY));
        server.close();
        fails("nobody listens there", location, LONG);
    }
}
