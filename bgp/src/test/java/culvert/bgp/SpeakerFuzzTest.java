package culvert.bgp;

import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.AsPath;
import culvert.bgp.message.BgpMessage;
import culvert.bgp.message.Capability;
import culvert.bgp.message.Cease;
import culvert.bgp.message.EndOfRib;
import culvert.bgp.message.Keepalive;
import culvert.bgp.message.MessageEncoder;
import culvert.bgp.message.Negotiated;
import culvert.bgp.message.Notification;
import culvert.bgp.message.RouteRefresh;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A peer that says anything at any time: the speaker stands it, and stays consistent. */
class SpeakerFuzzTest {
    @Test
    void standsDamagedMessagesInAnyState() {
        long seed = Long.getLong("sim.seed", 4711);
        Random random = new Random(seed);
        for (int round = 0; round < 150; round++) {
            Site site = new Site();
            site.configure(Site.tunnel("aws-1", 1));
            site.give(new BgpInput.TunnelAlive("aws-1", true));
            List<Long> connections = new ArrayList<>();
            for (int step = 0; step < 60; step++) {
                if (connections.isEmpty() || random.nextInt(12) == 0) {
                    connections.add(site.connect("aws-1", random.nextBoolean()));
                }
                long id = connections.get(random.nextInt(connections.size()));
                switch (random.nextInt(8)) {
                    case 0 -> site.give(new BgpInput.TcpClosed(id, "reset"));
                    case 1 -> site.advance(Duration.ofSeconds(random.nextInt(40)));
                    case 2 -> site.give(new BgpInput.SendBlocked(id));
                    case 3 -> site.give(new BgpInput.SendProgress(id, random.nextBoolean()));
                    default ->
                            site.give(
                                    new BgpInput.BytesReceived(
                                            id, damaged(message(random), random)));
                }
                BgpPeerStatus status = site.status("aws-1");
                String where = "round " + round + " of -Dsim.seed=" + seed + ": " + status;
                assertTrue(status.accepted() <= status.received(), where);
                assertTrue(site.fib.size() <= status.accepted(), where);
                assertTrue(
                        status.state() == BgpState.ESTABLISHED
                                || status.stale() == status.received(),
                        where);
            }
        }
    }

    @Test
    void standsAMarkOfRefreshAsLongAsAMessageCanBe() {
        Site site = new Site();
        long id = site.establish(Site.tunnel("aws-1", 1));
        byte[] longest = new byte[65_535];
        Arrays.fill(longest, 0, 18, (byte) 0xFF);
        longest[18] = 5;
        longest[20] = 1;
        longest[21] = 1;
        longest[22] = 1;
        site.give(new BgpInput.BytesReceived(id, longest));
        assertTrue(site.closed.contains(id));
    }

    private static BgpMessage message(Random random) {
        List<Capability> capabilities = new ArrayList<>(Site.MODERN);
        if (random.nextBoolean()) {
            capabilities.add(
                    new Capability.GracefulRestart(
                            random.nextBoolean(),
                            random.nextBoolean(),
                            random.nextInt(100),
                            List.of(
                                    new Capability.GracefulRestart.Preserved(
                                            1, 1, random.nextBoolean()))));
        }
        return switch (random.nextInt(12)) {
            case 0, 1, 2 -> Site.open(random.nextBoolean() ? 1 : 99, 30, capabilities);
            case 3, 4, 5 -> new Keepalive();
            case 6 -> new EndOfRib(AddressFamily.IPV4_UNICAST);
            case 7 -> RouteRefresh.of(AddressFamily.IPV4_UNICAST, random.nextInt(4));
            case 8 -> Site.withdraw("10.%d.0.0/16".formatted(random.nextInt(9)));
            case 9 ->
                    random.nextInt(9) == 0
                            ? Notification.cease(Cease.ADMINISTRATIVE_RESET)
                            : new Keepalive();
            default ->
                    Site.announce(
                            AsPath.sequence(Site.PEER_AS, 1 + random.nextInt(3)),
                            "169.254.1.1",
                            "10.%d.0.0/16".formatted(random.nextInt(9)),
                            "10.%d.0.0/16".formatted(random.nextInt(9)));
        };
    }

    private static byte[] damaged(BgpMessage message, Random random) {
        byte[] octets = MessageEncoder.encode(message, Negotiated.NOTHING);
        if (random.nextInt(6) == 0) {
            octets[18 - random.nextInt(2)] ^= (byte) (1 << random.nextInt(8));
        }
        if (octets.length > 19 && random.nextInt(4) == 0) {
            octets[19 + random.nextInt(octets.length - 19)] = (byte) random.nextInt(256);
        }
        return octets;
    }
}
