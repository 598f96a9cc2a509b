package culvert.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.AsPath;
import culvert.bgp.message.BgpMessage;
import culvert.bgp.message.Capability;
import culvert.bgp.message.DecodeResult;
import culvert.bgp.message.Keepalive;
import culvert.bgp.message.MessageDecoder;
import culvert.bgp.message.MessageEncoder;
import culvert.bgp.message.MessageFramer;
import culvert.bgp.message.Negotiated;
import culvert.bgp.message.Nlri;
import culvert.bgp.message.Notification;
import culvert.bgp.message.Open;
import culvert.bgp.message.PathAttribute.Origin;
import culvert.bgp.message.PathAttribute.OriginCode;
import culvert.bgp.message.PathAttribute.Path;
import culvert.bgp.message.PathAttributes;
import culvert.bgp.message.Update;
import culvert.bgp.rib.ExportPolicy;
import culvert.bgp.rib.ImportPolicy;
import culvert.bgp.rib.NextHop;
import culvert.bgp.rib.PeerKind;
import culvert.bgp.rib.ProtectedPrefix;
import culvert.bgp.rib.RouteChange;
import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/** One speaker in virtual time, whose peers are played by the test. */
final class Site {
    static final int AS = 65000;
    static final int PEER_AS = 64512;
    static final int ID = 0x0A000005;
    static final int LOWER_ID = 0x0A000001;
    static final int HIGHER_ID = 0x0A000009;

    /** Capabilities of a modern peer without graceful restart. */
    static final List<Capability> MODERN =
            List.of(
                    Capability.MultiProtocol.of(AddressFamily.IPV4_UNICAST),
                    new Capability.RouteRefreshing(),
                    new Capability.EnhancedRouteRefresh(),
                    new Capability.FourOctetAs(PEER_AS));

    final BgpSpeaker speaker;
    long nowNanos = 1_000_000_000L;
    final List<BgpEvent> events = new ArrayList<>();
    final List<String> states = new ArrayList<>();
    final Map<String, String> fib = new TreeMap<>();
    final Map<Long, List<BgpMessage>> sent = new HashMap<>();
    final List<Long> closed = new ArrayList<>();
    final List<String> connects = new ArrayList<>();

    /** As what kind of peer the test reads what is sent. */
    boolean readsAsInternal;

    boolean readsTwoOctetAs;

    /** Where a connection differs from the rest. */
    final Map<Long, Negotiated> reads = new HashMap<>();

    private long nextConnection = 1;

    Site() {
        this(
                BgpSpeakerSettings.of(
                        AS,
                        ID,
                        List.of(IpPrefix.parse("192.168.10.0/24")),
                        List.of(
                                ProtectedPrefix.of(
                                        InetAddress.ofLiteral("198.18.0.1"),
                                        "our outside address"))));
    }

    Site(BgpSpeakerSettings settings) {
        speaker = new BgpSpeaker(settings, new Random(1));
    }

    static BgpPeerSettings tunnel(String name, int number) {
        return tunnel(name, number, BgpSessionSettings.withHoldTime(Duration.ofSeconds(30)));
    }

    static BgpPeerSettings tunnel(String name, int number, BgpSessionSettings session) {
        return new BgpPeerSettings(
                name,
                PeerKind.TUNNEL,
                PEER_AS,
                InetAddress.ofLiteral("169.254.%d.1".formatted(number)),
                List.of(InetAddress.ofLiteral("169.254.%d.2".formatted(number))),
                session,
                ImportPolicy.DEFAULT,
                ExportPolicy.DEFAULT);
    }

    static BgpPeerSettings with(BgpPeerSettings peer, ImportPolicy imports, ExportPolicy exports) {
        return new BgpPeerSettings(
                peer.name(),
                peer.kind(),
                peer.peerAsn(),
                peer.peerAddress(),
                peer.localAddresses(),
                peer.session(),
                imports,
                exports);
    }

    List<BgpAction> give(BgpInput input) {
        List<BgpAction> actions = speaker.handle(input, nowNanos);
        for (BgpAction action : actions) {
            switch (action) {
                case BgpAction.Connect(String peer) -> connects.add(peer);
                case BgpAction.Send(long id, byte[] message) ->
                        sent.computeIfAbsent(id, i -> new ArrayList<>()).add(decode(id, message));
                case BgpAction.CloseConnection(long id) -> closed.add(id);
                case BgpAction.PeerStateChanged(String peer, BgpState state, String reason) ->
                        states.add(peer + " " + state + ": " + reason);
                case BgpAction.Report(BgpEvent event) -> events.add(event);
                case BgpAction.RoutesChanged(List<RouteChange> changes) -> {
                    for (RouteChange change : changes) {
                        List<String> peers = change.nextHops().stream().map(NextHop::peer).toList();
                        if (change.isWithdrawn()) {
                            fib.remove(change.prefix().toString());
                        } else {
                            fib.put(change.prefix().toString(), String.join("+", peers));
                        }
                    }
                }
            }
        }
        return actions;
    }

    /** Lets time pass, stopping at every deadline on the way. */
    void advance(Duration time) {
        long end = nowNanos + time.toNanos();
        while (speaker.nextDeadlineNanos() <= end) {
            nowNanos = Math.max(nowNanos, speaker.nextDeadlineNanos());
            give(new BgpInput.TimerDue());
        }
        nowNanos = end;
    }

    void configure(BgpPeerSettings peer) {
        give(new BgpInput.PeerConfigured(peer));
        give(new BgpInput.PeerEnabled(peer.name()));
    }

    long connect(String peer, boolean incoming) {
        long id = nextConnection++;
        InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral("169.254.1.1"), 179);
        give(new BgpInput.TcpConnected(peer, id, any, any, incoming));
        return id;
    }

    void say(long connection, BgpMessage... messages) {
        for (BgpMessage message : messages) {
            give(
                    new BgpInput.BytesReceived(
                            connection, MessageEncoder.encode(message, Negotiated.NOTHING)));
        }
    }

    static Open open(int identifier, int holdSeconds, List<Capability> capabilities) {
        return new Open(PEER_AS, holdSeconds, identifier, capabilities);
    }

    /** An established session on a connection that the peer opened. */
    long establish(String peer, List<Capability> capabilities) {
        long id = connect(peer, true);
        say(id, open(HIGHER_ID, 30, capabilities), new Keepalive());
        assertEquals(BgpState.ESTABLISHED, status(peer).state());
        return id;
    }

    long establish(BgpPeerSettings peer) {
        configure(peer);
        return establish(peer.name(), MODERN);
    }

    static Update announce(String nextHop, String... prefixes) {
        return announce(AsPath.sequence(PEER_AS), nextHop, prefixes);
    }

    static Update announce(AsPath path, String nextHop, String... prefixes) {
        PathAttributes attributes =
                PathAttributes.of(List.of(new Origin(OriginCode.IGP), new Path(path)));
        List<Nlri> nlri = Arrays.stream(prefixes).map(Nlri::parse).toList();
        return new Update(
                List.of(),
                List.of(new Update.Reachable(InetAddress.ofLiteral(nextHop), nlri)),
                attributes);
    }

    static Update withdraw(String... prefixes) {
        return Update.withdraw(Arrays.stream(prefixes).map(Nlri::parse).toList());
    }

    BgpPeerStatus status(String peer) {
        return speaker.peers(nowNanos).stream()
                .filter(s -> s.peer().equals(peer))
                .findFirst()
                .orElseThrow();
    }

    BgpState state(String peer) {
        return status(peer).state();
    }

    /** Everything sent on the connection since the last call. */
    List<BgpMessage> heard(long connection) {
        return Optional.ofNullable(sent.remove(connection)).orElse(List.of());
    }

    List<Notification> notifications(long connection) {
        return heard(connection).stream()
                .filter(Notification.class::isInstance)
                .map(Notification.class::cast)
                .toList();
    }

    boolean reported(BgpEvent.Kind kind) {
        return events.stream().anyMatch(e -> e.kind() == kind);
    }

    static Negotiated reading(boolean external, boolean fourOctetAs) {
        return new Negotiated(
                external,
                fourOctetAs,
                List.of(AddressFamily.values()),
                true,
                true,
                true,
                30,
                Optional.empty(),
                false);
    }

    private BgpMessage decode(long connection, byte[] message) {
        Negotiated session =
                reads.getOrDefault(connection, reading(!readsAsInternal, !readsTwoOctetAs));
        MessageFramer framer = new MessageFramer(true);
        framer.feed(message);
        MessageFramer.Frame.Whole whole =
                assertInstanceOf(MessageFramer.Frame.Whole.class, framer.next());
        DecodeResult.Decoded decoded =
                assertInstanceOf(DecodeResult.Decoded.class, MessageDecoder.decode(whole, session));
        assertEquals(List.of(), decoded.tolerated());
        return decoded.message();
    }
}
