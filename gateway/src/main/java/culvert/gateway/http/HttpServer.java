package culvert.gateway.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * An HTTP/1.1 server on the control loop that answers GET and HEAD and nothing else.
 *
 * <p>Whoever can connect costs bounded memory and time: {@value #MOST_CONNECTIONS} connections, one
 * request on each, {@value #LONGEST_LINE_CHARACTERS} characters of request line, {@value
 * #MOST_HEADER_CHARACTERS} of headers, {@value #LONGEST_CONNECTION_MILLIS} ms from the first octet
 * to the last, however slowly the client reads or writes.
 */
public final class HttpServer implements AutoCloseable {
    static final int MOST_CONNECTIONS = 32;
    static final int LONGEST_LINE_CHARACTERS = 1024;
    static final int MOST_HEADER_CHARACTERS = 8192;
    static final int LONGEST_CONNECTION_MILLIS = 10_000;

    private static final int BACKLOG = 32;

    private final Channel channel;
    private final long longestConnectionMillis;
    private int connections;

    /**
     * Listens at once.
     *
     * @param answers the answer for a path, or empty when there is none; called on the loop
     * @throws IOException with a sentence for people
     */
    public HttpServer(
            InetSocketAddress local,
            EventLoopGroup loop,
            Function<String, Optional<HttpAnswer>> answers)
            throws IOException {
        this(local, loop, answers, LONGEST_CONNECTION_MILLIS);
    }

    HttpServer(
            InetSocketAddress local,
            EventLoopGroup loop,
            Function<String, Optional<HttpAnswer>> answers,
            long longestConnectionMillis)
            throws IOException {
        this.longestConnectionMillis = longestConnectionMillis;
        ChannelFuture bound =
                new ServerBootstrap()
                        .group(loop)
                        .channel(EpollServerSocketChannel.class)
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childHandler(new ConnectionInitializer(answers))
                        .bind(local)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot serve metrics at %s:%d: %s (key metrics of the configuration)"
                            .formatted(
                                    local.getHostString(),
                                    local.getPort(),
                                    bound.cause().getMessage()));
        }
        this.channel = bound.channel();
    }

    /** Where it listens, with the port that the kernel chose for port 0. */
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) channel.localAddress();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
    }

    private final class ConnectionInitializer extends ChannelInitializer<EpollSocketChannel> {
        private final Function<String, Optional<HttpAnswer>> answers;

        ConnectionInitializer(Function<String, Optional<HttpAnswer>> answers) {
            this.answers = answers;
        }

        @Override
        protected void initChannel(EpollSocketChannel connection) {
            if (connections == MOST_CONNECTIONS) {
                connection.close();
                return;
            }
            connections++;
            var deadline =
                    connection
                            .eventLoop()
                            .schedule(
                                    () -> connection.close(),
                                    longestConnectionMillis,
                                    TimeUnit.MILLISECONDS);
            connection
                    .closeFuture()
                    .addListener(
                            closed -> {
                                connections--;
                                deadline.cancel(false);
                            });
            connection
                    .pipeline()
                    .addLast(
                            new HttpServerCodec(
                                    new HttpDecoderConfig()
                                            .setMaxInitialLineLength(LONGEST_LINE_CHARACTERS)
                                            .setMaxHeaderSize(MOST_HEADER_CHARACTERS)))
                    .addLast(new RequestHandler(answers));
        }
    }
}
