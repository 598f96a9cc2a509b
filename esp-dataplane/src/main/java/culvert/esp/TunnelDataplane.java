package culvert.esp;

import culvert.model.EspSuite;
import culvert.model.InboundSaParameters;
import culvert.model.Offload;
import culvert.model.OutboundSaParameters;
import culvert.model.Secret;
import culvert.model.Spi;
import culvert.tunio.EspSocket;
import culvert.tunio.TunDevice;
import culvert.tunio.UdpSender;
import culvert.tunio.UdpSocket;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The ESP dataplane of one tunnel: its TUN device, its UDP socket and perhaps a raw socket, an
 * outbound and an inbound thread. It shares nothing with other tunnels.
 *
 * <p>Inbound packets may come by either socket (RFC 7296 2.23); outbound the SA decides.
 *
 * <pre>
 *   TUN --{@literal >} [name-outbound]  split, seal   --{@literal >} UDP     installOutbound, removeOutbound
 *   TUN {@literal <}-- [name-inbound]   join, open    {@literal <}-- UDP     installInbound, removeInbound
 *                              IKE messages --{@literal >} IkeDatagramSink
 * </pre>
 *
 * <p>One control thread calls the methods that change something; counters and activity may be read
 * from any thread. SAs travel to the packet threads through bounded queues, and their keys are
 * wiped there. Without an outbound SA every packet is dropped and counted.
 */
public final class TunnelDataplane implements AutoCloseable {
    private static final long STOP_NANOS = 1_000_000_000;
    private static final Secret NO_KEYMAT = Secret.owning(new byte[0]);
    private static final int NON_ESP_MARKER_BYTES = 4;
    private static final int LONGEST_IKE_BYTES = DatagramRun.MOST_BYTES - NON_ESP_MARKER_BYTES;

    private final String tunnel;
    private final TunDevice tun;
    private final UdpSocket udp;
    private final Optional<EspSocket> esp;
    private final DataplaneEvents events;
    private final OffloadStates offloads;
    private final PathMtuClaims pathMtuClaims;

    private final Arena arena = Arena.ofShared();
    private final CommandQueue<SaCommand<OutboundSaParameters>> outboundCommands =
            new CommandQueue<>();
    private final CommandQueue<SaCommand<InboundSaParameters>> inboundCommands =
            new CommandQueue<>();
    private final OutboundPath outbound;
    private final InboundPath inbound;
    private final DataplaneThread outboundThread;
    private final DataplaneThread inboundThread;

    // The control thread's own way to the peer.
    private final UdpSender ikeSender;
    private final MemorySegment ikeBuffer = arena.allocate(DatagramRun.MOST_BYTES);
    private final PathCounters ikeCounters = new PathCounters();
    private boolean closed;

    /**
     * Prepares the dataplane; nothing moves before {@link #start}.
     *
     * @param tunnel names the threads
     * @param tun owned from here on
     * @param udp connected to the peer; owned from here on
     * @param esp likewise, where packets may travel as IP protocol 50
     * @param ike takes the IKE messages that arrive on the socket
     */
    public TunnelDataplane(
            String tunnel,
            TunDevice tun,
            UdpSocket udp,
            Optional<EspSocket> esp,
            DataplaneSettings settings,
            IkeDatagramSink ike,
            DataplaneEvents events) {
        this.tunnel = tunnel;
        this.tun = tun;
        this.udp = udp;
        this.esp = esp;
        this.events = events;
        offloads = new OffloadStates(settings.offloads(), probed(tun, udp), events);
        DataplaneSettings possible =
                new DataplaneSettings(
                        settings.mtuBytes(), settings.crypto(), settings.copyDscp(), offloads.on());
        TunPort tunPort = new DevicePort(tun);
        pathMtuClaims = new PathMtuClaims(this::sendsWith, events);
        outbound =
                new OutboundPath(
                        arena,
                        tunPort,
                        new UdpOutput(udp.newSender()),
                        esp.map(raw -> new EspOutput(raw.newSender())),
                        possible,
                        outboundCommands,
                        this::errorPending,
                        offloads);
        inbound =
                new InboundPath(
                        arena,
                        tunPort,
                        new UdpInput(udp, arena),
                        esp.map(EspInput::new),
                        possible,
                        inboundCommands,
                        ike,
                        pathMtuClaims,
                        offloads);
        outboundThread = new DataplaneThread(tunnel + "-outbound", outbound, events, tun.fd());
        inboundThread =
                new DataplaneThread(
                        tunnel + "-inbound",
                        inbound,
                        events,
                        esp.map(raw -> new int[] {udp.fd(), raw.fd()})
                                .orElse(new int[] {udp.fd()}));
        ikeSender = udp.newSender();
    }

    private void errorPending() {
        inbound.errorPending();
    }

    private boolean sendsWith(int spi) {
        return outbound.activity().stream().anyMatch(sa -> sa.spi().value() == spi);
    }

    /** What the device and the socket have got, and can do with superpackets that we write. */
    private static Set<Offload> probed(TunDevice tun, UdpSocket udp) {
        Set<Offload> probed = EnumSet.noneOf(Offload.class);
        add(probed, Offload.TSO, tun.tcpSegmentationOffload());
        add(probed, Offload.USO, tun.udpSegmentationOffload());
        add(probed, Offload.GSO, udp.segmentationOffload());
        add(probed, Offload.GRO, udp.receiveOffload());
        add(probed, Offload.COALESCE_TCP, SuperpacketProbe.takesTcp(tun));
        add(probed, Offload.COALESCE_UDP, SuperpacketProbe.takesUdp(tun));
        return probed;
    }

    private static void add(Set<Offload> offloads, Offload offload, boolean present) {
        if (present) {
            offloads.add(offload);
        }
    }

    /** Starts both threads. */
    public void start() {
        outboundThread.start();
        inboundThread.start();
    }

    /**
     * Has the inbound thread accept packets of this SA, beside up to three others. A packet that
     * arrives after this call returns finds the SA.
     *
     * @throws IllegalArgumentException when KEYMAT or replay window do not fit
     */
    public void installInbound(InboundSaParameters sa) {
        requireKeymat(sa.suite(), sa.keymat());
        ReplayWindow.requireSize(sa.replayWindow());
        submit(inboundCommands, new SaCommand.Install<>(sa), inboundThread, sa.keymat());
    }

    /** Has the inbound thread forget this SA. */
    public void removeInbound(Spi spi) {
        submit(inboundCommands, new SaCommand.Remove<>(spi), inboundThread, NO_KEYMAT);
    }

    /**
     * Has the outbound thread seal with this SA from now on, in place of the SAs before it.
     *
     * @throws IllegalArgumentException when KEYMAT does not fit
     */
    public void installOutbound(OutboundSaParameters sa) {
        requireKeymat(sa.suite(), sa.keymat());
        submit(outboundCommands, new SaCommand.Install<>(sa), outboundThread, sa.keymat());
    }

    /** Has the outbound thread forget this SA; the newest that is left takes its place. */
    public void removeOutbound(Spi spi) {
        submit(outboundCommands, new SaCommand.Remove<>(spi), outboundThread, NO_KEYMAT);
    }

    private <P> void submit(
            CommandQueue<SaCommand<P>> queue,
            SaCommand<P> command,
            DataplaneThread thread,
            Secret keymat) {
        if (closed) {
            keymat.close();
            return;
        }
        if (!queue.offer(command)) {
            keymat.close();
            throw new IllegalStateException(
                    "dataplane of " + tunnel + " has not taken its last commands");
        }
        thread.wake();
    }

    private static void requireKeymat(EspSuite suite, Secret keymat) {
        if (keymat.length() != suite.keymatBytes()) {
            throw new IllegalArgumentException(
                    "%s takes %d octets of KEYMAT, not %d"
                            .formatted(suite.keyword(), suite.keymatBytes(), keymat.length()));
        }
    }

    /** What has been moved and lost until now. */
    public TrafficCounters counters() {
        PathCounters in = inbound.counters();
        PathCounters out = outbound.counters();
        Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            drops.put(reason, in.drops(reason) + out.drops(reason) + ikeCounters.drops(reason));
        }
        return new TrafficCounters(
                in.packets(),
                in.bytes(),
                out.packets(),
                out.bytes(),
                in.reads(),
                in.writes(),
                out.reads(),
                out.writes(),
                drops,
                inbound.latency(),
                outbound.latency());
    }

    /**
     * The threads that have not come round since the call before this one, and asks all again: a
     * thread that is named has hung or died. One caller, at intervals in which any batch must end.
     */
    public List<String> silentThreads() {
        return closed
                ? List.of()
                : Stream.of(outboundThread, inboundThread)
                        .filter(thread -> !thread.comesRound())
                        .map(DataplaneThread::name)
                        .toList();
    }

    /**
     * Has both directions keep to this longest inner packet from now on, at most the one of the
     * settings. The MTU of the TUN device itself is the caller's to change.
     */
    public void setMtu(int mtuBytes) {
        outbound.mtu(mtuBytes);
        inbound.mtu(mtuBytes);
    }

    /**
     * Sends a packet that the peer discards and no router may fragment, so that a path that is too
     * narrow for it says so. Needs an SA.
     *
     * @param datagramBytes octets of the ESP packet, a multiple of 4
     */
    public void probePath(int datagramBytes) {
        if (!closed) {
            outbound.probe(datagramBytes);
            outboundThread.wake();
        }
    }

    /**
     * The smallest MTU of the path that ICMP has claimed since the last call; 1: it did not say.
     */
    public OptionalInt takePathMtuClaim() {
        return pathMtuClaims.take();
    }

    /** ICMP errors about what was sent to the peer. */
    public long icmpErrors() {
        return inbound.counters().icmpErrors();
    }

    /** How each offload stands. */
    public Map<Offload, OffloadState> offloads() {
        return offloads.all();
    }

    /** The inbound SAs, oldest first. */
    public List<InboundSaActivity> inboundActivity() {
        return inbound.activity();
    }

    /** The outbound SAs, oldest first; the last one is in use. */
    public List<OutboundSaActivity> outboundActivity() {
        return outbound.activity();
    }

    /** Shows inner packets to a new capture from now on, in place of an earlier one. */
    public PacketCapture startCapture(CaptureFilter filter) {
        PacketCapture capture = new PacketCapture(filter);
        outbound.tap().connect(capture.outbound());
        inbound.tap().connect(capture.inbound());
        return capture;
    }

    /** Ends the capture; what it has may still be drained. */
    public void stopCapture() {
        outbound.tap().connect(null);
        inbound.tap().connect(null);
    }

    /** Sends an IKE message to the peer behind the non-ESP marker; a failure is counted. */
    public void sendIke(byte[] message) {
        if (closed) {
            return;
        }
        if (message.length > LONGEST_IKE_BYTES) {
            ikeCounters.drop(DropReason.OVERSIZED);
            return;
        }
        ikeBuffer.set(ValueLayout.JAVA_INT, 0, 0);
        MemorySegment.copy(
                message, 0, ikeBuffer, ValueLayout.JAVA_BYTE, NON_ESP_MARKER_BYTES, message.length);
        int lengthBytes = NON_ESP_MARKER_BYTES + message.length;
        int result = ikeSender.send(ikeBuffer, 0, lengthBytes, 0, UdpSender.NO_TRAFFIC_CLASS);
        for (int i = 0; i < RunSender.MOST_REPORTS && RunSender.mayConcernEarlier(-result); i++) {
            errorPending();
            result = ikeSender.send(ikeBuffer, 0, lengthBytes, 0, UdpSender.NO_TRAFFIC_CLASS);
        }
        if (result < 0) {
            ikeCounters.drop(RunSender.reason(-result));
        }
    }

    /** Stops both threads within a second, wipes all keys, closes the device and the socket. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        outboundThread.stop();
        inboundThread.stop();
        long deadlineNanos = System.nanoTime() + STOP_NANOS;
        boolean ended = outboundThread.awaitEnd(deadlineNanos - System.nanoTime());
        ended &= inboundThread.awaitEnd(deadlineNanos - System.nanoTime());
        if (!ended) {
            // Closing under a running thread could hand it somebody else's descriptor.
            events.fault(tunnel, new IllegalStateException("a dataplane thread does not stop"));
            return;
        }
        tun.close();
        udp.close();
        esp.ifPresent(EspSocket::close);
        arena.close();
    }
}
