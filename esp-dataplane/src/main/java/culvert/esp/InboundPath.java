package culvert.esp;

import culvert.esp.ip.Ecn;
import culvert.esp.ip.IpPacket;
import culvert.esp.ip.Octets;
import culvert.esp.ip.TcpMss;
import culvert.model.InboundSaParameters;
import culvert.tunio.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/*
 * From the peer to the TUN device. The methods below follow a packet in this order:
 *
 *   1. receive    one datagram or several of equal length, as many as there are, 64 calls at most
 *   2. commands   SAs that the control thread installs or removes: after the receive, because an SA
 *                 is installed before the IKE message is sent that lets the peer use it
 *   3. classify   keepalive, IKE behind the non-ESP marker, or ESP (RFC 3948 2); as IP protocol
 *                 50 it can be ESP only
 *   4. look up    the SA by its SPI
 *   5. may accept ask the replay window: a cheap look before the expensive one
 *   6. open       check the ICV and decrypt, to where the packet can be joined to the one before
 *   7. mark seen  only now is the sequence number known to be genuine
 *   8. trailer    padding and next header; dummies end here
 *   9. inner      the inner IP packet, trimmed to its own length, and the SA's selectors
 *  10. adjust     congestion marks of the outer header (RFC 6040), the MSS of a TCP SYN
 *  11. deliver    join it to the one before, or write that one to the TUN device
 */
final class InboundPath implements PacketPath {
    /** Receives per batch: what is at hand is joined, and nothing waits for more. */
    private static final int MOST_RECEIVES = 64;

    private static final int KEEPALIVE = 0xFF;
    private static final int NON_ESP_MARKER = 0;
    private static final int NON_ESP_MARKER_BYTES = 4;

    private final DatagramInput udp;
    private final Optional<DatagramInput> esp;
    private final DataplaneSettings settings;
    private final CommandQueue<SaCommand<InboundSaParameters>> commands;
    private final IkeDatagramSink ike;
    private final DataplaneEvents events;

    private final PathCounters counters = new PathCounters();
    private final CaptureTap tap = new CaptureTap();
    private final BatchLatency latency = new BatchLatency();
    private final SecurityAssociationDatabase<InboundSa> sad =
            new SecurityAssociationDatabase<>(InboundSa[]::new);
    private final DatagramReader udpReader;
    private final Optional<DatagramReader> espReader;
    private MemorySegment buffer; // of the input whose packets are in hand
    private final Coalescer coalescer;
    private final IpPacket inner = new IpPacket();
    private volatile int wantedMtuBytes;
    private int mtuBytes;
    private long nowNanos;
    private long sequenceNumber; // of the packet in hand, all 64 bits

    InboundPath(
            Arena arena,
            TunPort tun,
            DatagramInput udp,
            Optional<DatagramInput> esp,
            DataplaneSettings settings,
            CommandQueue<SaCommand<InboundSaParameters>> commands,
            IkeDatagramSink ike,
            PathMtuClaims pathMtu,
            DataplaneEvents events) {
        this.udp = udp;
        this.esp = esp;
        this.settings = settings;
        this.commands = commands;
        this.ike = ike;
        this.events = events;
        wantedMtuBytes = settings.mtuBytes();
        udpReader = new DatagramReader(udp, settings, counters, pathMtu, events);
        espReader = esp.map(raw -> new DatagramReader(raw, settings, counters, pathMtu, events));
        buffer = udp.buffer();
        coalescer = new Coalescer(arena, tun, settings, counters, events);
    }

    @Override
    public int doWork() {
        mtuBytes = wantedMtuBytes;
        int receives = drain(udp, udpReader, true);
        long firstNanos = nowNanos;
        if (esp.isPresent() && espReader.isPresent()) {
            receives = both(receives, drain(esp.get(), espReader.get(), false));
        }
        coalescer.flush();
        if (receives > 0) {
            latency.batch(firstNanos);
        }
        return receives;
    }

    /** An error at one socket must not slow down what comes by the other. */
    private static int both(int receives, int more) {
        return receives == TROUBLE || more == TROUBLE
                ? Math.max(receives, more) > 0 ? Math.max(receives, more) : TROUBLE
                : receives + more;
    }

    private int drain(DatagramInput input, DatagramReader reader, boolean inUdp) {
        reader.takePendingErrors();
        buffer = input.buffer();
        int receivedBytes = reader.receive();
        applyCommands();
        nowNanos = System.nanoTime();
        tap.beginBatch(nowNanos);
        int receives = 0;
        while (receivedBytes >= 0) {
            process(input, inUdp, receivedBytes);
            if (++receives == MOST_RECEIVES) {
                break;
            }
            receivedBytes = reader.receive();
            applyCommands();
        }
        return receives == 0 && receivedBytes != -Errno.EAGAIN ? TROUBLE : receives;
    }

    private void process(DatagramInput input, boolean inUdp, int receivedBytes) {
        int segmentBytes = input.segmentBytes();
        if (segmentBytes <= 0 || segmentBytes > receivedBytes) {
            segmentBytes = receivedBytes;
        }
        int trafficClass = Math.max(input.trafficClass(), 0);
        int offset = input.offset();
        int end = offset + receivedBytes;
        do {
            int datagramBytes = Math.min(segmentBytes, end - offset);
            if (inUdp) {
                classify(offset, datagramBytes, trafficClass);
            } else {
                check(offset, datagramBytes, trafficClass);
            }
            offset += datagramBytes;
        } while (offset < end);
    }

    // 2. commands

    private void applyCommands() {
        SaCommand<InboundSaParameters> command;
        while ((command = commands.poll()) != null) {
            switch (command) {
                case SaCommand.Install<InboundSaParameters> install ->
                        install(install.parameters());
                case SaCommand.Remove<InboundSaParameters> remove -> sad.remove(remove.spi());
            }
        }
    }

    private void install(InboundSaParameters parameters) {
        try {
            install(InboundSa.keyed(parameters, settings.crypto()));
        } catch (IllegalStateException e) {
            events.saRefused(parameters.spi(), "inbound: " + e.getMessage());
        }
    }

    void install(InboundSa sa) {
        InboundSa evicted = sad.install(sa);
        if (evicted != null) {
            events.saRefused(
                    evicted.spi(),
                    "inbound: removed, it was the oldest of "
                            + (SecurityAssociationDatabase.LARGEST + 1));
        }
    }

    // 3. classify

    private void classify(int offset, int datagramBytes, int trafficClass) {
        if (datagramBytes == 1 && Octets.get8(buffer, offset) == KEEPALIVE) {
            return; // RFC 3948 2.3: its arrival was all there was to it
        }
        if (datagramBytes <= NON_ESP_MARKER_BYTES) {
            counters.drop(DropReason.TOO_SHORT);
        } else if (EspPacket.spi(buffer, offset) == NON_ESP_MARKER) {
            handToIke(offset + NON_ESP_MARKER_BYTES, datagramBytes - NON_ESP_MARKER_BYTES);
        } else {
            check(offset, datagramBytes, trafficClass);
        }
    }

    private void check(int offset, int packetBytes, int trafficClass) {
        if (packetBytes < EspPacket.SHORTEST_BYTES) {
            counters.drop(DropReason.TOO_SHORT);
        } else if (!EspPacket.isAligned(packetBytes)) {
            counters.drop(DropReason.MALFORMED);
        } else {
            decapsulate(offset, packetBytes, trafficClass);
        }
    }

    private void handToIke(int offset, int messageBytes) {
        byte[] message = new byte[messageBytes];
        MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, offset, message, 0, messageBytes);
        if (!ike.offer(message)) {
            counters.drop(DropReason.QUEUE_FULL);
        }
    }

    private void decapsulate(int offset, int packetBytes, int trafficClass) {
        InboundSa sa = lookUp(offset);
        if (sa == null || !mayAccept(sa, offset)) {
            return;
        }
        int plainBytes = packetBytes - EspPacket.OVERHEAD_BYTES;
        long plain = coalescer.openAt(plainBytes);
        if (!open(sa, offset, packetBytes, plain)) {
            coalescer.discard();
            return;
        }
        markSeen(sa, packetBytes);
        int payloadBytes = trailer(plain, plainBytes);
        if (payloadBytes > 0
                && inner(sa, plain, payloadBytes, plainBytes)
                && adjust(plain, trafficClass)) {
            tap.passed(coalescer.buffer(), plain, inner.lengthBytes());
            coalescer.accept(inner); // 11. deliver
        } else {
            coalescer.discard();
        }
    }

    // 4. look up

    private @Nullable InboundSa lookUp(int offset) {
        InboundSa sa = sad.lookup(EspPacket.spi(buffer, offset));
        if (sa == null) {
            counters.drop(DropReason.NO_SA);
        }
        return sa;
    }

    // 5. may accept

    private boolean mayAccept(InboundSa sa, int offset) {
        sequenceNumber = sa.window().inferred(EspPacket.sequenceNumber(buffer, offset));
        if (sa.window().mayAccept(sequenceNumber)) {
            return true;
        }
        counters.drop(DropReason.REPLAY);
        return false;
    }

    // 6. open

    private boolean open(InboundSa sa, int offset, int packetBytes, long plain) {
        if (sa.open(sequenceNumber, buffer, offset, packetBytes, coalescer.buffer(), plain)) {
            return true;
        }
        counters.drop(DropReason.AUTHENTICATION);
        return false;
    }

    // 7. mark seen

    private void markSeen(InboundSa sa, int packetBytes) {
        sa.window().markSeen(sequenceNumber);
        sa.activity().packet(packetBytes, nowNanos);
    }

    // 8. trailer

    /** Octets before the padding, or 0 when there is nothing to deliver. */
    private int trailer(long plain, int plainBytes) {
        int payloadBytes = EspPacket.payloadBytes(coalescer.buffer(), plain, plainBytes);
        if (payloadBytes < 0) {
            counters.drop(DropReason.PADDING);
            return 0;
        }
        return switch (EspPacket.nextHeader(coalescer.buffer(), plain, plainBytes)) {
            case EspPacket.NEXT_HEADER_IPV4, EspPacket.NEXT_HEADER_IPV6 -> {
                if (payloadBytes == 0) {
                    counters.drop(DropReason.INNER_HEADER);
                }
                yield payloadBytes;
            }
            case EspPacket.NEXT_HEADER_NONE -> 0; // RFC 4303 2.6: made to be discarded, no loss
            default -> {
                counters.drop(DropReason.NEXT_HEADER);
                yield 0;
            }
        };
    }

    // 9. inner

    private boolean inner(InboundSa sa, long plain, int payloadBytes, int plainBytes) {
        int nextHeader = EspPacket.nextHeader(coalescer.buffer(), plain, plainBytes);
        if (!inner.wrap(coalescer.buffer(), plain, payloadBytes)
                || (inner.version() == 4) != (nextHeader == EspPacket.NEXT_HEADER_IPV4)) {
            counters.drop(DropReason.INNER_HEADER);
            tap.dropped(DropReason.INNER_HEADER, coalescer.buffer(), plain, payloadBytes);
            return false;
        }
        if (!sa.selectors().admit(inner)) {
            counters.drop(DropReason.SELECTORS);
            tap.dropped(DropReason.SELECTORS, coalescer.buffer(), plain, inner.lengthBytes());
            return false;
        }
        return true;
    }

    // 10. adjust

    private boolean adjust(long plain, int outerTrafficClass) {
        int before = inner.trafficClass();
        int after = Ecn.decapsulate(before, outerTrafficClass);
        if (after == Ecn.DROP) {
            counters.drop(DropReason.ECN);
            tap.dropped(DropReason.ECN, coalescer.buffer(), plain, inner.lengthBytes());
            return false;
        }
        if (after != before) {
            inner.trafficClass(after);
        }
        TcpMss.clamp(inner, mtuBytes, false);
        return true;
    }

    List<InboundSaActivity> activity() {
        return sad.all().stream()
                .map(
                        sa ->
                                new InboundSaActivity(
                                        sa.spi(),
                                        sa.activity().packets(),
                                        sa.activity().bytes(),
                                        sa.activity().lastPacketNanos()))
                .toList();
    }

    @Override
    public PathCounters counters() {
        return counters;
    }

    LatencyCounts latency() {
        return latency.counts();
    }

    CaptureTap tap() {
        return tap;
    }

    @Override
    public void errorPending() {
        udpReader.errorPending();
        espReader.ifPresent(DatagramReader::errorPending);
    }

    @Override
    public void mtu(int mtuBytesFromNowOn) {
        wantedMtuBytes = mtuBytesFromNowOn;
    }

    @Override
    public void abandonBatch() {
        counters.drop(DropReason.INTERNAL, coalescer.abandon() + 1);
    }

    @Override
    public void close() {
        sad.close();
        SaCommand<InboundSaParameters> command;
        while ((command = commands.poll()) != null) {
            if (command instanceof SaCommand.Install<InboundSaParameters> install) {
                install.parameters().keymat().close();
            }
        }
    }
}
