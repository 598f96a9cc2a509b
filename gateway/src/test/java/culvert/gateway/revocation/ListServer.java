package culvert.gateway.revocation;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** What answers at a distribution point, on this machine's loopback: well or badly, by path. */
final class ListServer implements AutoCloseable {
    /** What is done with a connection when its request has been read. */
    interface Answer {
        void write(OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    ListServer() throws IOException {
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    static Answer octets(byte[] body) {
        return status("200 OK", body);
    }

    static Answer status(String status, byte[] body, String... headers) {
        StringBuilder head = new StringBuilder("HTTP/1.1 ").append(status).append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        return out -> {
            out.write(head.toString().getBytes(StandardCharsets.US_ASCII));
            out.write(body);
        };
    }

    /** What comes before, then the same octets again and again. */
    static Answer endless(String before, String again, long pauseMillis) {
        return out -> {
            out.write(before.getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(again.getBytes(StandardCharsets.US_ASCII));
                out.flush();
                Thread.sleep(pauseMillis);
            }
        };
    }

    /** Its URL. */
    String at(String path, Answer answer) {
        answers.put(path, answer);
        return "http://127.0.0.1:%d%s".formatted(listener.getLocalPort(), path);
    }

    /** The paths of all requests so far. */
    List<String> asked() {
        return List.copyOf(asked);
    }

    int timesAsked(String path) {
        return Collections.frequency(asked, path);
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            String path = request(socket.getInputStream()).split(" ", -1)[1];
            asked.add(path);
            Answer answer = answers.get(path);
            if (answer != null) {
                answer.write(socket.getOutputStream());
                socket.getOutputStream().flush();
            }
        } catch (IOException | InterruptedException gone) {
            // The client has heard enough.
        }
    }

    private static String request(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int octet = in.read();
            if (octet < 0) {
                throw new IOException("no request");
            }
            head.append((char) octet);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
