package culvert.gateway.capture;

import culvert.esp.CapturedPacket;
import culvert.esp.PacketCapture;
import culvert.gateway.control.CaptureOrder;
import culvert.gateway.control.ControlOutlet;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Moves a capture's packets to one client, as a pcapng file. On the control loop, which looks every
 * {@value #DRAIN_MILLIS} ms; a client that does not read loses the capture, not the daemon its
 * memory.
 */
public final class CaptureStream {
    static final int DRAIN_MILLIS = 10;

    private static final int SNAP_BYTES = 2048;

    private final PacketCapture capture;
    private final CaptureOrder order;
    private final ControlOutlet outlet;
    private final Future<?> drains;
    private final long startNanos = System.nanoTime();
    private final long unixOffsetNanos =
            TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - startNanos;
    private long packets;
    private long bytes;
    private boolean ended;

    /**
     * Begins at once.
     *
     * @param interfaceName of the tunnel's device
     */
    public CaptureStream(
            PacketCapture capture,
            CaptureOrder order,
            String application,
            String interfaceName,
            EventLoop loop,
            ControlOutlet outlet) {
        this.capture = capture;
        this.order = order;
        this.outlet = outlet;
        outlet.send(PcapNg.header(application, interfaceName, SNAP_BYTES));
        drains =
                loop.scheduleWithFixedDelay(
                        this::drain, DRAIN_MILLIS, DRAIN_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void drain() {
        List<CapturedPacket> batch = new ArrayList<>();
        capture.drain(batch::add);
        batch.sort(Comparator.comparingLong(packet -> packet.nanos() - startNanos));
        for (CapturedPacket packet : batch) {
            if (isFull()) {
                break;
            }
            packets++;
            bytes += packet.octets().length;
            if (!outlet.send(PcapNg.packet(packet, unixOffsetNanos + packet.nanos()))) {
                stop();
                return;
            }
        }
        if (isFull()) {
            outlet.send(PcapNg.statistics(unixOffsetNanos + System.nanoTime(), capture.lost()));
            stop();
            outlet.end();
        }
    }

    private boolean isFull() {
        return packets >= order.mostPackets()
                || bytes >= order.mostBytes()
                || System.nanoTime() - startNanos >= order.longest().toNanos();
    }

    /** No more; the connection may have ended already. */
    public void stop() {
        if (!ended) {
            ended = true;
            drains.cancel(false);
        }
    }
}
