package culvert.config;

import culvert.ike.crypto.EspProposal;
import culvert.ike.crypto.IkeSuite;
import culvert.ike.crypto.Integrity;
import culvert.ike.crypto.KeyExchangeGroup;
import culvert.ike.crypto.KeyExchangeGroup.Standing;
import culvert.ike.crypto.Prf;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Timers against each other, weak algorithms, and the length of the control socket's path. */
final class SettingChecks {
    /** sun_path of struct sockaddr_un is 108 octets with its final NUL. */
    private static final int LONGEST_SOCKET_PATH_BYTES = 107;

    private SettingChecks() {}

    static void check(GatewayDraft gateway, Path file, Problems problems) {
        checkControlSocket(gateway.root(), file, problems);
        for (TunnelDraft tunnel : gateway.tunnels()) {
            checkTimers(tunnel, problems);
            checkProposals(tunnel, problems);
        }
    }

    private static void checkControlSocket(Fields root, Path file, Problems problems) {
        Optional<Located<Path>> socket = root.value(ConfigKeys.CONTROL_SOCKET);
        int length =
                socket.map(path -> file.resolveSibling(path.value()).toString())
                        .map(path -> path.getBytes(StandardCharsets.UTF_8).length)
                        .orElse(0);
        if (length > LONGEST_SOCKET_PATH_BYTES) {
            problems.error(
                    socket.orElseThrow().at(),
                    "control-socket has a path of %d octets, and the kernel takes %d"
                            .formatted(length, LONGEST_SOCKET_PATH_BYTES),
                    "write a shorter path, such as /run/culvert/control.sock");
        }
    }

    private static void checkTimers(TunnelDraft tunnel, Problems problems) {
        Optional<Located<Duration>> interval = tunnel.liveness().value(ConfigKeys.DPD_INTERVAL);
        Optional<Located<Duration>> timeout = tunnel.liveness().value(ConfigKeys.DPD_TIMEOUT);
        if (interval.isPresent()
                && timeout.isPresent()
                && timeout.get().value().compareTo(interval.get().value()) <= 0) {
            // At whichever of the two the user wrote.
            boolean atTimeout = tunnel.liveness().isWritten(ConfigKeys.DPD_TIMEOUT);
            problems.error(
                    atTimeout ? timeout.get().at() : interval.get().at(),
                    "dpd-timeout is not longer than dpd-interval: the peer would be dead before it"
                            + " is asked",
                    "write a dpd-timeout of about three times the dpd-interval");
        }
        Optional<Located<Duration>> ike = tunnel.ike().value(ConfigKeys.IKE_LIFETIME);
        Optional<Located<Duration>> esp = tunnel.esp().value(ConfigKeys.ESP_LIFETIME);
        if (ike.isPresent()
                && esp.isPresent()
                && esp.get().value().compareTo(ike.get().value()) > 0) {
            boolean atEsp = tunnel.esp().isWritten(ConfigKeys.ESP_LIFETIME);
            problems.warning(
                    atEsp ? esp.get().at() : ike.get().at(),
                    "the esp lifetime is longer than the ike lifetime",
                    "write a shorter one, such as 1h beside 8h");
        }
    }

    private static void checkProposals(TunnelDraft tunnel, Problems problems) {
        for (Located<IkeSuite> proposal : tunnel.ike().values(ConfigKeys.IKE_PROPOSALS)) {
            IkeSuite suite = proposal.value();
            warnOfGroup(proposal.at(), suite.group(), problems);
            if (usesSha1(suite)) {
                problems.warning(
                        proposal.at(),
                        "SHA-1 is outdated",
                        "write sha256, and remove this proposal when the peer can do without");
            }
        }
        for (Located<EspProposal> proposal : tunnel.esp().values(ConfigKeys.ESP_PROPOSALS)) {
            proposal.value()
                    .pfsGroup()
                    .ifPresent(group -> warnOfGroup(proposal.at(), group, problems));
        }
    }

    static boolean isWeak(IkeSuite suite) {
        return usesSha1(suite) || suite.group().standing() == Standing.LEGACY;
    }

    static boolean isWeak(EspProposal proposal) {
        return proposal.pfsGroup().filter(group -> group.standing() == Standing.LEGACY).isPresent();
    }

    private static boolean usesSha1(IkeSuite suite) {
        return suite.integrity() == Integrity.HMAC_SHA1_96 || suite.prf() == Prf.HMAC_SHA1;
    }

    private static void warnOfGroup(Position at, KeyExchangeGroup group, Problems problems) {
        if (group.standing() == Standing.LEGACY) {
            problems.warning(
                    at,
                    "RFC 8247 advises against group " + group.keyword(),
                    "write ecp384, ecp256 or modp2048, and remove this proposal when the peer can"
                            + " do without");
        }
    }
}
