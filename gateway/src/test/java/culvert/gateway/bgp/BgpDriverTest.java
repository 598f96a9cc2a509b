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
    private static final InetAddress STRANGER = InetAddress.ofLiteral("10.0.0.3");
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
        east.deliver(new BgpInput.PeerDisabled("peer", Cease.ADMINISTRATIVE_SHUTDOWN, "enough"));
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

    @Test
    void strangersAreRefused() throws IOException {
        side(EAST, 65_001, WEST, 65_002, EAST_NETWORK, Optional.empty());
        try (Socket stranger = new Socket()) {
            stranger.setSoTimeout(5000);
            stranger.bind(new InetSocketAddress(STRANGER, 0));
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
            west.deliver(new BgpInput.PeerDisabled("peer", Cease.ADMINISTRATIVE_RESET, ""));
            west.deliver(new BgpInput.PeerEnabled("peer"));
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
        Side side = new Side(local, asn, remote, remoteAsn, network, key, ttlSecurity.test(local));
        sides.add(side);
        return side;
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

    /** One speaker with one peer, on a loop of its own. */
    private static final class Side implements BgpDriver.Listener, AutoCloseable {
        private final MultiThreadIoEventLoopGroup group =
                new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
        private final EventLoop loop = group.next();
        private final Map<IpPrefix, String> routes = new ConcurrentHashMap<>();
        private final List<BgpEvent> events = new CopyOnWriteArrayList<>();
        private final BgpDriver driver;
        private volatile BgpState state = BgpState.IDLE;

        Side(
                InetAddress local,
                int asn,
                InetAddress remote,
                int remoteAsn,
                IpPrefix network,
                Optional<String> key,
                boolean ttlSecurity) {
            BgpSpeaker speaker =
                    new BgpSpeaker(
                            BgpSpeakerSettings.of(asn, asn, List.of(network), List.of()),
                            new Random(asn));
            driver = new BgpDriver(loop, speaker, this);
            driver.open(
                    List.of(
                            new BgpLink(
                                    "peer",
                                    local,
                                    remote,
                                    key.map(k -> Secret.owning(k.getBytes(StandardCharsets.UTF_8))),
                                    ttlSecurity)));
            deliver(
                    new BgpInput.PeerConfigured(
                            new BgpPeerSettings(
                                    "peer",
                                    PeerKind.TUNNEL,
                                    remoteAsn,
                                    remote,
                                    List.of(local),
                                    BgpSessionSettings.withHoldTime(Duration.ofSeconds(9)),
                                    ImportPolicy.DEFAULT,
                                    ExportPolicy.DEFAULT)));
            deliver(new BgpInput.PeerEnabled("peer"));
        }

        void deliver(BgpInput input) {
            loop.execute(() -> driver.deliver(input));
        }

        boolean isEstablished() {
            return state == BgpState.ESTABLISHED;
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
            state = changed.state();
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
