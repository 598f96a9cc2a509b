package culvert.ike;

import culvert.model.InboundSaParameters;
import culvert.model.OutboundSaParameters;
import culvert.model.Spi;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One end of the simulation: the engine, and a dataplane that only remembers what it was told. */
final class SimulatedGateway {
    /** An outbound SA as installed. */
    record Outbound(OutboundSaParameters sa, InetSocketAddress peer) {}

    private final List<IkeTunnelSettings> settings;
    private IkeEndpoint endpoint;
    private final Map<Spi, InboundSaParameters> inbound = new LinkedHashMap<>();
    private Optional<Outbound> outbound = Optional.empty();
    private TunnelState state = TunnelState.DOWN;
    private final List<IkeEvent> events = new ArrayList<>();
    private final List<IkeAction.TransmitKeepalive> keepalives = new ArrayList<>();
    private final List<IkeAction> history = new ArrayList<>();
    private final List<String> lookups = new ArrayList<>();
    private Set<InetAddress> peerAddresses = Set.of();
    private long firstNanos;
    private boolean begun;

    /** The calendar when the simulation begins: 2027-01-15 08:00 UTC. */
    static final long FIRST_UNIX_SECONDS = 1_800_000_000L;

    SimulatedGateway(List<IkeTunnelSettings> settings, long seed) {
        this.settings = settings;
        this.endpoint = new IkeEndpoint(settings, new DeterministicRandom(seed));
    }

    /** The process dies and comes back: nothing is left of its SAs. */
    void restart(long seed) {
        endpoint = new IkeEndpoint(settings, new DeterministicRandom(seed));
        inbound.clear();
        outbound = Optional.empty();
        state = TunnelState.DOWN;
    }

    /** Takes one input; what must be sent comes back. */
    List<IkeAction.Transmit> handle(IkeInput input, long nowNanos) {
        List<IkeAction.Transmit> transmits = new ArrayList<>();
        if (!begun) {
            begun = true;
            firstNanos = nowNanos;
        }
        long unixSeconds = FIRST_UNIX_SECONDS + Duration.ofNanos(nowNanos - firstNanos).toSeconds();
        for (IkeAction action : endpoint.handle(input, nowNanos, unixSeconds)) {
            history.add(action);
            switch (action) {
                case IkeAction.Transmit transmit -> transmits.add(transmit);
                case IkeAction.TransmitKeepalive keepalive -> keepalives.add(keepalive);
                case IkeAction.InstallInboundSa install -> {
                    InboundSaParameters sa = install.sa();
                    if (inbound.put(sa.spi(), sa) != null) {
                        throw new AssertionError("inbound SPI used twice: " + sa.spi());
                    }
                }
                case IkeAction.InstallOutboundSa install ->
                        outbound = Optional.of(new Outbound(install.sa(), install.peer()));
                case IkeAction.RemoveInboundSa remove -> {
                    InboundSaParameters sa = inbound.remove(remove.spi());
                    if (sa == null) {
                        throw new AssertionError("removes inbound SA not there: " + remove.spi());
                    }
                    sa.keymat().close();
                }
                case IkeAction.RemoveOutboundSa remove ->
                        outbound = outbound.filter(o -> !o.sa().spi().equals(remove.spi()));
                case IkeAction.PeerEndpointChanged changed ->
                        outbound = outbound.map(o -> new Outbound(o.sa(), changed.peer()));
                case IkeAction.TunnelStateChanged changed -> state = changed.state();
                case IkeAction.Report report -> events.add(report.event());
                case IkeAction.FetchRevocationLists fetch -> {}
                case IkeAction.LookUpPeer lookUp -> lookups.add(lookUp.name());
                case IkeAction.PeerAddressesChanged changed -> peerAddresses = changed.addresses();
                case IkeAction.ExportKeys export -> {}
            }
        }
        return transmits;
    }

    IkeEndpoint endpoint() {
        return endpoint;
    }

    IkeTunnel tunnel() {
        return endpoint.require(settings.getFirst().name());
    }

    IkeTunnelSettings settings() {
        return settings.getFirst();
    }

    /** IKE SAs that are not closed. */
    List<IkeSa> ikeSas() {
        return settings.stream()
                .flatMap(s -> endpoint.require(s.name()).ikeSas().stream())
                .filter(sa -> sa.state() != IkeSa.State.CLOSED)
                .toList();
    }

    Map<Spi, InboundSaParameters> inbound() {
        return inbound;
    }

    Optional<Outbound> outbound() {
        return outbound;
    }

    TunnelState state() {
        return state;
    }

    List<IkeEvent> events() {
        return events;
    }

    List<IkeAction.TransmitKeepalive> keepalives() {
        return keepalives;
    }

    List<IkeAction> history() {
        return history;
    }

    /** Every name that was to be looked up. */
    List<String> lookups() {
        return lookups;
    }

    Set<InetAddress> peerAddresses() {
        return peerAddresses;
    }

    IkeTunnelStatus status(long nowNanos) {
        return endpoint.status(settings.getFirst().name(), nowNanos);
    }

    long count(IkeCounter counter) {
        return endpoint.counters().get(counter);
    }

    /** All that was said to people, for the message of a failing assertion. */
    String log() {
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append(event).append('\n'));
        return text.toString();
    }
}
