package culvert.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.BgpMessage;
import culvert.bgp.message.Capability;
import culvert.bgp.message.Keepalive;
import culvert.bgp.message.MessageEncoder;
import culvert.bgp.message.Negotiated;
import culvert.bgp.message.Nlri;
import culvert.bgp.message.Notification;
import culvert.bgp.message.Octets;
import culvert.bgp.message.Open;
import culvert.bgp.message.PathAttribute;
import culvert.bgp.message.Update;
import culvert.bgp.rib.ExportPolicy;
import culvert.bgp.rib.ImportPolicy;
import culvert.bgp.rib.PeerKind;
import culvert.bgp.rib.PrefixList;
import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * A site of two tunnels and a router of its own. The peer in the first tunnel, aws-1, says what the
 * test wants; the one in the second must not notice, and the router hears what is passed on.
 */
final class Incident {
    static final String PREFIX = "10.1.0.0/16";
    static final String KEPT = "10.20.0.0/16";
    private static final long ROUTER_AS = 65_010;
    private static final BgpSessionSettings SESSION =
            BgpSessionSettings.withHoldTime(Duration.ofSeconds(30));

    final Site site = new Site();
    private final long other;
    private final long router;

    /** The connection to aws-1. */
    long peer;

    Incident() {
        other = site.establish(Site.tunnel("aws-2", 2));
        site.say(other, Site.announce("169.254.2.1", KEPT));
        site.configure(
                new BgpPeerSettings(
                        "router",
                        PeerKind.LAN,
                        (int) ROUTER_AS,
                        InetAddress.ofLiteral("192.168.10.2"),
                        List.of(InetAddress.ofLiteral("192.168.10.1")),
                        SESSION,
                        ImportPolicy.DEFAULT,
                        new ExportPolicy(
                                PrefixList.ALL,
                                1000,
                                9,
                                OptionalLong.empty(),
                                OptionalLong.empty(),
                                false)));
        router = site.connect("router", true);
        site.say(
                router,
                new Open((int) ROUTER_AS, 30, Site.LOWER_ID, capabilities((int) ROUTER_AS, true)),
                new Keepalive());
    }

    static List<Capability> capabilities(int asn, boolean fourOctetAs) {
        List<Capability> capabilities = new ArrayList<>();
        for (AddressFamily family : AddressFamily.values()) {
            capabilities.add(Capability.MultiProtocol.of(family));
        }
        capabilities.add(new Capability.RouteRefreshing());
        capabilities.add(new Capability.EnhancedRouteRefresh());
        capabilities.add(new Capability.ExtendedMessages());
        if (fourOctetAs) {
            capabilities.add(new Capability.FourOctetAs(asn));
        }
        return capabilities;
    }

    /**
     * The connection with aws-1, of which it has said nothing yet.
     *
     * @param internal it belongs to our own AS
     */
    void connect(boolean internal) {
        ImportPolicy any = ImportPolicy.DEFAULT;
        site.configure(
                new BgpPeerSettings(
                        "aws-1",
                        PeerKind.TUNNEL,
                        internal ? Site.AS : Site.PEER_AS,
                        InetAddress.ofLiteral("169.254.1.1"),
                        List.of(InetAddress.ofLiteral("169.254.1.2")),
                        SESSION,
                        new ImportPolicy(
                                any.accept(),
                                any.maximumPrefixes(),
                                any.weight(),
                                any.localPref(),
                                any.multiExitDisc(),
                                any.ownAsAllowed(),
                                any.enforceFirstAs(),
                                any.acceptAsSet(),
                                List.of(IpPrefix.parse("169.254.1.0/30"))),
                        ExportPolicy.DEFAULT));
        peer = site.connect("aws-1", true);
        site.heard(peer);
    }

    /** A session with aws-1 that has brought the prefix, so that it can be lost. */
    void establish(boolean internal, boolean fourOctetAs) {
        connect(internal);
        site.reads.put(peer, Site.reading(!internal, fourOctetAs));
        int asn = internal ? Site.AS : Site.PEER_AS;
        site.say(
                peer,
                new Open(asn, 30, Site.HIGHER_ID, capabilities(asn, fourOctetAs)),
                new Keepalive());
        String path = internal ? "00" : fourOctetAs ? "06 02 01 0000fc00" : "04 02 01 fc00";
        String preference = internal ? "40 05 04 00000064" : "";
        say(update("", "40 01 01 01 40 02 " + path + "40 03 04 a9fe0101" + preference, "100a01"));
        assertEquals("aws-1", site.fib.get(PREFIX));
        site.heard(peer);
        site.heard(router);
    }

    void say(byte[] octets) {
        site.give(new BgpInput.BytesReceived(peer, octets));
    }

    /** A message with a header that is in order. */
    static byte[] message(int type, String body) {
        byte[] octets = Octets.ofHex(body.replace(" ", "")).toByteArray();
        byte[] message = new byte[19 + octets.length];
        Arrays.fill(message, 0, 16, (byte) 0xFF);
        message[16] = (byte) (message.length >> 8);
        message[17] = (byte) message.length;
        message[18] = (byte) type;
        System.arraycopy(octets, 0, message, 19, octets.length);
        return message;
    }

    static byte[] update(String withdrawn, String attributes, String nlri) {
        String w = withdrawn.replace(" ", "");
        String a = attributes.replace(" ", "");
        return message(2, "%04x%s%04x%s%s".formatted(w.length() / 2, w, a.length() / 2, a, nlri));
    }

    /** The types of the attributes that the router was told with the prefix, apart from 1 to 3. */
    List<Integer> passedOn(String prefix) {
        Update told =
                site.heard(router).stream()
                        .filter(Update.class::isInstance)
                        .map(Update.class::cast)
                        .filter(u -> !u.reachable().isEmpty())
                        .toList()
                        .getLast();
        assertEquals(List.of(Nlri.parse(prefix)), told.reachable().getFirst().prefixes());
        assertEquals(PathAttribute.OriginCode.IGP, told.attributes().origin(), "not the old one");
        for (PathAttribute attribute : told.attributes().all()) {
            if (attribute instanceof PathAttribute.Opaque opaque) {
                assertTrue(opaque.partial(), "RFC 4271 5: who does not know it says so");
            }
        }
        lastPathLength = told.attributes().asPath().length();
        return told.attributes().all().stream()
                .map(PathAttribute::typeCode)
                .filter(type -> type > 3)
                .toList();
    }

    /** How long the path was that {@link #passedOn} saw: our AS is in it ten times. */
    int lastPathLength;

    /**
     * What came of it: {@code taken}, with the types of further attributes that are passed on,
     * {@code withdrawn}, {@code unchanged}, {@code closed} without a word, or the codes of our
     * NOTIFICATION.
     */
    String outcome() {
        List<BgpMessage> heard = site.heard(peer);
        List<Notification> said =
                heard.stream()
                        .filter(Notification.class::isInstance)
                        .map(Notification.class::cast)
                        .toList();
        if (!said.isEmpty()) {
            assertEquals(1, said.size());
            assertTrue(site.closed.contains(peer));
            assertEquals(null, site.fib.get(PREFIX));
            return said.getFirst().code() + "/" + said.getFirst().subcode();
        }
        if (site.closed.contains(peer)) {
            return "closed";
        }
        if (site.fib.get(PREFIX) == null) {
            return "withdrawn";
        }
        boolean changed =
                site.sent.getOrDefault(router, List.of()).stream()
                        .anyMatch(Update.class::isInstance);
        if (!changed) {
            return "unchanged";
        }
        List<Integer> types = passedOn(PREFIX);
        return types.isEmpty() ? "taken" : "taken " + types;
    }

    /** The session in the other tunnel is there, as are its routes, and it is listened to. */
    void assertOtherDidNotNotice() {
        assertEquals(BgpState.ESTABLISHED, site.state("aws-2"));
        assertFalse(site.closed.contains(other));
        assertEquals(1, site.status("aws-2").timesEstablished());
        assertEquals("aws-2", site.fib.get(KEPT));
        site.say(other, Site.announce("169.254.2.1", "10.21.0.0/16"));
        assertEquals("aws-2", site.fib.get("10.21.0.0/16"));
    }

    /** The other two live, while time goes by. */
    void keepOthersAlive() {
        site.say(other, new Keepalive());
        site.say(router, new Keepalive());
    }

    /** As {@link MessageEncoder} writes it. */
    void say(BgpMessage message) {
        say(MessageEncoder.encode(message, Negotiated.NOTHING));
    }
}
