package culvert.config.aws;

import culvert.model.IpPrefix;
import culvert.model.Secret;
import java.net.InetAddress;
import java.util.Optional;

/**
 * One tunnel as a document describes it.
 *
 * @param peerAddress AWS's end
 * @param insideBlock the /30 or /126 inside, of which AWS has the first host and we the second
 * @param preSharedKey absent when the document holds none, or a masked one
 * @param ikeLifetimeSeconds 900 to 28800 as AWS has it
 * @param dpdIntervalSeconds between our liveness checks
 * @param dpdRetries unanswered checks after which AWS is dead
 */
record VpnTunnel(
        Optional<InetAddress> peerAddress,
        Optional<IpPrefix> insideBlock,
        Optional<Secret> preSharedKey,
        Optional<Long> ikeLifetimeSeconds,
        Optional<Long> espLifetimeSeconds,
        Optional<Long> dpdIntervalSeconds,
        Optional<Long> dpdRetries,
        Optional<Long> holdTimeSeconds,
        TunnelOptions options) {

    /** The same tunnel with what its options in AWS add; what they leave out stays. */
    VpnTunnel with(VpnTunnel fromOptions) {
        return new VpnTunnel(
                peerAddress.or(fromOptions::peerAddress),
                fromOptions.insideBlock.or(this::insideBlock),
                preSharedKey.or(fromOptions::preSharedKey),
                fromOptions.ikeLifetimeSeconds.or(this::ikeLifetimeSeconds),
                fromOptions.espLifetimeSeconds.or(this::espLifetimeSeconds),
                dpdIntervalSeconds,
                dpdRetries,
                holdTimeSeconds,
                fromOptions.options);
    }
}
