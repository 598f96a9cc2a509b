package culvert.gateway.control;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.WriteBufferWaterMark;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's end of a stream; on the control loop. A client that reads slower than the stream
 * runs is dropped when {@value #MOST_WAITING_BYTES} octets wait for it: the daemon's memory is not
 * for clients that stopped reading.
 */
public final class ControlOutlet {
    static final int MOST_WAITING_BYTES = 1 << 20;

    private static final Logger log = LoggerFactory.getLogger(ControlOutlet.class);

    private final Channel channel;
    private boolean ended;

    ControlOutlet(Channel channel) {
        this.channel = channel;
        channel.config()
                .setWriteBufferWaterMark(
                        new WriteBufferWaterMark(MOST_WAITING_BYTES / 2, MOST_WAITING_BYTES));
    }

    /**
     * Sends octets, in order.
     *
     * @return false when the client is gone, perhaps because it has just been dropped
     */
    public boolean send(byte[] octets) {
        if (ended || !channel.isActive()) {
            return false;
        }
        channel.writeAndFlush(Unpooled.wrappedBuffer(octets));
        if (!channel.isWritable()) {
            ended = true;
            log.warn("a client of the control socket that does not read was dropped");
            channel.close();
            return false;
        }
        return true;
    }

    /**
     * Octets that may be sent now without being dropped for it, whether the client reads or not.
     */
    public long roomBytes() {
        return channel.bytesBeforeUnwritable();
    }

    /** No more follows; what was sent still arrives. */
    public void end() {
        if (!ended) {
            ended = true;
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }
}
