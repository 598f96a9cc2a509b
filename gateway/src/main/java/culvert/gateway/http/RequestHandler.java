package culvert.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers the first request of one connection. What follows it, such as a body, is dropped. */
final class RequestHandler extends SimpleChannelInboundHandler<HttpObject> {
    private static final Logger log = LoggerFactory.getLogger(RequestHandler.class);

    private final Function<String, Optional<HttpAnswer>> answers;
    private boolean answered;

    RequestHandler(Function<String, Optional<HttpAnswer>> answers) {
        this.answers = answers;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
        if (answered || !(part instanceof HttpRequest request)) {
            return;
        }
        answered = true;
        HttpAnswer answer =
                request.decoderResult().isSuccess()
                        ? answer(request)
                        : refusal(request.decoderResult().cause());
        send(context, answer, request.method().equals(HttpMethod.HEAD));
    }

    private HttpAnswer answer(HttpRequest request) {
        if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
            return new HttpAnswer(
                    HttpResponseStatus.METHOD_NOT_ALLOWED.code(),
                    HttpAnswer.PLAIN_TEXT,
                    Map.of(HttpHeaderNames.ALLOW.toString(), "GET, HEAD"),
                    "only GET and HEAD: nothing can be changed here\n");
        }
        String target = request.uri();
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        return answers.apply(path).orElseGet(() -> HttpAnswer.text(404, "not found"));
    }

    private static HttpAnswer refusal(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return HttpAnswer.text(HttpResponseStatus.REQUEST_URI_TOO_LONG.code(), "too long");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return HttpAnswer.text(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE.code(), "too long");
        }
        return HttpAnswer.text(HttpResponseStatus.BAD_REQUEST.code(), "bad request");
    }

    private static void send(ChannelHandlerContext context, HttpAnswer answer, boolean headOnly) {
        ByteBuf body = Unpooled.copiedBuffer(answer.body(), StandardCharsets.UTF_8);
        int bodyBytes = body.readableBytes();
        if (headOnly) {
            body.release();
            body = Unpooled.EMPTY_BUFFER;
        }
        FullHttpResponse response =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()), body);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, answer.contentType())
                .set(HttpHeaderNames.CONTENT_LENGTH, bodyBytes)
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set("x-content-type-options", "nosniff");
        answer.headers().forEach(response.headers()::set);
        context.writeAndFlush(response).addListener(sent -> hangUp(context));
    }

    /**
     * Closes our half only. What a client still sends is read and dropped until it closes too or
     * the connection's time is up: closing at once would reset the connection, and the client might
     * lose the answer.
     */
    private static void hangUp(ChannelHandlerContext context) {
        if (context.channel() instanceof DuplexChannel connection) {
            connection.shutdownOutput();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        // A client that goes away ends its own connection only.
        log.debug("http connection: {}", cause.toString());
        context.close();
    }
}
