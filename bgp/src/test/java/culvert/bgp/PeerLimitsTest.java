package culvert.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.BgpMessage;
import culvert.bgp.message.Nlri;
import culvert.bgp.message.Notification;
import culvert.bgp.message.Update;
import culvert.bgp.rib.ExportPolicy;
import culvert.bgp.rib.ImportPolicy;
import culvert.bgp.rib.PrefixList;
import culvert.bgp.rib.ProtectedPrefix;
import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Limits on what is taken and announced, and policy that changes under a session. */
class PeerLimitsTest {
    private static final Nlri OWN = Nlri.parse("192.168.10.0/24");
    private final Site site = new Site();

    @Test
    void endsTheSessionWhenThePeerSendsTooMuch() {
        ImportPolicy ten = ImportPolicy.accepting(PrefixList.ALL, 10);
        long id = site.establish(Site.with(Site.tunnel("aws-1", 1), ten, ExportPolicy.DEFAULT));
        site.heard(id);
        site.say(id, Site.announce("169.254.1.1", prefixes(7)));
        assertEquals(false, site.reported(BgpEvent.Kind.MAXIMUM_PREFIXES_NEAR));
        site.say(id, Site.announce("169.254.1.1", prefixes(10)));
        assertEquals(true, site.reported(BgpEvent.Kind.MAXIMUM_PREFIXES_NEAR));
        assertEquals(10, site.fib.size());
        site.say(id, Site.announce("169.254.1.1", prefixes(11)));
        assertEquals(
                List.of(Notification.maximumPrefixes(AddressFamily.IPV4_UNICAST, 10)),
                site.notifications(id));
        assertEquals(0, site.fib.size());
        assertEquals(true, site.reported(BgpEvent.Kind.MAXIMUM_PREFIXES_EXCEEDED));
        // What was under way with it is not acted on.
        site.say(id, Site.announce("169.254.1.1", "10.99.0.0/16"));
        assertEquals(0, site.fib.size());
    }

    @Test
    void neverAnnouncesMoreThanThePeerTakes() {
        ExportPolicy five = ExportPolicy.advertising(PrefixList.ALL, 5);
        long id = site.establish(Site.with(Site.tunnel("aws-1", 1), ImportPolicy.DEFAULT, five));
        site.heard(id);
        site.give(new BgpInput.OriginateChanged(own(4)));
        assertEquals(true, site.reported(BgpEvent.Kind.ADVERTISE_LIMIT_NEAR));
        assertEquals(false, site.reported(BgpEvent.Kind.ADVERTISE_LIMIT_REACHED));
        site.give(new BgpInput.OriginateChanged(own(8)));
        assertEquals(true, site.reported(BgpEvent.Kind.ADVERTISE_LIMIT_REACHED));
        assertEquals(5, site.status("aws-1").advertised());
        assertEquals(3, site.status("aws-1").heldBack());
        assertEquals(
                3,
                site.speaker.routes().stream()
                        .filter(r -> r.kind() == RouteRow.Kind.HELD_BACK)
                        .filter(r -> r.reason().equals("the peer takes at most 5 prefixes"))
                        .count());
    }

    @Test
    void newlyProtectedAddressesTakeRoutesAway() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        site.say(id, Site.announce("169.254.1.1", "10.1.0.0/16", "10.2.0.0/16"));
        InetAddress peer = InetAddress.ofLiteral("10.1.2.3");
        site.give(
                new BgpInput.ProtectedPrefixesChanged(
                        List.of(ProtectedPrefix.of(peer, "the peer of aws-2"))));
        assertEquals("{10.2.0.0/16=aws-1}", site.fib.toString());
        long two = site.establish(Site.tunnel("aws-2", 2));
        site.say(two, Site.announce("169.254.2.1", "10.1.0.0/16"));
        assertEquals("{10.2.0.0/16=aws-1}", site.fib.toString());
        site.give(new BgpInput.ProtectedPrefixesChanged(List.of()));
        assertEquals(2, site.fib.size());
    }

    @Test
    void changesOfPolicyKeepTheSession() {
        BgpPeerSettings peer = Site.tunnel("aws-1", 1);
        long id = site.establish(peer);
        site.say(id, Site.announce("169.254.1.1", "10.1.0.0/16", "172.16.0.0/16"));
        site.heard(id);
        ImportPolicy onlyTen =
                ImportPolicy.accepting(
                        PrefixList.orLonger(List.of(IpPrefix.parse("10.0.0.0/8"))), 100);
        ExportPolicy withDefault =
                new ExportPolicy(
                        PrefixList.NONE, 10, 0, OptionalLong.empty(), OptionalLong.empty(), true);
        site.give(new BgpInput.PeerConfigured(Site.with(peer, onlyTen, withDefault)));
        assertEquals("{10.1.0.0/16=aws-1}", site.fib.toString());
        List<BgpMessage> told = site.heard(id);
        assertEquals(List.of(OWN), ((Update) told.getFirst()).withdrawn());
        assertEquals(
                List.of(Nlri.parse("0.0.0.0/0")),
                ((Update) told.getLast()).reachable().getFirst().prefixes());
        site.give(new BgpInput.PeerConfigured(peer));
        assertEquals(2, site.fib.size());
        assertEquals(1, site.status("aws-1").timesEstablished());
    }

    private static String[] prefixes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "10." + i + ".0.0/16")
                .toArray(String[]::new);
    }

    private static List<IpPrefix> own(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> IpPrefix.parse("192.168." + i + ".0/24"))
                .toList();
    }
}
