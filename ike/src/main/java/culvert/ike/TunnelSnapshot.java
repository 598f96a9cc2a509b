package culvert.ike;

import java.net.InetSocketAddress;
import java.util.Optional;

/** What is told of a tunnel: of the IKE SA that carries it, or else of the next attempt. */
final class TunnelSnapshot {
    private TunnelSnapshot() {}

    static IkeTunnelStatus of(IkeTunnel tunnel, long nowNanos) {
        IkeTunnelSettings settings = tunnel.settings();
        Optional<IkeSa> sa = Carrier.of(tunnel).or(() -> established(tunnel));
        return new IkeTunnelStatus(
                tunnel.condition().state(),
                tunnel.condition().state() == TunnelState.UP
                        ? Optional.empty()
                        : tunnel.condition().reason().map(Reason::inFull),
                sa.map(s -> s.path().local())
                        .orElse(new InetSocketAddress(settings.localAddress(), IkePorts.IKE)),
                settings.peer(),
                sa.map(s -> s.path().remote())
                        .or(
                                () ->
                                        tunnel.lookup()
                                                .addresses()
                                                .next()
                                                .map(a -> new InetSocketAddress(a, IkePorts.IKE))),
                sa.map(s -> s.path().nat().weAreBehindNat()).orElse(false),
                sa.map(s -> s.path().encapsulation(settings.encapsulation()))
                        .orElse(settings.encapsulation()),
                sa.map(s -> IkeSaStatus.of(s, nowNanos)),
                sa.flatMap(Carrier::child).map(child -> child.status(nowNanos)),
                tunnel.attempts().secondsLeft(nowNanos),
                tunnel.attempts().count(),
                tunnel.counts().retransmits(),
                tunnel.certificates().status(settings.credentials()));
    }

    private static Optional<IkeSa> established(IkeTunnel tunnel) {
        return tunnel.ikeSas().stream()
                .filter(sa -> sa.state() == IkeSa.State.ESTABLISHED)
                .findFirst();
    }
}
