package culvert.gateway.daemon;

import culvert.gateway.http.HttpAnswer;
import culvert.gateway.http.HttpServer;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Function;

/** The HTTP listener, which may be at another address or nowhere. Not used on the control loop. */
final class MetricsEndpoint implements AutoCloseable {
    private final EventLoopGroup loop;
    private final Function<String, Optional<HttpAnswer>> answers;
    private Optional<InetSocketAddress> address = Optional.empty();
    private Optional<HttpServer> server = Optional.empty();

    MetricsEndpoint(EventLoopGroup loop, Function<String, Optional<HttpAnswer>> answers) {
        this.loop = loop;
        this.answers = answers;
    }

    /**
     * Listens there, and no more where it did.
     *
     * @throws IOException with a sentence for people; then it listens where it did before
     */
    void moveTo(Optional<InetSocketAddress> next) throws IOException {
        if (next.equals(address)) {
            return;
        }
        // First of all, since the new address may be the old port on every address.
        close();
        try {
            open(next);
        } catch (IOException e) {
            open(address);
            throw e;
        }
        address = next;
    }

    private void open(Optional<InetSocketAddress> where) throws IOException {
        if (where.isPresent()) {
            server = Optional.of(new HttpServer(where.get(), loop, answers));
        }
    }

    @Override
    public void close() {
        server.ifPresent(HttpServer::close);
        server = Optional.empty();
    }
}
