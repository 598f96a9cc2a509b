package culvert.gateway.capture;

import culvert.esp.CapturedPacket;
import culvert.esp.PacketCapture;
import culvert.gateway.control.CaptureOrder;
import culvert.gateway.control.ControlOutlet;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Moves a capture's packets to one client, as a pcapng file. On the control loop, which looks every
 * {@value #DRAIN_MILLIS} ms and writes {@value #MOST_BYTES_AT_ONCE} octets at most, so that IKE and
 * BGP get their turn. What a client does not take waits in the rings, which lose and count what
 * they cannot keep.
 */
public final class CaptureStream {
    static final int DRAIN_MILLIS = 10;
    static final int MOST_BYTES_AT_ONCE = 256 * 1024;

    private static final int SNAP_BYTES = 2048;
    private static final int LARGEST_BLOCK_BYTES = 8192;

    private final PacketCapture capture;
    private final CaptureOrder order;
    private final ControlOutlet outlet;
    private final Future<?> drains;
    private final Deque<CapturedPacket> waiting = new ArrayDeque<>();
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
        if (waiting.isEmpty()) {
            takeFromRings();
        }
        ByteArrayOutputStream blocks = new ByteArrayOutputStream();
        long room = Math.min(MOST_BYTES_AT_ONCE, outlet.roomBytes() - LARGEST_BLOCK_BYTES);
        while (!waiting.isEmpty() && !isFull() && blocks.size() < room) {
            CapturedPacket packet = waiting.removeFirst();
            packets++;
            bytes += packet.octets().length;
            blocks.writeBytes(PcapNg.packet(packet, unixOffsetNanos + packet.nanos()));
        }
        boolean full = isFull();
        if (full) {
            blocks.writeBytes(
                    PcapNg.statistics(unixOffsetNanos + System.nanoTime(), capture.lost()));
        }
        if (blocks.size() > 0 && !outlet.send(blocks.toByteArray())) {
            stop();
        } else if (full) {
            stop();
            outlet.end();
        }
    }

    /** Both directions, by their times. */
    private void takeFromRings() {
        List<CapturedPacket> batch = new ArrayList<>();
        capture.drain(batch::add);
        batch.sort(Comparator.comparingLong(packet -> packet.nanos() - startNanos));
        waiting.addAll(batch);
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
