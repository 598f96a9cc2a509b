package culvert.gateway.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.BgpAction;
import culvert.bgp.BgpEvent;
import culvert.bgp.BgpInput;
import culvert.bgp.BgpPeerSettings;
import culvert.bgp.BgpSessionSettings;
import culvert.bgp.BgpSpeaker;
import culvert.bgp.BgpSpeakerSettings;
import culvert.bgp.BgpState;
import culvert.bgp.message.Cease;
import culvert.bgp.rib.ExportPolicy;
import culvert.bgp.rib.ImportPolicy;
import culvert.bgp.rib.PeerKind;
import culvert.gateway.LabNamespace;
import culvert.model.IpPrefix;
import culvert.model.Secret;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BgpDriverTest {
    @RegisterExtension final LabNamespace namespace = new LabNamespace();

    private static final InetAddress EAST = InetAddress.ofLiteral("10.0.0.1");
    private static final InetAddress WEST = InetAddress.ofLiteral("10.0.0.2");
    private static final InetAddress THIRD = InetAddress.ofLiteral("10.0.0.3");
    private static final IpPrefix EAST_NETWORK = IpPrefix.parse("192.168.1.0/24");
    private static final IpPrefix WEST_NETWORK = IpPrefix.parse("192.168.2.0/24");

    private final List<Side> sides = new ArrayList<>();
    private Predicate<InetAddress> ttlSecurity = local -> false;

    @AfterEach
    void endAll() {
        sides.forEach(Side::close);
    }

    @Test
    void twoSpeakersFindEachOtherAndExchangeRoutes() {
        Side east = side(EAST, 65_001, WEST, 65_002, EAST_NETWORK, Optional.empty());
        Side west = side(WEST, 65_002, EAST, 65_001, WEST_NETWORK, Optional.empty());
        await(() -> east.routes.containsKey(WEST_NETWORK));
        await(() -> west.routes.containsKey(EAST_NETWORK));
        east.deliver(
                new BgpInput.PeerDisabled(
                        WEST.getHostAddress(), Cease.ADMINISTRATIVE_SHUTDOWN, "enough"));
        await(() -> !west.routes.containsKey(EAST_NETWORK));
        assertTrue(
                west.events.stream().anyMatch(e -> e.kind() == BgpEvent.Kind.NOTIFICATION_RECEIVED),
                () -> "NOTIFICATION came before the end of the connection: " + west.events);
    }

    @Test
    void theSameMd5KeyLetsThemTalk() {
        Side east = side(EAST, 65_001, WEST, 65_002, EAST_NETWORK, Optional.of("key"));
        Side west = side(WEST, 65_002, EAST, 65_001, WEST_NETWORK, Optional.of("key"));
        await(() -> east.isEstablished() && west.isEstablished());
    }

    @Test
    void anotherMd5KeyIsSilence() throws InterruptedException {
        Side east = side(EAST, 65_001, WEST, 65_002, EAST_NETWORK, Optional.of("key"));
        Side west = side(WEST, 65_002, EAST, 65_001, WEST_NETWORK, Optional.of("yek"));
        Thread.sleep(500);
        assertFalse(east.isEstablished() || west.isEstablished());
    }

    @Test
    void ttlSecurityLetsNeighborsTalk() {
        ttlSecurity = local -> true;
        Side east = side(EAST, 65_001, WEST, 65_002, EAST_NETWORK, Optional.empty());
        Side west = side(WEST, 65_002, EAST, 65_001, WEST_NETWORK, Optional.empty());
        await(() -> east.isEstablished() && west.isEstablished());
    }

    @Test
    void aTtlThatARouterMayHaveLoweredIsSilence() throws InterruptedException {
        ttlSecurity = EAST::equals;
        Side east = side(EAST, 65_001, WEST, 65_002, EAST_NETWORK, Optional.empty());
        Side west = side(WEST, 65_002, EAST, 65_001, WEST_NETWORK, Optional.empty());
        Thread.sleep(500);
        assertFalse(east.isEstablished() || west.isEstablished());
    }

    /** They find us at the same address, and so at the same listening socket. */
    @Test
    void oneNeighborsTtlSecurityIsNotAskedOfAnother() throws InterruptedException {
        Side east = between(EAST, List.of(new Peer(WEST, 65_002, true), new Peer(THIRD, 65_003)));
        between(WEST, List.of(new Peer(EAST, 65_001)));
        Side third = between(THIRD, List.of(new Peer(EAST, 65_001)));
        await(() -> east.isEstablished(THIRD) && third.isEstablished(EAST));
        Thread.sleep(300);
        assertFalse(east.isEstablished(WEST));
    }

    @Test
    void aNeighborWithTtlSecurityMayCallWhereAnotherHasNone() {
        Side east = between(EAST, List.of(new Peer(WEST, 65_002, true), new Peer(THIRD, 65_003)));
        Side west = between(WEST, List.of(new Peer(EAST, 65_001, true)));
        Side third = between(THIRD, List.of(new Peer(EAST, 65_001)));
        await(() -> west.isEstablished() && third.isEstablished() && east.isEstablished());
    }

    @Test
    void strangersAreRefused() throws IOException {
        side(EAST, 65_001, WEST, 65_002, EAST_NETWORK, Optional.empty());
        try (Socket stranger = new Socket()) {
            stranger.setSoTimeout(5000);
            stranger.bind(new InetSocketAddress(THIRD, 0));
            stranger.connect(new InetSocketAddress(EAST, 179));
            int read;
            try {
                read = stranger.getInputStream().read();
            } catch (IOException reset) {
                read = -1;
            }
            assertEquals(-1, read, "not one octet is said to a stranger");
        }
    }

    @Test
    void aPortThatIsTakenLeavesUsToConnect() throws IOException {
        try (java.net.ServerSocket other = new java.net.ServerSocket()) {
            other.bind(new InetSocketAddress(EAST, 179));
            Side east = side(EAST, 65_001, WEST, 65_002, EAST_NETWORK, Optional.empty());
            Side west = side(WEST, 65_002, EAST, 65_001, WEST_NETWORK, Optional.empty());
            String peer = EAST.getHostAddress();
            west.deliver(new BgpInput.PeerDisabled(peer, Cease.ADMINISTRATIVE_RESET, ""));
            west.deliver(new BgpInput.PeerEnabled(peer));
            await(east::isEstablished);
        }
    }

    private Side side(
            InetAddress local,
            int asn,
            InetAddress remote,
            int remoteAsn,
            IpPrefix network,
            Optional<String> key) {
        boolean ttl = ttlSecurity.test(local);
        Side side = new Side(local, asn, network, key, List.of(new Peer(remote, remoteAsn, ttl)));
        sides.add(side);
        return side;
    }

    /** Whose AS number ends as its address does. */
    private Side between(InetAddress local, List<Peer> peers) {
        int asn = 65_000 + local.getAddress()[3];
        Side side = new Side(local, asn, EAST_NETWORK, Optional.empty(), peers);
        sides.add(side);
        return side;
    }

    /** Whom a side speaks with. */
    private record Peer(InetAddress address, int asn, boolean ttlSecurity) {
        Peer(InetAddress address, int asn) {
            this(address, asn, false);
        }

        String name() {
            return address.getHostAddress();
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - deadlineNanos < 0, "in time");
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** One speaker, on a loop of its own. */
    private static final class Side implements BgpDriver.Listener, AutoCloseable {
        private final MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        private final EventLoop loop = group.next();
        private final Map<IpPrefix, String> routes = new ConcurrentHashMap<>();
        private final List<BgpEvent> events = new CopyOnWriteArrayList<>();
        private final Map<String, BgpState> states = new ConcurrentHashMap<>();
        private final BgpDriver driver;

        Side(InetAddress local, int asn, IpPrefix network, Optional<String> key, List<Peer> peers) {
            BgpSpeaker speaker =
                    new BgpSpeaker(
                            BgpSpeakerSettings.of(asn, asn, List.of(network), List.of()),
                            new Random(asn));
            driver = new BgpDriver(loop, speaker, this);
            driver.open(peers.stream().map(peer -> link(local, peer, key)).toList());
            for (Peer peer : peers) {
                deliver(new BgpInput.PeerConfigured(settings(local, peer)));
                deliver(new BgpInput.PeerEnabled(peer.name()));
            }
        }

        private static BgpLink link(InetAddress local, Peer peer, Optional<String> key) {
            return new BgpLink(
                    peer.name(),
                    local,
                    peer.address(),
                    key.map(k -> Secret.owning(k.getBytes(StandardCharsets.UTF_8))),
                    peer.ttlSecurity());
        }

        private static BgpPeerSettings settings(InetAddress local, Peer peer) {
            return new BgpPeerSettings(
                    peer.name(),
                    PeerKind.TUNNEL,
                    peer.asn(),
                    peer.address(),
                    List.of(local),
                    BgpSessionSettings.withHoldTime(Duration.ofSeconds(9)),
                    ImportPolicy.DEFAULT,
                    ExportPolicy.DEFAULT);
        }

        void deliver(BgpInput input) {
            loop.execute(() -> driver.deliver(input));
        }

        /** With all its peers. */
        boolean isEstablished() {
            return !states.isEmpty()
                    && states.values().stream().allMatch(s -> s == BgpState.ESTABLISHED);
        }

        boolean isEstablished(InetAddress peer) {
            return states.get(peer.getHostAddress()) == BgpState.ESTABLISHED;
        }

        @Override
        public void routesChanged(BgpAction.RoutesChanged changed) {
            changed.changes()
                    .forEach(
                            c -> {
                                if (c.isWithdrawn()) {
                                    routes.remove(c.prefix());
                                } else {
                                    routes.put(c.prefix(), c.nextHops().getFirst().peer());
                                }
                            });
        }

        @Override
        public void stateChanged(BgpAction.PeerStateChanged changed) {
            states.put(changed.peer(), changed.state());
        }

        @Override
        public void reported(BgpEvent event) {
            events.add(event);
        }

        @Override
        public void close() {
            loop.submit(driver::close).awaitUninterruptibly();
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }
}
