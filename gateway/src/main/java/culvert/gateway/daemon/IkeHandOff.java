package culvert.gateway.daemon;

import culvert.esp.IkeDatagramSink;
import culvert.ike.IkeInput;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Carries IKE messages from a tunnel's inbound thread to the control loop. Bounded: a peer that
 * floods port 4500 with markers fills this tunnel's few places and then loses messages, nothing
 * else.
 */
final class IkeHandOff implements IkeDatagramSink {
    private static final int MAX_WAITING = 64;

    private final EventLoop loop;
    private final IkeDriver driver;
    private final Map<String, Tunnel> tunnels;
    private final String tunnel;
    private final AtomicInteger waiting = new AtomicInteger();

    IkeHandOff(EventLoop loop, IkeDriver driver, Map<String, Tunnel> tunnels, String tunnel) {
        this.loop = loop;
        this.driver = driver;
        this.tunnels = tunnels;
        this.tunnel = tunnel;
    }

    /** Called on the inbound thread; false when there is no place, which the caller counts. */
    @Override
    public boolean offer(byte[] message) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return false;
        }
        loop.execute(() -> deliver(message));
        return true;
    }

    private void deliver(byte[] message) {
        waiting.decrementAndGet();
        Tunnel from = tunnels.get(tunnel);
        if (from != null) {
            driver.deliver(
                    new IkeInput.DatagramReceived(
                            new InetSocketAddress(
                                    from.config().ike().localAddress(),
                                    IkeListener.NAT_TRAVERSAL_PORT),
                            from.peer(),
                            message));
        }
    }
}
