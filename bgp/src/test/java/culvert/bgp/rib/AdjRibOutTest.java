package culvert.bgp.rib;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.AsPath;
import culvert.bgp.message.DecodeResult;
import culvert.bgp.message.MessageDecoder;
import culvert.bgp.message.MessageFramer;
import culvert.bgp.message.Negotiated;
import culvert.bgp.message.Nlri;
import culvert.bgp.message.Octets;
import culvert.bgp.message.PathAttribute.Opaque;
import culvert.bgp.message.PathAttributes;
import culvert.bgp.message.Update;
import culvert.bgp.message.UpdatePacker;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AdjRibOutTest {
    private static final Negotiated SESSION =
            new Negotiated(
                    true,
                    true,
                    List.of(AddressFamily.IPV4_UNICAST),
                    false,
                    true,
                    true,
                    30,
                    Optional.empty(),
                    false);
    private static final UpdatePacker PACKER = new UpdatePacker(SESSION);
    private static final InetAddress NEXT_HOP = InetAddress.ofLiteral("169.254.1.2");
    private static final PathAttributes X = Routes.attributes(AsPath.sequence(1));
    private static final PathAttributes Y = Routes.attributes(AsPath.sequence(2));

    /** What the peer knows after the UPDATEs, and the most that it ever knew. */
    private final TreeMap<Nlri, PathAttributes> peer = new TreeMap<>();

    private int most;

    @Test
    void bringsThePeerUpToDate() {
        AdjRibOut out = new AdjRibOut(10);
        out.set(nlri(1), Optional.of(X));
        out.set(nlri(2), Optional.of(X));
        out.set(nlri(3), Optional.of(Y));
        assertEquals(2, drain(out), "one UPDATE for each set of attributes");
        assertEquals(3, peer.size());
        out.set(nlri(1), Optional.of(X));
        assertTrue(out.isSettled(), "nothing new");
        out.set(nlri(1), Optional.of(Y));
        out.set(nlri(2), Optional.empty());
        drain(out);
        assertEquals(new TreeMap<>(Map.of(nlri(1), Y, nlri(3), Y)), peer);
    }

    @Test
    void neverExceedsWhatThePeerTakes() {
        AdjRibOut out = new AdjRibOut(3);
        for (int i = 0; i < 5; i++) {
            out.set(nlri(i), Optional.of(X));
        }
        drain(out);
        assertEquals(3, peer.size());
        assertEquals(2, out.heldBackCount());
        out.set(nlri(0), Optional.empty());
        assertEquals(1, out.heldBackCount());
        drain(out);
        assertEquals(3, most, "withdrawn before another one is announced");
        assertTrue(peer.containsKey(nlri(3)));
        out.set(nlri(4), Optional.empty());
        assertEquals(0, out.heldBackCount());
    }

    @Test
    void followsAChangedLimit() {
        AdjRibOut out = new AdjRibOut(4);
        for (int i = 0; i < 6; i++) {
            out.set(nlri(i), Optional.of(X));
        }
        drain(out);
        out.setLimit(2);
        drain(out);
        assertEquals(2, peer.size());
        assertEquals(4, out.heldBackCount());
        out.setLimit(100);
        drain(out);
        assertEquals(6, peer.size());
    }

    @Test
    void withdrawsWhatNoLongerFitsIntoAMessage() {
        AdjRibOut out = new AdjRibOut(10);
        out.set(nlri(1), Optional.of(X));
        drain(out);
        out.set(nlri(1), Optional.of(X.with(new Opaque(200, true, Octets.copyOf(new byte[4090])))));
        drain(out);
        assertEquals(0, peer.size());
        assertEquals(1, out.tooLongCount());
        assertEquals(0, out.announcedCount());
    }

    @Test
    void sendsEverythingAgainWhenAsked() {
        AdjRibOut out = new AdjRibOut(10);
        out.set(nlri(1), Optional.of(X));
        drain(out);
        peer.clear();
        out.resendAll();
        drain(out);
        assertEquals(1, peer.size());
    }

    @Test
    void agreesWithTheModelUnderRandomChanges() {
        long seed = Long.getLong("sim.seed", 5);
        Random random = new Random(seed);
        AdjRibOut out = new AdjRibOut(12);
        TreeMap<Nlri, PathAttributes> wanted = new TreeMap<>();
        for (int step = 0; step < 4000; step++) {
            Nlri nlri = nlri(random.nextInt(20));
            if (random.nextInt(2) == 0) {
                out.set(nlri, Optional.empty());
                wanted.remove(nlri);
            } else {
                PathAttributes attributes = random.nextBoolean() ? X : Y;
                out.set(nlri, Optional.of(attributes));
                wanted.put(nlri, attributes);
            }
            if (random.nextInt(5) == 0) {
                drain(out);
                String where = "step " + step + " of -Dsim.seed=" + seed;
                assertEquals(Math.min(12, wanted.size()), peer.size(), where);
                assertEquals(Math.max(0, wanted.size() - 12), out.heldBackCount(), where);
                peer.forEach((n, a) -> assertEquals(wanted.get(n), a, where));
                assertTrue(most <= 12, where);
            }
        }
    }

    private int drain(AdjRibOut out) {
        List<byte[]> messages = out.drain(PACKER, NEXT_HOP);
        for (byte[] message : messages) {
            MessageFramer framer = new MessageFramer(false);
            framer.feed(message);
            MessageFramer.Frame.Whole whole =
                    assertInstanceOf(MessageFramer.Frame.Whole.class, framer.next());
            DecodeResult.Decoded decoded =
                    assertInstanceOf(
                            DecodeResult.Decoded.class, MessageDecoder.decode(whole, SESSION));
            Update update = assertInstanceOf(Update.class, decoded.message());
            update.withdrawn().forEach(peer::remove);
            for (Update.Reachable reachable : update.reachable()) {
                assertEquals(NEXT_HOP, reachable.nextHop());
                reachable.prefixes().forEach(n -> peer.put(n, update.attributes()));
            }
            most = Math.max(most, peer.size());
        }
        assertTrue(out.isSettled());
        return messages.size();
    }

    private static Nlri nlri(int number) {
        return Nlri.ipv4(0x0a000000 | number << 8, 24);
    }
}
