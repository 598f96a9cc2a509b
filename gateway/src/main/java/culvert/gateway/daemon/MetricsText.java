package culvert.gateway.daemon;

import culvert.esp.DropReason;
import culvert.gateway.log.LogOutput;
import culvert.gateway.metrics.BgpMetrics;
import culvert.gateway.metrics.Exposition;
import culvert.gateway.metrics.ProcessMetrics;
import culvert.gateway.revocation.RevocationListStatus;
import culvert.ike.CertificateStatus;
import culvert.ike.IkeCounter;
import culvert.ike.IkeTunnelStatus;
import culvert.ike.TunnelState;
import culvert.model.PeerHost;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * The metrics page. Its names are part of the operator's surface: they are added and never renamed.
 *
 * <p>Every series is there from the start, with zeros, so that an alert needs no {@code absent()}.
 * Labels are names of the configuration and words of our own: their number is bounded, no SPI is
 * among them, and a rekey resets nothing.
 */
final class MetricsText {
    private static final double MILLIS_PER_SECOND = 1000;
    private static final String DROPPED = "DROPPED_";

    private final Exposition page = new Exposition();
    private final Observation now;
    private final List<StatusReport.Tunnel> tunnels;

    private MetricsText(Observation now) {
        this.now = now;
        this.tunnels = now.report().tunnels();
    }

    static String write(Observation now, ProcessMetrics process, KernelDrops kernel) {
        MetricsText text = new MetricsText(now);
        text.gateway();
        text.tunnels();
        text.ike();
        text.certificates();
        text.revocationLists();
        text.esp();
        LatencyMetrics.write(text.page, text.tunnels);
        kernel.write(text.page, text.tunnels);
        BgpMetrics.write(text.page, now.bgpPeers());
        process.write(text.page);
        return text.page.toString();
    }

    private void gateway() {
        page.gauge("culvert_build_info", "Always 1; the labels say what runs.")
                .sample(1, "version", Version.CULVERT, "java", Version.java());
        var health = page.gauge("culvert_health", "1 for the state that the gateway is in.");
        for (StatusReport.Health state : StatusReport.Health.values()) {
            health.sample(now.report().health() == state, "state", state.word());
        }
        var warnings = page.gauge("culvert_health_warning", "1 while this is not as it should be.");
        for (HealthWarning warning : HealthWarning.values()) {
            warnings.sample(
                    warning.isActive(now), "code", warning.code(), "severity", warning.severity());
        }
        page.gauge(
                        "culvert_config_last_reload_success",
                        "1 when the last reading of the file worked.")
                .sample(now.tallies().lastReloadSucceeded());
        page.gauge(
                        "culvert_config_last_reload_timestamp_seconds",
                        "When the file was last read, in Unix time.")
                .sample(now.tallies().lastReloadMillis() / MILLIS_PER_SECOND);
        page.gauge(
                        "culvert_config_hash_info",
                        "Always 1; the label is the same for configurations that mean the same.")
                .sample(1, "hash", now.configHash());
        page.gauge("culvert_route_programmed", "Routes that Culvert has in the kernel.")
                .sample(now.report().installedRoutes());
        page.counter(
                        "culvert_log_lines_suppressed_total",
                        "Lines that the rate limit kept out of the log.")
                .sample(LogOutput.suppressedLines());
        page.counter(
                        "culvert_log_lines_lost_total",
                        "Lines that the log's file or reader did not take.")
                .sample(LogOutput.lostLines());
    }

    /** A label must not change with what a name leads to. */
    private static String peer(IkeTunnelStatus ike) {
        return ike.peer() instanceof PeerHost.Name(String name) ? name : ike.peerText();
    }

    private void tunnels() {
        var up = page.gauge("culvert_tunnel_up", "1 while a CHILD SA carries packets both ways.");
        for (StatusReport.Tunnel tunnel : tunnels) {
            up.sample(
                    tunnel.ike().state() == TunnelState.UP,
                    "tunnel",
                    tunnel.name(),
                    "connection",
                    tunnel.connection(),
                    "peer",
                    peer(tunnel.ike()),
                    "vpn_id",
                    now.vpnIds().getOrDefault(tunnel.connection(), ""));
        }
        var state = page.gauge("culvert_tunnel_state", "1 for the state that the tunnel is in.");
        for (StatusReport.Tunnel tunnel : tunnels) {
            for (TunnelState each : TunnelState.values()) {
                state.sample(
                        tunnel.ike().state() == each,
                        "tunnel",
                        tunnel.name(),
                        "state",
                        StatusText.word(each));
            }
        }
        var usable =
                page.gauge(
                        "culvert_tunnel_usable",
                        "1 while traffic can use it: SAs, a path that answers, and its BGP session.");
        for (StatusReport.Tunnel tunnel : tunnels) {
            usable.sample(
                    tunnel.state() == TunnelState.UP,
                    "tunnel",
                    tunnel.name(),
                    "connection",
                    tunnel.connection());
        }
        var down =
                page.gauge(
                        "culvert_tunnel_down_reason",
                        "1 for what keeps traffic from the tunnel; nothing does while it is usable.");
        for (StatusReport.Tunnel tunnel : tunnels) {
            Optional<DownReason> now = DownReason.of(tunnel);
            for (DownReason each : DownReason.values()) {
                down.sample(
                        now.filter(each::equals).isPresent(),
                        "tunnel",
                        tunnel.name(),
                        "reason",
                        each.word());
            }
        }
        perTunnel(
                page.gauge("culvert_tunnel_active", "1 for the tunnel that routes point at."),
                t -> now.report().activeTunnel().filter(t.name()::equals).isPresent() ? 1 : 0);
        perTunnel(
                page.counter(
                        "culvert_tunnel_state_changes_total", "Changes of the tunnel's state."),
                t -> tally(t).stateChanges());
        perTunnel(
                page.gauge(
                        "culvert_tunnel_state_change_timestamp_seconds",
                        "When the state last changed, in Unix time; 0 is never."),
                t -> tally(t).lastStateChangeMillis() / MILLIS_PER_SECOND);
        perTunnel(
                page.gauge("culvert_tunnel_mtu_bytes", "The largest inner packet."),
                StatusReport.Tunnel::mtuBytes);
        perTunnel(
                page.gauge(
                        "culvert_path_mtu_bytes",
                        "The largest outer packet that the path to the peer carries whole."),
                t -> t.path().mtuBytes());
    }

    private void ike() {
        perTunnel(
                page.gauge(
                        "culvert_ike_established_timestamp_seconds",
                        "When the IKE SA was established or last rekeyed, in Unix time; 0 without one."),
                t -> tally(t).ikeEstablishedMillis() / MILLIS_PER_SECOND);
        var rekeys =
                page.counter("culvert_ike_rekeys_total", "Rekeys of the IKE SA, by who began.");
        for (StatusReport.Tunnel tunnel : tunnels) {
            String name = tunnel.name();
            rekeys.sample(tally(tunnel).ikeRekeysByUs(), "tunnel", name, "initiator", "us");
            rekeys.sample(tally(tunnel).ikeRekeysByPeer(), "tunnel", name, "initiator", "peer");
        }
        perTunnel(
                page.counter("culvert_ike_retransmits_total", "IKE requests sent again."),
                t -> t.ike().retransmits());
        perTunnel(
                page.gauge(
                        "culvert_child_established_timestamp_seconds",
                        "When the CHILD SA was established or last rekeyed, in Unix time; 0 without one."),
                t -> tally(t).childEstablishedMillis() / MILLIS_PER_SECOND);
        perTunnel(
                page.gauge(
                        "culvert_child_rekey_due_timestamp_seconds",
                        "When the CHILD SA should be rekeyed, in Unix time; 0 without one."),
                t -> tally(t).childRekeyDueMillis() / MILLIS_PER_SECOND);
        perTunnel(
                page.counter(
                        "culvert_child_rekeys_total", "Rekeys of the CHILD SA, by either end."),
                t -> tally(t).childRekeys());
        perTunnel(
                page.counter(
                        "culvert_child_rekey_collisions_total",
                        "Rekeys of one CHILD SA that both ends began at once."),
                t -> tally(t).childRekeyCollisions());
        var roundTrips =
                page.histogram(
                        "culvert_dpd_rtt_seconds",
                        "Round trips of IKE's liveness probes that were sent once.");
        for (StatusReport.Tunnel tunnel : tunnels) {
            roundTrips.sample(tally(tunnel).roundTrips(), "tunnel", tunnel.name());
        }
        var messages =
                page.counter(
                        "culvert_ike_messages_total",
                        "IKE messages by exchange, those of strangers included.");
        for (IkeMessageTally.Line line : now.tallies().ikeMessages().lines()) {
            messages.sample(line.sent(), "exchange", label(line.exchange()), "direction", "out");
            messages.sample(line.received(), "exchange", label(line.exchange()), "direction", "in");
        }
        var errors = page.counter("culvert_ike_errors_total", "Errors that the peer reported.");
        for (StatusReport.Tunnel tunnel : tunnels) {
            tally(tunnel)
                    .errorNotifies()
                    .forEach(
                            (notify, count) ->
                                    errors.sample(
                                            count,
                                            "tunnel",
                                            tunnel.name(),
                                            "notify",
                                            label(notify)));
        }
        var dropped =
                page.counter(
                        "culvert_ike_dropped_messages_total",
                        "IKE messages not acted on, of all tunnels and of strangers.");
        for (IkeCounter counter : IkeCounter.values()) {
            if (counter.name().startsWith(DROPPED)) {
                dropped.sample(
                        now.ike().get(counter),
                        "reason",
                        label(counter.name().substring(DROPPED.length())));
            }
        }
        page.counter(
                        "culvert_stray_datagrams_total",
                        "Datagrams to port 4500 from strangers that were no IKE.")
                .sample(now.report().strayDatagrams());
        var events =
                page.counter(
                        "culvert_ike_events_total", "What the IKE engine did, of all tunnels.");
        for (IkeCounter counter : IkeCounter.values()) {
            if (!counter.name().startsWith(DROPPED)) {
                events.sample(now.ike().get(counter), "event", label(counter.name()));
            }
        }
    }

    private void certificates() {
        var expiry =
                page.gauge(
                        "culvert_cert_not_after_timestamp_seconds",
                        "When a certificate of a tunnel ends, in Unix time.");
        for (StatusReport.Tunnel tunnel : tunnels) {
            for (CertificateStatus certificate : tunnel.ike().certificates()) {
                expiry.sample(
                        certificate.notAfterUnixSeconds(),
                        "tunnel",
                        tunnel.name(),
                        "certificate",
                        label(certificate.whose().name()));
            }
        }
    }

    /** A list's place is the peer's word, and no label; status says which one it is. */
    private void revocationLists() {
        perTunnel(
                page.gauge(
                        "culvert_revocation_lists_needed",
                        "Revocation lists that are fetched for the tunnel."),
                t -> t.revocationLists().size());
        perTunnel(
                page.gauge(
                        "culvert_revocation_lists_missing", "Of these, how many have never come."),
                t ->
                        t.revocationLists().stream()
                                .filter(l -> l.fetchedUnixSeconds().isEmpty())
                                .count());
        perTunnel(
                page.gauge(
                        "culvert_revocation_list_fetched_timestamp_seconds",
                        "When the one of them that is oldest was fetched, in Unix time; 0 without one."),
                t -> earliest(t, RevocationListStatus::fetchedUnixSeconds));
        perTunnel(
                page.gauge(
                        "culvert_revocation_list_next_update_timestamp_seconds",
                        "When the first of them ends, in Unix time; 0 without one."),
                t -> earliest(t, RevocationListStatus::nextUpdateUnixSeconds));
        perTunnel(
                page.gauge(
                        "culvert_revocation_list_failed_fetches",
                        "Attempts in a row that failed, of the list with the most of them."),
                t ->
                        t.revocationLists().stream()
                                .mapToInt(RevocationListStatus::failures)
                                .max()
                                .orElse(0));
    }

    private static long earliest(
            StatusReport.Tunnel tunnel, Function<RevocationListStatus, OptionalLong> time) {
        return tunnel.revocationLists().stream()
                .map(time)
                .flatMapToLong(OptionalLong::stream)
                .min()
                .orElse(0);
    }

    private void esp() {
        perDirection(
                page.counter("culvert_esp_packets_total", "Inner packets carried."),
                t -> t.traffic().packetsIn(),
                t -> t.traffic().packetsOut());
        perDirection(
                page.counter("culvert_esp_bytes_total", "Octets of inner packets carried."),
                t -> t.traffic().bytesIn(),
                t -> t.traffic().bytesOut());
        perDirection(
                page.gauge(
                        "culvert_esp_last_packet_timestamp_seconds",
                        "When the last packet passed, in Unix time; 0 is never."),
                t -> tally(t).lastInboundMillis() / MILLIS_PER_SECOND,
                t -> tally(t).lastOutboundMillis() / MILLIS_PER_SECOND);
        var drops = page.counter("culvert_esp_dropped_packets_total", "Packets lost, by reason.");
        for (StatusReport.Tunnel tunnel : tunnels) {
            for (DropReason reason : StatusReport.dropReasons()) {
                drops.sample(
                        tunnel.traffic().drops(reason),
                        "tunnel",
                        tunnel.name(),
                        "reason",
                        label(reason.name()));
            }
        }
        var calls =
                page.counter(
                        "culvert_dataplane_calls_total",
                        "System calls that moved packets; packets per call shows the offloads.");
        for (StatusReport.Tunnel tunnel : tunnels) {
            String name = tunnel.name();
            calls.sample(tunnel.traffic().udpReceives(), "tunnel", name, "call", "udp_receive");
            calls.sample(tunnel.traffic().tunWrites(), "tunnel", name, "call", "tun_write");
            calls.sample(tunnel.traffic().tunReads(), "tunnel", name, "call", "tun_read");
            calls.sample(tunnel.traffic().udpSends(), "tunnel", name, "call", "udp_send");
        }
    }

    private void perTunnel(Exposition.Family family, ToDoubleFunction<StatusReport.Tunnel> value) {
        for (StatusReport.Tunnel tunnel : tunnels) {
            family.sample(value.applyAsDouble(tunnel), "tunnel", tunnel.name());
        }
    }

    private void perDirection(
            Exposition.Family family,
            ToDoubleFunction<StatusReport.Tunnel> in,
            ToDoubleFunction<StatusReport.Tunnel> out) {
        for (StatusReport.Tunnel tunnel : tunnels) {
            family.sample(in.applyAsDouble(tunnel), "tunnel", tunnel.name(), "direction", "in");
            family.sample(out.applyAsDouble(tunnel), "tunnel", tunnel.name(), "direction", "out");
        }
    }

    private TunnelTally tally(StatusReport.Tunnel tunnel) {
        return now.tallies().of(tunnel.name());
    }

    /** An enum's constant as label values are written. */
    private static String label(String constant) {
        return constant.toLowerCase(Locale.ROOT);
    }
}
