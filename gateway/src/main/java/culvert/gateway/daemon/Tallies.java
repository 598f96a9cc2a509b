package culvert.gateway.daemon;

import culvert.esp.InboundSaActivity;
import culvert.esp.OutboundSaActivity;
import culvert.ike.IkeEndpoint;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tallies of all tunnels, by name. On the control loop, as what they count. */
final class Tallies {
    private final Map<String, TunnelTally> byTunnel = new LinkedHashMap<>();
    private final IkeMessageTally ikeMessages = new IkeMessageTally();
    private final RoundTripTally roundTrips = new RoundTripTally();
    private boolean lastReloadSucceeded = true;
    private boolean keysExported;
    private long lastReloadMillis = System.currentTimeMillis();

    TunnelTally of(String tunnel) {
        return byTunnel.computeIfAbsent(tunnel, name -> new TunnelTally());
    }

    void stateChanged(String tunnel) {
        of(tunnel).stateChanged(System.currentTimeMillis());
    }

    /** After IKE handled an input that led to something. */
    void observe(IkeEndpoint endpoint, Collection<String> tunnels) {
        long nowNanos = System.nanoTime();
        long nowMillis = System.currentTimeMillis();
        for (String tunnel : tunnels) {
            of(tunnel).observe(endpoint.status(tunnel, nowNanos), nowMillis);
        }
    }

    void ikeSent(byte[] message) {
        ikeMessages.sent(message);
        roundTrips.sent(message, System.nanoTime());
    }

    /** Before IKE handles it: the tunnel of a round trip is the one that has this IKE SA. */
    void ikeReceived(byte[] message, IkeEndpoint endpoint, Collection<String> tunnels) {
        ikeMessages.received(message);
        long nowNanos = System.nanoTime();
        roundTrips
                .received(message, nowNanos)
                .ifPresent(
                        trip -> {
                            for (String tunnel : tunnels) {
                                if (endpoint.status(tunnel, nowNanos)
                                        .ike()
                                        .filter(sa -> sa.initiatorSpi().equals(trip.initiatorSpi()))
                                        .isPresent()) {
                                    of(tunnel).roundTrips().record(trip.nanos() / 1e9);
                                }
                            }
                        });
    }

    /** Often enough that no SA ends unseen: it outlives its last packet by seconds. */
    void observePackets(Collection<Tunnel> tunnels) {
        long nowNanos = System.nanoTime();
        long nowMillis = System.currentTimeMillis();
        for (Tunnel tunnel : tunnels) {
            TunnelTally tally = of(tunnel.name());
            for (InboundSaActivity sa : tunnel.dataplane().inboundActivity()) {
                if (sa.packets() > 0) {
                    tally.inboundPacket(sa.lastPacketNanos(), nowNanos, nowMillis);
                }
            }
            for (OutboundSaActivity sa : tunnel.dataplane().outboundActivity()) {
                if (sa.packets() > 0) {
                    tally.outboundPacket(sa.lastPacketNanos(), nowNanos, nowMillis);
                }
            }
        }
    }

    /** Once a second: what rates are made of. */
    void sampleRates(Collection<Tunnel> tunnels) {
        long nowNanos = System.nanoTime();
        for (Tunnel tunnel : tunnels) {
            of(tunnel.name()).rate().sample(tunnel.dataplane().counters(), nowNanos);
        }
    }

    /** What each tunnel has been doing lately. */
    Map<String, TunnelActivity> activity() {
        long nowMillis = System.currentTimeMillis();
        Map<String, TunnelActivity> activity = new LinkedHashMap<>();
        byTunnel.forEach((name, tally) -> activity.put(name, TunnelActivity.of(tally, nowMillis)));
        return activity;
    }

    IkeMessageTally ikeMessages() {
        return ikeMessages;
    }

    /** The configuration was read again, at the start or by a reload. */
    void reloaded(boolean success) {
        lastReloadSucceeded = success;
        lastReloadMillis = System.currentTimeMillis();
    }

    /** For debugging: the keys of all SAs go to files. */
    void keysExported(boolean exported) {
        keysExported = exported;
    }

    boolean keysExported() {
        return keysExported;
    }

    boolean lastReloadSucceeded() {
        return lastReloadSucceeded;
    }

    long lastReloadMillis() {
        return lastReloadMillis;
    }
}
