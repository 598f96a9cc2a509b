package culvert.gateway.daemon;

import culvert.esp.InboundSaActivity;
import culvert.esp.OutboundSaActivity;
import culvert.ike.IkeInput;
import io.netty.channel.EventLoop;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Tells IKE which inbound SAs carried traffic: proof that the peer lives (RFC 7296 2.4), and the
 * sign that a rekeyed SA is in use. And what the outbound ones carried, which wears them out.
 */
final class TrafficWatch {
    private static final long INTERVAL_MILLIS = 100;
    private static final int LOOKS_PER_OUTBOUND_REPORT = 10;

    private final IkeDriver driver;
    private final Collection<Tunnel> tunnels;
    private final Map<Integer, Long> packetsBySpi = new HashMap<>();
    private int looks;

    private TrafficWatch(IkeDriver driver, Collection<Tunnel> tunnels) {
        this.driver = driver;
        this.tunnels = tunnels;
    }

    static void start(EventLoop loop, IkeDriver driver, Collection<Tunnel> tunnels) {
        TrafficWatch watch = new TrafficWatch(driver, tunnels);
        loop.scheduleWithFixedDelay(
                watch::look, INTERVAL_MILLIS, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Nothing urgent hangs on these: sequence numbers last hours, NAT mappings many seconds. */
    private void reportOutbound(Tunnel tunnel) {
        for (OutboundSaActivity sa : tunnel.dataplane().outboundActivity()) {
            if (sa.packets() > 0) {
                driver.deliver(
                        new IkeInput.OutboundTraffic(
                                tunnel.name(),
                                sa.spi(),
                                sa.bytes(),
                                sa.sequenceNumber(),
                                sa.lastPacketNanos()));
            }
        }
    }

    private void look() {
        Map<Integer, Long> seen = new HashMap<>();
        for (Tunnel tunnel : tunnels) {
            for (InboundSaActivity sa : tunnel.dataplane().inboundActivity()) {
                seen.put(sa.spi().value(), sa.packets());
                if (sa.packets() != packetsBySpi.getOrDefault(sa.spi().value(), 0L)) {
                    driver.deliver(
                            new IkeInput.InboundTraffic(
                                    tunnel.name(),
                                    sa.spi(),
                                    sa.packets(),
                                    sa.bytes(),
                                    sa.lastPacketNanos()));
                }
            }
            if (looks % LOOKS_PER_OUTBOUND_REPORT == 0) {
                reportOutbound(tunnel);
            }
        }
        looks++;
        packetsBySpi.clear();
        packetsBySpi.putAll(seen);
    }
}
