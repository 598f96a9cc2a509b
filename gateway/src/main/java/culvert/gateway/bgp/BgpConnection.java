package culvert.gateway.bgp;

import culvert.bgp.BgpInput;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One TCP connection with a peer. What the kernel does not take waits here; the speaker is told,
 * and announces nothing until the peer reads again, so little ever waits.
 */
final class BgpConnection extends ChannelInboundHandlerAdapter {
    /** How long a peer that does not read may hold up the end of its connection. */
    private static final long LINGER_MILLIS = 1000;

    /** A read of this size a turn, so that a full table leaves turns to others. */
    static final RecvByteBufAllocator PORTIONS =
            new FixedRecvByteBufAllocator(16 * 1024).maxMessagesPerRead(1);

    private final long id;
    private final DuplexChannel channel;
    private final Consumer<BgpInput> inputs;
    private int waitingBytes;
    private boolean blocked;
    private boolean closing;

    /**
     * @param inputs hears what the peer does, until we close
     * @param onClosed runs once, when the connection is gone
     */
    BgpConnection(long id, DuplexChannel channel, Consumer<BgpInput> inputs, Runnable onClosed) {
        this.id = id;
        this.channel = channel;
        this.inputs = inputs;
        channel.closeFuture().addListener(done -> onClosed.run());
    }

    Channel channel() {
        return channel;
    }

    void send(byte[] message) {
        if (closing) {
            return;
        }
        waitingBytes += message.length;
        channel.writeAndFlush(Unpooled.wrappedBuffer(message))
                .addListener(done -> taken(message.length));
        if (waitingBytes > 0 && !blocked) {
            blocked = true;
            inputs.accept(new BgpInput.SendBlocked(id));
        }
    }

    /** The kernel took a message, or it was lost with the connection. */
    private void taken(int bytes) {
        waitingBytes -= bytes;
        boolean drained = waitingBytes == 0;
        if (blocked && !closing && channel.isActive()) {
            blocked = !drained;
            inputs.accept(new BgpInput.SendProgress(id, drained));
        }
        if (closing && drained) {
            finish();
        }
    }

    /** Ends the connection when all that was sent is out, or soon. */
    void close() {
        if (closing) {
            return;
        }
        closing = true;
        channel.eventLoop().schedule(() -> channel.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
        if (waitingBytes == 0) {
            finish();
        }
    }

    /**
     * Half of the close: octets of the peer that nobody reads any more would make the kernel send a
     * reset, and that could overtake our NOTIFICATION.
     */
    private void finish() {
        if (channel.isActive()) {
            channel.shutdownOutput();
        } else {
            channel.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        try {
            if (!closing && message instanceof ByteBuf octets) {
                inputs.accept(new BgpInput.BytesReceived(id, ByteBufUtil.getBytes(octets)));
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lost("the peer closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lost(String.valueOf(cause.getMessage()));
        context.close();
    }

    private void lost(String why) {
        if (!closing) {
            closing = true;
            inputs.accept(new BgpInput.TcpClosed(id, why));
        }
    }
}
