package culvert.esp;

import culvert.esp.ip.Ecn;
import culvert.esp.ip.InternetChecksum;
import culvert.esp.ip.IpPacket;
import culvert.esp.ip.Octets;
import culvert.esp.ip.Superpacket;
import culvert.esp.ip.TcpMss;
import culvert.esp.ip.VnetHeader;
import culvert.model.Encapsulation;
import culvert.model.Offload;
import culvert.model.OutboundSaParameters;
import culvert.tunio.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/*
 * From the TUN device to the peer. The methods below follow a packet in this order:
 *
 *   1. read      a packet or superpacket from the TUN device, as many as there are, 64 at most
 *   2. commands  SAs that the control thread installs or removes
 *   3. locate    the inner IP packet behind the virtio_net_hdr; its lengths must hold together
 *   4. protect   find the newest SA and ask its selectors; without an SA nothing leaves
 *   5. clamp     the MSS that a TCP SYN announces
 *   6. split     a superpacket into segments, or complete the checksum of a single packet
 *   7. number    take the sequence number; after the last one nothing is sent
 *   8. seal      pad, and encrypt out of the TUN buffer behind the ESP header in the run's buffer
 *   9. send      the run: equal datagrams in one call, in UDP or as protocol 50 as the SA says
 *
 * The TUN buffer is the plaintext and the run is the ciphertext: encryption is the only copy.
 */
final class OutboundPath implements PacketPath {
    /** Reads per batch: what is at hand is grouped into runs, and nothing waits for more. */
    private static final int MOST_READS = 64;

    private static final int PACKET_OFFSET = 64;
    private static final int VNET_OFFSET = PACKET_OFFSET - VnetHeader.BYTES;
    private static final int LONGEST_READ_BYTES = VnetHeader.BYTES + 65_535;

    private final DataplaneSettings settings;
    private final CommandQueue<SaCommand<OutboundSaParameters>> commands;
    private final DataplaneEvents events;

    private final PathCounters counters = new PathCounters();
    private final CaptureTap tap = new CaptureTap();
    private final BatchLatency latency = new BatchLatency();
    private final SecurityAssociationDatabase<OutboundSa> sad =
            new SecurityAssociationDatabase<>(OutboundSa[]::new);
    private final MemorySegment tunBuffer;
    private final DatagramRun run;
    private final TunReader reader;
    private final RunSender udpSender;
    private final RunSender espSender; // the same without a raw socket
    private RunSender sender; // of the run
    private final PathProbe probe = new PathProbe();
    private final IpPacket inner = new IpPacket();
    private final Superpacket superpacket;
    private final int copiedTrafficClass;
    private volatile int wantedMtuBytes;
    private int mtuBytes;
    private long nowNanos;

    OutboundPath(
            Arena arena,
            TunPort tun,
            DatagramOutput udp,
            Optional<DatagramOutput> esp,
            DataplaneSettings settings,
            CommandQueue<SaCommand<OutboundSaParameters>> commands,
            Runnable errorReported,
            DataplaneEvents events) {
        this.settings = settings;
        this.commands = commands;
        this.events = events;
        // The trailer of the last segment is written behind what was read.
        tunBuffer = arena.allocate(PACKET_OFFSET + LONGEST_READ_BYTES + Long.BYTES, 64);
        run = new DatagramRun(arena);
        reader = new TunReader(tun, settings, counters, events);
        udpSender =
                RunSender.inUdp(udp, settings.uses(Offload.GSO), counters, errorReported, events);
        espSender =
                esp.map(raw -> RunSender.asProtocol50(raw, counters, errorReported, events))
                        .orElse(udpSender);
        sender = udpSender;
        superpacket = new Superpacket(arena);
        copiedTrafficClass = settings.copyDscp() ? Ecn.COPY_BOTH : Ecn.COPY_ECN;
        mtuBytes = settings.mtuBytes();
        wantedMtuBytes = mtuBytes;
    }

    @Override
    public int doWork() {
        adoptMtu();
        int readBytes = read();
        applyCommands();
        nowNanos = System.nanoTime();
        tap.beginBatch(nowNanos);
        int reads = 0;
        while (readBytes >= 0) {
            process(readBytes);
            if (++reads == MOST_READS) {
                break;
            }
            readBytes = read();
            applyCommands();
        }
        sender.send(run);
        if (reads > 0) {
            latency.batch(nowNanos);
        }
        probe();
        return reads == 0 && readBytes != -Errno.EAGAIN ? TROUBLE : reads;
    }

    private void process(int readBytes) {
        if (!locate(readBytes)) {
            return;
        }
        OutboundSa sa = protect();
        if (sa == null) {
            return;
        }
        clamp();
        if (VnetHeader.gsoType(tunBuffer, VNET_OFFSET) == VnetHeader.GSO_NONE) {
            single(sa);
        } else {
            split(sa);
        }
    }

    // 1. read

    private int read() {
        return reader.read(tunBuffer, VNET_OFFSET, LONGEST_READ_BYTES);
    }

    // 2. commands

    private void applyCommands() {
        SaCommand<OutboundSaParameters> command;
        while ((command = commands.poll()) != null) {
            switch (command) {
                case SaCommand.Install<OutboundSaParameters> install ->
                        install(install.parameters());
                case SaCommand.Remove<OutboundSaParameters> remove -> sad.remove(remove.spi());
            }
        }
    }

    private void install(OutboundSaParameters parameters) {
        if (parameters.encapsulation() == Encapsulation.ESP && espSender == udpSender) {
            parameters.keymat().close();
            events.saRefused(parameters.spi(), "outbound: no socket for IP protocol 50 is open");
            return;
        }
        try {
            install(OutboundSa.keyed(parameters, settings.crypto()));
        } catch (IllegalStateException e) {
            events.saRefused(parameters.spi(), "outbound: " + e.getMessage());
        }
    }

    void install(OutboundSa sa) {
        OutboundSa evicted = sad.install(sa);
        if (evicted != null) {
            events.saRefused(
                    evicted.spi(),
                    "outbound: removed, it was the oldest of "
                            + (SecurityAssociationDatabase.LARGEST + 1));
        }
    }

    // 3. locate

    private boolean locate(int readBytes) {
        if (readBytes < VnetHeader.BYTES) {
            counters.drop(DropReason.VNET_HEADER);
            return false;
        }
        if (!inner.wrap(tunBuffer, PACKET_OFFSET, readBytes - VnetHeader.BYTES)) {
            counters.drop(DropReason.INNER_HEADER);
            return false;
        }
        return true;
    }

    // 4. protect

    private @Nullable OutboundSa protect() {
        OutboundSa sa = sad.newest();
        if (sa == null) {
            drop(DropReason.NO_SA);
            return null;
        }
        if (!sa.selectors().admit(inner)) {
            drop(DropReason.SELECTORS);
            return null;
        }
        return sa;
    }

    /** Loses what was read, a packet or a superpacket. */
    private void drop(DropReason reason) {
        counters.drop(reason);
        tap.dropped(reason, tunBuffer, PACKET_OFFSET, inner.lengthBytes());
    }

    // 5. clamp

    private void clamp() {
        boolean partialChecksum = VnetHeader.needsChecksum(tunBuffer, VNET_OFFSET);
        TcpMss.clamp(inner, mtuBytes, partialChecksum);
    }

    // 6. split, or complete

    private void split(OutboundSa sa) {
        if (!superpacket.wrap(inner, VNET_OFFSET)) {
            drop(DropReason.VNET_HEADER);
            return;
        }
        if (superpacket.longestSegmentBytes() > settings.mtuBytes()) {
            drop(DropReason.OVERSIZED);
            return;
        }
        for (int k = 0; k < superpacket.segments(); k++) {
            superpacket.write(k);
            numberAndSeal(sa, superpacket.segmentOffset(k), superpacket.segmentBytes(k));
        }
    }

    private void single(OutboundSa sa) {
        if (inner.lengthBytes() > settings.mtuBytes()) {
            drop(DropReason.OVERSIZED);
        } else if (!completeChecksum()) {
            drop(DropReason.VNET_HEADER);
        } else {
            numberAndSeal(sa, PACKET_OFFSET, inner.lengthBytes());
        }
    }

    /** The kernel has left the sum of the pseudo-header in the field; the rest is ours to add. */
    private boolean completeChecksum() {
        if (!VnetHeader.needsChecksum(tunBuffer, VNET_OFFSET)) {
            return true;
        }
        int start = VnetHeader.checksumStart(tunBuffer, VNET_OFFSET);
        int field = start + VnetHeader.checksumOffset(tunBuffer, VNET_OFFSET);
        if (start < inner.headerBytes() || field + Short.BYTES > inner.lengthBytes()) {
            return false;
        }
        long sum =
                InternetChecksum.add(
                        0, tunBuffer, PACKET_OFFSET + start, inner.lengthBytes() - start);
        int checksum = InternetChecksum.finish(sum);
        // Zero and 0xFFFF mean the same, but for UDP, where zero means that there is none.
        Octets.set16(tunBuffer, PACKET_OFFSET + field, checksum == 0 ? 0xFFFF : checksum);
        return true;
    }

    // 7. number

    private void numberAndSeal(OutboundSa sa, long packetOffset, int packetBytes) {
        long sequenceNumber = sa.sequence().next();
        if (sequenceNumber == SequenceCounter.EXHAUSTED) {
            counters.drop(DropReason.SEQUENCE_EXHAUSTED);
            tap.dropped(DropReason.SEQUENCE_EXHAUSTED, tunBuffer, packetOffset, packetBytes);
            return;
        }
        seal(sa, sequenceNumber, packetOffset, packetBytes);
    }

    // 8. seal

    private void seal(OutboundSa sa, long sequenceNumber, long packetOffset, int packetBytes) {
        int datagramBytes = EspPacket.sealedBytes(packetBytes);
        int trafficClass = Ecn.encapsulate(inner.trafficClass(), copiedTrafficClass);
        RunSender ofSa = senderOf(sa);
        if (ofSa != sender || !run.accepts(datagramBytes, trafficClass)) {
            sender.send(run);
            sender = ofSa;
        }
        int padBytes = EspPacket.padBytes(packetBytes);
        int nextHeader =
                inner.version() == 4 ? EspPacket.NEXT_HEADER_IPV4 : EspPacket.NEXT_HEADER_IPV6;
        long trailer = packetOffset + packetBytes;
        // The trailer goes where the next segment's payload begins: borrow those octets.
        long borrowed = tunBuffer.get(ValueLayout.JAVA_LONG_UNALIGNED, trailer);
        EspPacket.writeTrailer(tunBuffer, trailer, padBytes, nextHeader);
        EspPacket.writeHeader(run.buffer(), run.end(), sa.spi().value(), sequenceNumber);
        boolean done =
                sa.seal(
                        sequenceNumber,
                        tunBuffer,
                        packetOffset,
                        packetBytes + padBytes + EspPacket.TRAILER_BYTES,
                        run.buffer(),
                        run.end());
        tunBuffer.set(ValueLayout.JAVA_LONG_UNALIGNED, trailer, borrowed);
        if (!done) {
            counters.drop(DropReason.CIPHER);
            tap.dropped(DropReason.CIPHER, tunBuffer, packetOffset, packetBytes);
            return;
        }
        run.append(datagramBytes, trafficClass, packetBytes);
        tap.passed(tunBuffer, packetOffset, packetBytes);
        sa.activity().packet(datagramBytes, nowNanos);
    }

    // 9. send: RunSender

    private RunSender senderOf(OutboundSa sa) {
        return sa.encapsulation() == Encapsulation.ESP ? espSender : udpSender;
    }

    /**
     * Packets that wait in the device's queue may still have the length of the MTU before, so they
     * are held against the largest that there can be; the kernel holds new ones against the new.
     */
    private void adoptMtu() {
        if (mtuBytes != wantedMtuBytes) {
            mtuBytes = wantedMtuBytes;
            udpSender.mtuChanged();
            espSender.mtuChanged();
        }
    }

    @Override
    public void mtu(int mtuBytesFromNowOn) {
        wantedMtuBytes = mtuBytesFromNowOn;
    }

    /** Has a packet of this many octets probe the path soon. From any thread. */
    void probe(int datagramBytes) {
        probe.want(datagramBytes);
    }

    private void probe() {
        OutboundSa sa = probe.isWanted() ? sad.newest() : null;
        if (sa != null) {
            probe.send(sa, tunBuffer, PACKET_OFFSET, run.buffer(), senderOf(sa), nowNanos);
        }
    }

    @Override
    public void errorPending() {}

    List<OutboundSaActivity> activity() {
        return sad.all().stream()
                .map(
                        sa ->
                                new OutboundSaActivity(
                                        sa.spi(),
                                        sa.activity().packets(),
                                        sa.activity().bytes(),
                                        sa.sequence().used(),
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
    public void abandonBatch() {
        counters.drop(DropReason.INTERNAL, run.datagrams() + 1);
        run.clear();
    }

    @Override
    public void close() {
        sad.close();
        SaCommand<OutboundSaParameters> command;
        while ((command = commands.poll()) != null) {
            if (command instanceof SaCommand.Install<OutboundSaParameters> install) {
                install.parameters().keymat().close();
            }
        }
    }
}
