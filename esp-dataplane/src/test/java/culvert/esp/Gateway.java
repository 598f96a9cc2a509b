package culvert.esp;

import culvert.model.Encapsulation;
import culvert.model.EspSuite;
import culvert.model.InboundSaParameters;
import culvert.model.Offload;
import culvert.model.OutboundSaParameters;
import culvert.model.Secret;
import culvert.model.Spi;
import culvert.model.TrafficSelector;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Both paths of one tunnel over memory, run by the test's own thread. */
final class Gateway implements AutoCloseable {
    static final int MTU = 1438;
    static final Spi SPI = new Spi(0xC1A2B3C4);
    static final List<TrafficSelector> ANY =
            List.of(TrafficSelector.ANY_IPV4, TrafficSelector.ANY_IPV6);

    final MemoryTun tun = new MemoryTun();
    final MemoryUdp udp = new MemoryUdp();
    final MemoryUdp esp = new MemoryUdp();
    final List<byte[]> ike = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    int ikeRoom = Integer.MAX_VALUE;

    final CommandQueue<SaCommand<OutboundSaParameters>> outboundCommands = new CommandQueue<>();
    final CommandQueue<SaCommand<InboundSaParameters>> inboundCommands = new CommandQueue<>();
    final OutboundPath outbound;
    final InboundPath inbound;
    final PathMtuClaims pathMtu;
    int errorsReported;
    int pathMtuClaims;
    private final Arena arena = Arena.ofConfined();

    Gateway() {
        this(DataplaneSettings.of(MTU, CryptoBackend.select().backend()));
    }

    Gateway(DataplaneSettings settings) {
        this(settings, true);
    }

    Gateway(DataplaneSettings settings, boolean rawSocket) {
        DataplaneEvents recorder = new Recorder();
        Optional<MemoryUdp> raw = rawSocket ? Optional.of(esp) : Optional.empty();
        pathMtu = new PathMtuClaims(spi -> spi == SPI.value(), recorder);
        outbound =
                new OutboundPath(
                        arena,
                        tun,
                        udp,
                        raw.map(out -> out),
                        settings,
                        outboundCommands,
                        () -> errorsReported++,
                        recorder);
        inbound =
                new InboundPath(
                        arena,
                        tun,
                        udp,
                        raw.map(in -> in),
                        settings,
                        inboundCommands,
                        this::offerIke,
                        pathMtu,
                        recorder);
    }

    private boolean offerIke(byte[] message) {
        if (ike.size() >= ikeRoom) {
            return false;
        }
        ike.add(message);
        return true;
    }

    static Secret keymat(Spi spi, EspSuite suite) {
        byte[] octets = new byte[suite.keymatBytes()];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) (spi.value() + i);
        }
        return Secret.owning(octets);
    }

    static InboundSaParameters inboundSa(Spi spi, int window) {
        EspSuite suite = EspSuite.AES256_GCM16;
        return new InboundSaParameters(spi, suite, keymat(spi, suite), false, window, ANY, ANY);
    }

    static OutboundSaParameters outboundSa(Spi spi) {
        return outboundSa(spi, Encapsulation.UDP);
    }

    static OutboundSaParameters outboundSa(Spi spi, Encapsulation encapsulation) {
        EspSuite suite = EspSuite.AES256_GCM16;
        return new OutboundSaParameters(
                spi, suite, keymat(spi, suite), false, encapsulation, ANY, ANY);
    }

    /** An SA in each direction, with the same keys: what one seals, the other opens. */
    Gateway withSa(Spi spi) {
        return withSa(spi, Encapsulation.UDP);
    }

    Gateway withSa(Spi spi, Encapsulation encapsulation) {
        outboundCommands.offer(new SaCommand.Install<>(outboundSa(spi, encapsulation)));
        inboundCommands.offer(new SaCommand.Install<>(inboundSa(spi, 1024)));
        return this;
    }

    /** Runs a batch of the outbound path on what the TUN device has. */
    Gateway seal(byte[]... vnetAndPackets) {
        tun.readable.addAll(List.of(vnetAndPackets));
        outbound.doWork();
        return this;
    }

    /** Has everything sent arrive again, send by send, and runs a batch of the inbound path. */
    Gateway loop() {
        udp.receivable.addAll(udp.sent);
        udp.sent.clear();
        esp.sent.stream().flatMap(run -> run.datagrams().stream()).forEach(p -> esp.arrive(0, p));
        esp.sent.clear();
        inbound.doWork();
        return this;
    }

    /** Has one datagram arrive. */
    Gateway receive(byte[] datagram) {
        udp.arrive(0, datagram);
        inbound.doWork();
        return this;
    }

    long drops(DropReason reason) {
        return outbound.counters().drops(reason) + inbound.counters().drops(reason);
    }

    /** Every drop of any reason. */
    long drops() {
        long all = 0;
        for (DropReason reason : DropReason.values()) {
            all += drops(reason);
        }
        return all;
    }

    @Override
    public void close() {
        outbound.close();
        inbound.close();
        arena.close();
    }

    private final class Recorder implements DataplaneEvents {
        @Override
        public void offloadLimited(Offload offload, String reason) {
            events.add(offload.keyword() + " limited: " + reason);
        }

        @Override
        public void offloadDisabled(Offload offload, String reason) {
            events.add(offload.keyword() + ": " + reason);
        }

        @Override
        public void pathMtuClaimed() {
            pathMtuClaims++;
        }

        @Override
        public void saRefused(Spi spi, String reason) {
            events.add(spi + ": " + reason);
        }

        @Override
        public void espRefused(String reason) {
            events.add("protocol 50: " + reason);
        }

        @Override
        public void fault(String thread, Throwable cause) {
            events.add(thread + ": " + cause);
        }
    }
}
