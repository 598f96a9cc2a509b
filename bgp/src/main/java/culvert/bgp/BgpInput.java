package culvert.bgp;

import culvert.bgp.message.Cease;
import culvert.bgp.rib.ProtectedPrefix;
import culvert.model.IpPrefix;
import java.net.InetSocketAddress;
import java.util.List;

/** What can happen to a speaker. A peer goes by its name, a TCP connection by a number. */
public sealed interface BgpInput {

    /** A peer is new or its settings have changed; changes of policy keep the session. */
    record PeerConfigured(BgpPeerSettings settings) implements BgpInput {}

    /** The peer is no longer configured. */
    record PeerRemoved(String peer) implements BgpInput {}

    /** From now on these, and only these, are our own prefixes. */
    record OriginateChanged(List<IpPrefix> prefixes) implements BgpInput {
        public OriginateChanged {
            prefixes = List.copyOf(prefixes);
        }
    }

    /** From now on these, and only these, are the addresses whose route no peer may change. */
    record ProtectedPrefixesChanged(List<ProtectedPrefix> prefixes) implements BgpInput {
        public ProtectedPrefixesChanged {
            prefixes = List.copyOf(prefixes);
        }
    }

    /** The peer may be talked to, such as because its tunnel is up; forgets earlier trouble. */
    record PeerEnabled(String peer) implements BgpInput {}

    /**
     * The peer must not be talked to any more; its routes go at once.
     *
     * @param text why, for people; the peer is told where the reason allows (RFC 9003)
     */
    record PeerDisabled(String peer, Cease reason, String text) implements BgpInput {}

    /**
     * A TCP connection with a peer is there.
     *
     * @param connectionId never used before
     * @param incoming the peer opened it; else it answers a {@link BgpAction.Connect}
     */
    record TcpConnected(
            String peer,
            long connectionId,
            InetSocketAddress local,
            InetSocketAddress remote,
            boolean incoming)
            implements BgpInput {}

    /** A {@link BgpAction.Connect} came to nothing. */
    record TcpFailed(String peer, String why) implements BgpInput {}

    /** The peer or the network ended the connection; not said of those that we close. */
    record TcpClosed(long connectionId, String why) implements BgpInput {}

    /** The next octets of the stream; the array is not used after the call. */
    @SuppressWarnings("ArrayRecordComponent") // a run of the stream, not a value to compare
    record BytesReceived(long connectionId, byte[] octets) implements BgpInput {}

    /** What was sent waits, because the peer does not read; nothing is announced until it does. */
    record SendBlocked(long connectionId) implements BgpInput {}

    /**
     * The peer took octets after {@link SendBlocked}.
     *
     * @param drained nothing waits any more
     */
    record SendProgress(long connectionId, boolean drained) implements BgpInput {}

    /**
     * The time of {@link BgpSpeaker#nextDeadlineNanos} has come. Octets that wait in a socket are
     * to be given first: they may say that the peer lives.
     */
    record TimerDue() implements BgpInput {}

    /** Someone wants the peer to send all its routes again. */
    record RefreshRequested(String peer) implements BgpInput {}

    /** Whether packets get through to the peer: routes outlive a session only while they do. */
    record TunnelAlive(String peer, boolean alive) implements BgpInput {}
}
