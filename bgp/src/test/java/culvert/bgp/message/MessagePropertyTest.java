package culvert.bgp.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.DecodeResult.Decoded;
import culvert.bgp.message.DecodeResult.Malformed;
import culvert.bgp.message.MessageFramer.Frame;
import culvert.bgp.message.PathAttribute.Aggregator;
import culvert.bgp.message.PathAttribute.AtomicAggregate;
import culvert.bgp.message.PathAttribute.Communities;
import culvert.bgp.message.PathAttribute.ExtendedCommunities;
import culvert.bgp.message.PathAttribute.LargeCommunities;
import culvert.bgp.message.PathAttribute.MultiExitDisc;
import culvert.bgp.message.PathAttribute.Opaque;
import culvert.bgp.message.PathAttribute.Origin;
import culvert.bgp.message.PathAttribute.OriginCode;
import culvert.bgp.message.PathAttribute.Path;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class MessagePropertyTest {
    /** Any octets after a good header: no exception, and only what the type allows comes out. */
    @Property(tries = 3000)
    void anyBodyIsDecodedOrRefused(
            @ForAll @IntRange(min = 1, max = 5) int type,
            @ForAll @Size(max = 120) byte[] body,
            @ForAll boolean external,
            @ForAll boolean fourOctetAs) {
        check(MessageEncoder.frame(type, Octets.copyOf(body)), external, fourOctetAs);
    }

    /** Octets that are likely to look like attributes. */
    @Property(tries = 3000)
    void anyListOfAttributesIsDecodedOrRefused(
            @ForAll long seed, @ForAll boolean external, @ForAll boolean fourOctetAs) {
        Random random = new Random(seed);
        OctetWriter attributes = new OctetWriter();
        for (int i = random.nextInt(8); i > 0; i--) {
            int flags = new int[] {0x40, 0x80, 0xC0, 0x50, 0xE0, 0x00}[random.nextInt(6)];
            int length = random.nextInt(24);
            attributes.u8(flags).u8(random.nextInt(42));
            if ((flags & 0x10) != 0) {
                attributes.u8(random.nextInt(40) == 0 ? 1 : 0);
            }
            attributes.u8(random.nextInt(30) == 0 ? length + 1 : length);
            for (int j = 0; j < length; j++) {
                attributes.u8(random.nextInt(3) == 0 ? random.nextInt(256) : random.nextInt(5));
            }
        }
        OctetWriter body = new OctetWriter().u16(0).u16(attributes.length());
        body.bytes(attributes.toByteArray());
        if (random.nextBoolean()) {
            body.u8(16).u16(0x0a01);
        }
        check(MessageEncoder.frame(2, Octets.copyOf(body.toByteArray())), external, fourOctetAs);
    }

    static void check(byte[] message, boolean external, boolean fourOctetAs) {
        Negotiated session = Wire.session(external, fourOctetAs);
        DecodeResult result = Wire.decode(message, session);
        if (result instanceof Malformed(DecodeError error)) {
            assertEquals(ErrorHandling.SESSION_RESET, error.handling());
            MessageEncoder.encode(error.notification(), session);
        } else if (result instanceof Decoded(Update update, List<DecodeError> tolerated)) {
            boolean withdraws =
                    tolerated.stream()
                            .anyMatch(e -> e.handling() == ErrorHandling.TREAT_AS_WITHDRAW);
            assertTrue(!withdraws || update.reachable().isEmpty());
            // What was understood can be written, and is understood the same.
            if (!update.withdrawn().isEmpty() || !update.reachable().isEmpty()) {
                Decoded again =
                        assertInstanceOf(
                                Decoded.class,
                                Wire.decode(MessageEncoder.encode(update, session), session));
                assertEquals(
                        ordered(update), ordered(assertInstanceOf(Update.class, again.message())));
            }
        }
    }

    /** Both families' withdrawn prefixes are in one list, and may change places. */
    private static Update ordered(Update update) {
        List<Nlri> withdrawn = new ArrayList<>(update.withdrawn());
        withdrawn.sort(Comparator.comparing(Nlri::toString));
        return new Update(withdrawn, update.reachable(), update.attributes());
    }

    @Property(tries = 500)
    void anyStreamIsFramedOrRefused(@ForAll List<@Size(max = 60) byte[]> pieces) {
        MessageFramer framer = new MessageFramer(true);
        for (byte[] piece : pieces) {
            framer.feed(piece);
            Frame frame = framer.next();
            while (frame instanceof Frame.Whole whole) {
                MessageDecoder.decode(whole, Wire.EBGP);
                frame = framer.next();
            }
            if (frame instanceof Frame.Malformed) {
                return;
            }
        }
    }

    @Property(tries = 1000)
    void updatesComeBackAsTheyWere(
            @ForAll long seed, @ForAll boolean external, @ForAll boolean fourOctetAs) {
        Negotiated session = Wire.session(external, fourOctetAs);
        Update update = update(new Random(seed), external);
        byte[] encoded = MessageEncoder.encode(update, session);
        Decoded decoded = assertInstanceOf(Decoded.class, Wire.decode(encoded, session));
        assertEquals(update, decoded.message());
        assertEquals(List.of(), decoded.tolerated());
    }

    /**
     * Each way to damage an UPDATE has one kind of consequence that is allowed: nothing seen, some
     * of the three handlings, but never reachable prefixes that were not there.
     */
    @Property(tries = 60)
    void everyFlippedBitEndsInACategory(@ForAll long seed) {
        Update update = update(new Random(seed), true);
        byte[] encoded = MessageEncoder.encode(update, Wire.EBGP);
        for (int bit = 0; bit < encoded.length * 8; bit++) {
            byte[] flipped = encoded.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            MessageFramer framer = new MessageFramer(true);
            framer.feed(flipped);
            Frame frame = framer.next();
            boolean header = bit / 8 < MessageFramer.MARKER_OCTETS;
            if (header) {
                assertEquals(
                        Notification.HEADER_ERROR,
                        assertInstanceOf(Frame.Malformed.class, frame)
                                .error()
                                .notification()
                                .code());
            } else if (frame instanceof Frame.Whole whole) {
                category(MessageDecoder.decode(whole, Wire.EBGP), whole.type());
            }
        }
    }

    @Property(tries = 60)
    void everyTruncationEndsInACategory(@ForAll long seed) {
        byte[] encoded = MessageEncoder.encode(update(new Random(seed), true), Wire.EBGP);
        byte[] body = Arrays.copyOfRange(encoded, MessageFramer.HEADER_OCTETS, encoded.length);
        for (int length = 4; length < body.length; length++) {
            Octets cut = Octets.copyOf(body, 0, length);
            category(MessageDecoder.decode(new Frame.Whole(2, cut), Wire.EBGP), 2);
        }
    }

    private static void category(DecodeResult result, int type) {
        switch (result) {
            case Malformed(DecodeError error) -> {
                assertEquals(ErrorHandling.SESSION_RESET, error.handling());
                if (type == MessageType.UPDATE) {
                    assertEquals(Notification.UPDATE_ERROR, error.notification().code());
                }
            }
            case Decoded(Update update, List<DecodeError> tolerated) -> {
                for (DecodeError error : tolerated) {
                    assertTrue(error.handling() != ErrorHandling.SESSION_RESET);
                    assertEquals(Notification.UPDATE_ERROR, error.notification().code());
                }
                if (tolerated.stream()
                        .anyMatch(e -> e.handling() == ErrorHandling.TREAT_AS_WITHDRAW)) {
                    assertEquals(List.of(), update.reachable());
                }
            }
            case Decoded(BgpMessage _, List<DecodeError> tolerated) ->
                    assertEquals(List.of(), tolerated);
        }
    }

    @Example
    void otherMessagesComeBackAsTheyWere() {
        List<BgpMessage> messages =
                List.of(
                        new Keepalive(),
                        new EndOfRib(AddressFamily.IPV4_UNICAST),
                        new EndOfRib(AddressFamily.IPV6_UNICAST),
                        new RouteRefresh(1, 1, 0),
                        RouteRefresh.of(AddressFamily.IPV6_UNICAST, 2),
                        new RouteRefresh(25, 70, 7),
                        Notification.maximumPrefixes(AddressFamily.IPV4_UNICAST, 100),
                        Notification.cease(Cease.ADMINISTRATIVE_SHUTDOWN, "maintenance"),
                        new Open(
                                4_200_000,
                                30,
                                0xC0A80A01,
                                List.of(
                                        Capability.MultiProtocol.of(AddressFamily.IPV4_UNICAST),
                                        new Capability.RouteRefreshing(),
                                        new Capability.ExtendedMessages(),
                                        new Capability.GracefulRestart(
                                                true,
                                                true,
                                                4095,
                                                List.of(
                                                        new Capability.GracefulRestart.Preserved(
                                                                2, 1, true))),
                                        new Capability.FourOctetAs(4_200_000),
                                        new Capability.EnhancedRouteRefresh(),
                                        new Capability.Unknown(73, Octets.ofHex("0102")))));
        for (BgpMessage message : messages) {
            byte[] encoded = MessageEncoder.encode(message, Wire.EBGP);
            assertEquals(
                    message,
                    assertInstanceOf(Decoded.class, Wire.decode(encoded, Wire.EBGP)).message());
        }
    }

    @Example
    void refusesARefreshMarkWithOctetsTooMany() {
        byte[] message = MessageEncoder.frame(5, Octets.ofHex("0001010100"));
        DecodeError error =
                assertInstanceOf(Malformed.class, Wire.decode(message, Wire.EBGP)).error();
        assertEquals(
                new Notification(Notification.ROUTE_REFRESH_ERROR, 1, Octets.copyOf(message)),
                error.notification());
        // An outbound route filter after a plain request is ignored.
        assertEquals(
                new RouteRefresh(1, 1, 0),
                assertInstanceOf(
                                Decoded.class,
                                Wire.decode(
                                        MessageEncoder.frame(5, Octets.ofHex("000100010140ffff")),
                                        Wire.EBGP))
                        .message());
    }

    private static Update update(Random random, boolean external) {
        List<Nlri> withdrawn = new ArrayList<>();
        List<Update.Reachable> reachable = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            withdrawn.add(nlri(random, false));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            withdrawn.add(nlri(random, true));
        }
        if (random.nextInt(4) > 0) {
            reachable.add(reachable(random, false));
        }
        if (reachable.isEmpty() || random.nextInt(3) == 0) {
            reachable.add(reachable(random, true));
        }
        return new Update(withdrawn, reachable, attributes(random, external));
    }

    private static Update.Reachable reachable(Random random, boolean ipv6) {
        List<Nlri> prefixes = new ArrayList<>();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            prefixes.add(nlri(random, ipv6));
        }
        return new Update.Reachable(
                InetAddress.ofLiteral(ipv6 ? "fd00:1::1" : "169.254.10.1"), prefixes);
    }

    private static Nlri nlri(Random random, boolean ipv6) {
        return ipv6
                ? Nlri.ipv6(random.nextLong(), random.nextLong(), random.nextInt(129))
                : Nlri.ipv4(random.nextInt(), random.nextInt(33));
    }

    private static PathAttributes attributes(Random random, boolean external) {
        List<PathAttribute> all = new ArrayList<>();
        OriginCode[] codes = OriginCode.values();
        all.add(new Origin(codes[random.nextInt(codes.length)]));
        List<AsPath.Segment> segments = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            segments.add(
                    new AsPath.Segment(
                            random.nextInt(4) == 0,
                            random.ints(1 + random.nextInt(5))
                                    .map(a -> Math.max(1, a >>> random.nextInt(32)))
                                    .toArray()));
        }
        all.add(new Path(new AsPath(segments)));
        if (!external) {
            all.add(new PathAttribute.LocalPref(random.nextLong(1L << 32)));
            all.add(new PathAttribute.OriginatorId(random.nextInt()));
            all.add(new PathAttribute.ClusterList(List.of(1, random.nextInt())));
        }
        if (random.nextBoolean()) {
            all.add(new MultiExitDisc(random.nextLong(1L << 32)));
        }
        if (random.nextBoolean()) {
            all.add(new AtomicAggregate());
            all.add(new Aggregator(1 + random.nextInt(1 << 30), random.nextInt()));
        }
        if (random.nextBoolean()) {
            all.add(new Communities(List.of(random.nextInt(), Communities.NO_EXPORT)));
            all.add(new ExtendedCommunities(List.of(random.nextLong())));
            all.add(
                    new LargeCommunities(
                            List.of(new LargeCommunities.Large(random.nextInt(), -1, 0))));
        }
        if (random.nextInt(4) == 0) {
            byte[] value = new byte[random.nextInt(400)];
            random.nextBytes(value);
            all.add(new Opaque(200, random.nextBoolean(), Octets.copyOf(value)));
        }
        return PathAttributes.of(all);
    }
}
