package culvert.gateway.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.IkeTunnelStatus;
import culvert.ike.TunnelState;
import culvert.model.Encapsulation;
import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FailoverTest {
    private static final InetSocketAddress ANYWHERE = new InetSocketAddress("192.0.2.1", 4500);

    private final EventLoop loop = new DefaultEventLoop();
    private final Told world = new Told();

    @AfterEach
    void close() {
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private Failover failover(Duration holdDown) {
        return new Failover(loop, List.of(tunnel("a"), tunnel("b")), holdDown, world);
    }

    private static WatchedTunnel tunnel(String name) {
        InetAddress address = InetAddress.ofLiteral("169.254.10.1");
        return new WatchedTunnel(
                name, "aws", "cv0", 1, address, address, Optional.empty(), true, () -> 0);
    }

    @Test
    void aTunnelIsGoodWithItsSaItsSessionAndAllThatThePeerAnnounces() {
        Failover failover = failover(Duration.ofSeconds(30));
        failover.refresh();
        assertEquals(Standing.DOWN, failover.standing("a"));
        world.up.add("a");
        failover.refresh();
        assertEquals(Standing.DOWN, failover.standing("a"));
        world.sessions.add("a");
        assertEquals(Standing.LAST_RESORT, failover.standing("a"));
        world.complete.add("a");
        assertEquals(Standing.GOOD, failover.standing("a"));
        assertEquals(List.of("alive a"), world.told);
    }

    @Test
    void aTunnelThatReturnedIsTheLastResortForTheHoldDown() {
        Failover failover = failover(Duration.ofHours(1));
        lose(failover);
        assertEquals(Standing.LAST_RESORT, failover.standing("a"));
        assertEquals(List.of("alive a", "dead a", "alive a"), world.told);

        Failover without = failover(Duration.ZERO);
        lose(without);
        assertEquals(Standing.GOOD, without.standing("a"));
    }

    /** Tunnel a is up, lost, and up again. */
    private void lose(Failover failover) {
        world.sessions.add("a");
        world.complete.add("a");
        world.up.add("a");
        failover.refresh();
        world.up.clear();
        failover.refresh();
        assertEquals(Standing.DOWN, failover.standing("a"));
        world.up.add("a");
        failover.refresh();
    }

    @Test
    void aTunnelThatIsToBeTakenDownIsTheLastResortAndRoutesAreSteered() {
        Failover failover = failover(Duration.ZERO);
        world.sessions.add("a");
        world.complete.add("a");
        world.up.add("a");
        failover.refresh();
        int steered = world.steered;
        failover.setLeaving("a", true);
        assertTrue(failover.isLeaving("a") && world.steered > steered);
        assertEquals(Standing.LAST_RESORT, failover.standing("a"));
        failover.setLeaving("a", false);
        assertEquals(Standing.GOOD, failover.standing("a"));
    }

    @Test
    void aTunnelWhosePacketsCannotLeaveIsDownWithItsReasonWhateverIkeBelieves() {
        Failover failover = failover(Duration.ZERO);
        world.up.add("a");
        world.sessions.add("a");
        failover.refresh();
        world.outside = Optional.of("eth0 is down");
        failover.refresh();
        assertEquals(Standing.DOWN, failover.standing("a"));
        assertEquals(Optional.of("eth0 is down"), failover.outage("a").map(Outage::text));
        world.up.clear();
        failover.refresh();
        assertEquals(Optional.of("eth0 is down"), failover.outage("a").map(Outage::text));
        world.up.add("a");
        world.outside = Optional.empty();
        failover.refresh();
        assertEquals(Optional.empty(), failover.outage("a").map(Outage::text));
        assertEquals(List.of("alive a", "dead a", "dead a", "alive a"), world.told);
    }

    /** What is so, and what was told. */
    private static final class Told implements Failover.World {
        private final Set<String> up = new HashSet<>();
        private final Set<String> sessions = new HashSet<>();
        private final Set<String> complete = new HashSet<>();
        private final List<String> told = new ArrayList<>();
        private Optional<String> outside = Optional.empty();
        private int steered;

        @Override
        public Optional<String> outsideTrouble(String tunnel) {
            return tunnel.equals("a") ? outside : Optional.empty();
        }

        @Override
        public IkeTunnelStatus ike(String tunnel) {
            return new IkeTunnelStatus(
                    up.contains(tunnel) ? TunnelState.UP : TunnelState.CONNECTING,
                    Optional.of("not up"),
                    ANYWHERE,
                    ANYWHERE,
                    false,
                    Encapsulation.UDP,
                    Optional.empty(),
                    Optional.empty(),
                    OptionalLong.empty(),
                    0,
                    0);
        }

        @Override
        public void steer() {
            steered++;
        }

        @Override
        public void alive(String tunnel) {
            told.add("alive " + tunnel);
        }

        @Override
        public void dead(String tunnel, String reason, boolean suspected) {
            told.add("dead " + tunnel);
        }

        @Override
        public void mute(String tunnel) {
            told.add("mute " + tunnel);
        }

        @Override
        public boolean hasBgpSession(String tunnel) {
            return sessions.contains(tunnel);
        }

        @Override
        public boolean isComplete(String tunnel) {
            return complete.contains(tunnel);
        }
    }
}
