package culvert.gateway.daemon;

import culvert.tunio.PortHolder;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.SocketProtocolFamily;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.stream.Collectors;

/**
 * An unconnected UDP socket of the control loop: port 500 for the first exchange, and port 4500 for
 * whoever has no connected socket yet. A tunnel's own socket is connected to its peer, so the
 * kernel prefers it and only strangers and newcomers end here.
 */
final class IkeListener implements AutoCloseable {
    /** Where messages without their non-ESP marker go; called on the control loop. */
    interface Sink {
        void onDatagram(InetSocketAddress local, InetSocketAddress remote, byte[] message);
    }

    static final int IKE_PORT = 500;
    static final int NAT_TRAVERSAL_PORT = 4500;

    /** RFC 3948 2.2: four zero octets stand where an ESP packet would have its SPI. */
    static final int NON_ESP_MARKER_BYTES = 4;

    private static final int MAX_DATAGRAM_BYTES = 65_535;

    private final InetSocketAddress local;
    private final Channel channel;
    private long notIke;

    /**
     * Binds at once.
     *
     * @throws StartupException naming who holds the port
     */
    IkeListener(EventLoopGroup loop, InetSocketAddress local, Sink sink) {
        this.local = local;
        boolean shared = local.getPort() == NAT_TRAVERSAL_PORT;
        // Left to itself Netty goes by whether the loopback has IPv6, which it need not have.
        SocketProtocolFamily family =
                local.getAddress() instanceof Inet6Address
                        ? SocketProtocolFamily.INET6
                        : SocketProtocolFamily.INET;
        ChannelFuture bound =
                new Bootstrap()
                        .group(loop)
                        .channelFactory(() -> new EpollDatagramChannel(family))
                        // The tunnels' connected sockets are bound to the same address and port.
                        .option(ChannelOption.SO_REUSEADDR, shared)
                        .option(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(MAX_DATAGRAM_BYTES))
                        .handler(new Handler(sink))
                        .bind(local)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new StartupException(
                    "cannot bind UDP %s:%d: %s%s"
                            .formatted(
                                    local.getAddress().getHostAddress(),
                                    local.getPort(),
                                    bound.cause().getMessage(),
                                    PortHolder.ofUdp(local.getPort()).stream()
                                            .map(holder -> "; the port is held by " + holder.text())
                                            .collect(Collectors.joining())));
        }
        this.channel = bound.channel();
    }

    /** Sends from the listener's own address; on port 4500 behind a marker. */
    void send(InetSocketAddress remote, byte[] message) {
        boolean marked = local.getPort() == NAT_TRAVERSAL_PORT;
        ByteBuf datagram =
                channel.alloc().buffer(message.length + (marked ? NON_ESP_MARKER_BYTES : 0));
        if (marked) {
            datagram.writeInt(0);
        }
        datagram.writeBytes(message);
        channel.writeAndFlush(new DatagramPacket(datagram, remote));
    }

    /** RFC 3948 2.3: one octet without a marker; the peer drops it. */
    void sendKeepalive(InetSocketAddress remote) {
        ByteBuf datagram = channel.alloc().buffer(1).writeByte(0xFF);
        channel.writeAndFlush(new DatagramPacket(datagram, remote));
    }

    /** Datagrams that were neither IKE nor a keepalive: ESP that belongs to no connected socket. */
    long notIke() {
        return notIke;
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
    }

    private final class Handler extends SimpleChannelInboundHandler<DatagramPacket> {
        private final Sink sink;

        Handler(Sink sink) {
            this.sink = sink;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramPacket datagram) {
            ByteBuf content = datagram.content();
            if (local.getPort() == NAT_TRAVERSAL_PORT) {
                if (content.readableBytes() <= NON_ESP_MARKER_BYTES || content.readInt() != 0) {
                    notIke++;
                    return;
                }
            }
            byte[] message = new byte[content.readableBytes()];
            content.readBytes(message);
            sink.onDatagram(local, datagram.sender(), message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // An ICMP error for an earlier datagram surfaces here; the retransmission timer deals
            // with the silence that follows.
            notIke++;
        }
    }
}
