package culvert.bgp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.bgp.message.AddressFamily;
import culvert.bgp.message.AsPath;
import culvert.bgp.message.BgpMessage;
import culvert.bgp.message.Capability;
import culvert.bgp.message.Cease;
import culvert.bgp.message.EndOfRib;
import culvert.bgp.message.Keepalive;
import culvert.bgp.message.Nlri;
import culvert.bgp.message.Notification;
import culvert.bgp.message.Octets;
import culvert.bgp.message.Open;
import culvert.bgp.message.RouteRefresh;
import culvert.bgp.message.Update;
import culvert.bgp.rib.ExportPolicy;
import culvert.bgp.rib.ImportPolicy;
import culvert.bgp.rib.PeerKind;
import culvert.model.IpPrefix;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Scenarios of one speaker with peers that the test plays. */
class BgpSpeakerTest {
    private static final Nlri OWN = Nlri.parse("192.168.10.0/24");
    private final Site site = new Site();

    @Test
    void offersEverythingInItsOpen() {
        site.configure(Site.tunnel("aws-1", 1));
        Open open = (Open) site.heard(site.connect("aws-1", false)).getFirst();
        assertEquals(Site.AS, open.asn());
        assertEquals(30, open.holdTimeSeconds());
        assertTrue(open.offers(AddressFamily.IPV4_UNICAST));
        assertTrue(open.offers(AddressFamily.IPV6_UNICAST));
        for (Class<? extends Capability> kind :
                List.of(
                        Capability.RouteRefreshing.class,
                        Capability.EnhancedRouteRefresh.class,
                        Capability.ExtendedMessages.class,
                        Capability.FourOctetAs.class,
                        Capability.GracefulRestart.class)) {
            assertTrue(open.has(kind), kind.getSimpleName());
        }
    }

    @Test
    void exchangesRoutes() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        List<BgpMessage> first = site.heard(id);
        Update own = (Update) first.get(2);
        assertEquals(List.of(OWN), own.reachable().getFirst().prefixes());
        assertEquals(InetAddress.ofLiteral("169.254.1.2"), own.reachable().getFirst().nextHop());
        assertEquals(AsPath.sequence(Site.AS), own.attributes().asPath());
        assertEquals(new EndOfRib(AddressFamily.IPV4_UNICAST), first.get(3));

        site.say(id, Site.announce("169.254.1.1", "10.1.0.0/16", "10.2.0.0/16"));
        assertEquals("{10.1.0.0/16=aws-1, 10.2.0.0/16=aws-1}", site.fib.toString());
        site.say(id, Site.withdraw("10.1.0.0/16"));
        assertEquals("{10.2.0.0/16=aws-1}", site.fib.toString());
        BgpPeerStatus status = site.status("aws-1");
        assertEquals(1, status.received());
        assertEquals(1, status.accepted());
        assertEquals(1, status.advertised());
        assertEquals(1, status.timesEstablished());
    }

    @Test
    void failsOverBetweenTunnels() {
        long one = site.establish(Site.tunnel("aws-1", 1));
        long two = site.establish(Site.tunnel("aws-2", 2));
        site.say(one, Site.announce("169.254.1.1", "10.1.0.0/16"));
        site.say(two, Site.announce("169.254.2.1", "10.1.0.0/16"));
        assertEquals("{10.1.0.0/16=aws-1}", site.fib.toString());
        site.give(new BgpInput.PeerDisabled("aws-1", Cease.ADMINISTRATIVE_SHUTDOWN, "tunnel down"));
        assertEquals("{10.1.0.0/16=aws-2}", site.fib.toString());
        assertEquals(
                "Cease: administrative shutdown (\"tunnel down\")",
                site.notifications(one).getFirst().describe());
        assertEquals("aws-1 Idle: tunnel down", site.states.getLast());
    }

    @Test
    void sharesPacketsAmongTunnels() {
        Site both =
                new Site(
                        new BgpSpeakerSettings(
                                Site.AS, Site.ID, List.of(), List.of(), 4, false, false));
        long one = both.establish(Site.tunnel("aws-1", 1));
        long two = both.establish(Site.tunnel("aws-2", 2));
        both.say(one, Site.announce("169.254.1.1", "10.1.0.0/16"));
        both.say(two, Site.announce("169.254.2.1", "10.1.0.0/16"));
        assertEquals("{10.1.0.0/16=aws-1+aws-2}", both.fib.toString());
        both.give(new BgpInput.TcpClosed(one, "reset"));
        assertEquals("{10.1.0.0/16=aws-2}", both.fib.toString());
    }

    @Test
    void showsWhyRoutesAreRejected() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        site.say(
                id,
                Site.announce("169.254.1.1", "198.18.0.0/24", "10.1.0.0/16"),
                Site.announce(
                        AsPath.sequence(Site.PEER_AS, Site.AS), "169.254.1.1", "10.2.0.0/16"));
        List<String> rows =
                site.speaker.routes().stream()
                        .map(r -> r.kind() + " " + r.prefix() + " " + r.peer() + " " + r.reason())
                        .map(String::strip)
                        .toList();
        assertEquals(
                List.of(
                        "CHOSEN 10.1.0.0/16 aws-1",
                        "REJECTED 10.2.0.0/16 aws-1 AS_PATH contains our own AS 65000",
                        "CHOSEN 192.168.10.0/24",
                        "ADVERTISED 192.168.10.0/24 aws-1",
                        "REJECTED 198.18.0.0/24 aws-1 covers our outside address (198.18.0.1/32)"),
                rows);
        assertEquals("{10.1.0.0/16=aws-1}", site.fib.toString());
        assertEquals(3, site.status("aws-1").received());
        assertEquals(1, site.status("aws-1").accepted());
    }

    @Test
    void malformedUpdateWithdrawsAndKeepsTheSession() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        site.say(id, Site.announce("169.254.1.1", "10.1.0.0/16"));
        // The same prefix with a MED of three octets.
        String attributes =
                "40010100" + "4002060201" + "0000fc00" + "400304a9fe0101" + "800403000001";
        byte[] body =
                Octets.ofHex(
                                "0000"
                                        + "%04x".formatted(attributes.length() / 2)
                                        + attributes
                                        + "100a01")
                        .toByteArray();
        byte[] message = new byte[19 + body.length];
        Arrays.fill(message, 0, 16, (byte) 0xFF);
        message[17] = (byte) message.length;
        message[18] = 2;
        System.arraycopy(body, 0, message, 19, body.length);
        site.give(new BgpInput.BytesReceived(id, message));
        assertEquals("{}", site.fib.toString());
        assertEquals(BgpState.ESTABLISHED, site.state("aws-1"));
        assertEquals(
                "MULTI_EXIT_DISC has a wrong length (TREAT_AS_WITHDRAW); 1 UPDATEs were malformed"
                        + " so far",
                site.events.getLast().text());
    }

    @Test
    void endsTheSessionForWhatCannotBeTolerated() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        site.heard(id);
        site.give(
                new BgpInput.BytesReceived(
                        id, "GET / HTTP/1.1".getBytes(StandardCharsets.US_ASCII)));
        assertEquals(List.of(Notification.of(1, 1)), site.notifications(id));
        assertEquals(BgpState.IDLE, site.state("aws-1"));
    }

    @Test
    void countsMessagesAcrossSessions() {
        site.configure(Site.tunnel("aws-1", 1));
        assertEquals(
                "OPEN 0/0, UPDATE 0/0, NOTIFICATION 0/0, KEEPALIVE 0/0, ROUTE-REFRESH 0/0",
                messages());
        long id = site.establish("aws-1", Site.MODERN);
        site.say(
                id,
                Site.announce("169.254.1.1", "10.1.0.0/16"),
                RouteRefresh.of(AddressFamily.IPV4_UNICAST, RouteRefresh.REQUEST),
                Notification.cease(Cease.ADMINISTRATIVE_RESET));
        // Our prefix, End-of-RIB, our prefix again between two marks.
        assertEquals(
                "OPEN 1/1, UPDATE 1/3, NOTIFICATION 1/0, KEEPALIVE 1/1, ROUTE-REFRESH 1/2",
                messages());
        site.advance(Duration.ofSeconds(2));
        long again = site.establish("aws-1", Site.MODERN);
        site.give(new BgpInput.BytesReceived(again, new byte[19]));
        assertEquals(
                "OPEN 2/2, UPDATE 1/5, NOTIFICATION 1/1, KEEPALIVE 2/2, ROUTE-REFRESH 1/2",
                messages());
    }

    /** Received and sent of each type. */
    private String messages() {
        return site.status("aws-1").messages().stream()
                .map(m -> "%s %d/%d".formatted(m.type(), m.received(), m.sent()))
                .collect(Collectors.joining(", "));
    }

    @Test
    void changesOfTheSessionBeginItAnew() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        site.heard(id);
        site.give(
                new BgpInput.PeerConfigured(
                        Site.tunnel(
                                "aws-1",
                                1,
                                BgpSessionSettings.withHoldTime(Duration.ofSeconds(9)))));
        assertEquals(
                List.of(Notification.cease(Cease.CONFIGURATION_CHANGE)), site.notifications(id));
        assertEquals(BgpState.CONNECT, site.state("aws-1"));
        Open open = (Open) site.heard(site.connect("aws-1", false)).getFirst();
        assertEquals(9, open.holdTimeSeconds());
    }

    @Test
    void removedPeerLeavesNothingBehind() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        site.say(id, Site.announce("169.254.1.1", "10.1.0.0/16"));
        site.give(new BgpInput.PeerRemoved("aws-1"));
        assertEquals(List.of(Notification.cease(Cease.PEER_DECONFIGURED)), site.notifications(id));
        assertEquals("{}", site.fib.toString());
        assertEquals(List.of(), site.speaker.peers(site.nowNanos));
        assertEquals(Long.MAX_VALUE, site.speaker.nextDeadlineNanos());
        site.give(new BgpInput.PeerEnabled("aws-1"));
        site.give(new BgpInput.TcpClosed(id, "late"));
    }

    @Test
    void passesRoutesOfTunnelsToRoutersOfTheSite() {
        long tunnel = site.establish(Site.tunnel("aws-1", 1));
        site.say(tunnel, Site.announce("169.254.1.1", "10.1.0.0/16"));
        BgpPeerSettings core =
                new BgpPeerSettings(
                        "core",
                        PeerKind.LAN,
                        Site.AS,
                        InetAddress.ofLiteral("192.168.10.2"),
                        List.of(InetAddress.ofLiteral("192.168.10.1")),
                        BgpSessionSettings.withHoldTime(Duration.ofSeconds(30)),
                        ImportPolicy.DEFAULT,
                        ExportPolicy.DEFAULT);
        site.configure(core);
        site.readsAsInternal = true;
        long lan = site.connect("core", true);
        List<Capability> capabilities =
                List.of(
                        Capability.MultiProtocol.of(AddressFamily.IPV4_UNICAST),
                        new Capability.FourOctetAs(Site.AS));
        site.say(lan, new Open(Site.AS, 30, Site.HIGHER_ID, capabilities), new Keepalive());
        List<Update> updates =
                site.heard(lan).stream()
                        .filter(Update.class::isInstance)
                        .map(Update.class::cast)
                        .toList();
        assertEquals(2, updates.size());
        Update passed =
                updates.stream()
                        .filter(u -> !u.reachable().getFirst().prefixes().contains(OWN))
                        .findFirst()
                        .orElseThrow();
        assertEquals(AsPath.sequence(Site.PEER_AS), passed.attributes().asPath());
        assertEquals(
                InetAddress.ofLiteral("192.168.10.1"),
                passed.reachable().getFirst().nextHop(),
                "a tunnel's address means nothing to the site");
    }

    @Test
    void answersARefreshBetweenMarks() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        site.heard(id);
        site.say(id, RouteRefresh.of(AddressFamily.IPV4_UNICAST, RouteRefresh.REQUEST));
        List<BgpMessage> answer = site.heard(id);
        assertEquals(RouteRefresh.of(AddressFamily.IPV4_UNICAST, 1), answer.getFirst());
        assertEquals(List.of(OWN), ((Update) answer.get(1)).reachable().getFirst().prefixes());
        assertEquals(RouteRefresh.of(AddressFamily.IPV4_UNICAST, 2), answer.getLast());
        site.say(id, new RouteRefresh(25, 70, 0), new RouteRefresh(1, 1, 9));
        assertEquals(List.of(), site.heard(id));
    }

    @Test
    void dropsWhatAnEnhancedRefreshDoesNotRepeat() {
        long id = site.establish(Site.tunnel("aws-1", 1));
        site.say(id, Site.announce("169.254.1.1", "10.1.0.0/16", "10.2.0.0/16"));
        site.heard(id);
        site.give(new BgpInput.RefreshRequested("aws-1"));
        assertEquals(List.of(RouteRefresh.of(AddressFamily.IPV4_UNICAST, 0)), site.heard(id));
        site.say(
                id,
                RouteRefresh.of(AddressFamily.IPV4_UNICAST, RouteRefresh.BEGIN_OF_ROUTE_REFRESH),
                Site.announce("169.254.1.1", "10.1.0.0/16"));
        assertEquals(2, site.fib.size());
        site.say(
                id, RouteRefresh.of(AddressFamily.IPV4_UNICAST, RouteRefresh.END_OF_ROUTE_REFRESH));
        assertEquals("{10.1.0.0/16=aws-1}", site.fib.toString());
    }

    @Test
    void refusesOpensThatDoNotFit() {
        record Case(Open open, Notification answer) {}
        List<Capability> onlyIpv6 =
                List.of(new Capability.MultiProtocol(25, 70), new Capability.FourOctetAs(64512));
        List<Case> cases =
                List.of(
                        new Case(new Open(64513, 30, 1, List.of()), Notification.of(2, 2)),
                        new Case(
                                Site.open(1, 30, onlyIpv6),
                                new Notification(2, 7, Octets.ofHex("010400010001"))));
        for (Case c : cases) {
            Site fresh = new Site();
            fresh.configure(Site.tunnel("aws-1", 1));
            long id = fresh.connect("aws-1", false);
            fresh.say(id, c.open());
            assertEquals(List.of(c.answer()), fresh.notifications(id));
            assertEquals(BgpState.IDLE, fresh.state("aws-1"));
        }
    }

    @Test
    void reportsReasonsThatPeopleUnderstand() {
        site.configure(Site.tunnel("aws-1", 1));
        long id = site.connect("aws-1", false);
        site.say(id, new Open(64513, 30, 1, List.of()));
        assertEquals(
                "the peer is AS 64513, AS 64512 is configured; trying again after 1 s",
                site.status("aws-1").reason());
        assertEquals(
                "sent: OPEN message error: bad peer AS", site.status("aws-1").lastNotification());
    }

    @Test
    void speaksWithAPeerThatKnowsTwoOctetAsNumbersOnly() {
        Site big =
                new Site(
                        BgpSpeakerSettings.of(
                                4_200_000,
                                Site.ID,
                                List.of(IpPrefix.parse("192.168.10.0/24")),
                                List.of()));
        big.readsTwoOctetAs = true;
        big.configure(Site.tunnel("aws-1", 1));
        long id = big.connect("aws-1", true);
        big.say(id, new Open(Site.PEER_AS, 30, Site.LOWER_ID, List.of()), new Keepalive());
        assertEquals(BgpState.ESTABLISHED, big.state("aws-1"));
        Update own = (Update) big.heard(id).get(2);
        assertEquals(AsPath.sequence(4_200_000), own.attributes().asPath(), "from AS4_PATH");
    }

    @Test
    void sameInputsGiveTheSameActions() {
        List<String> transcripts = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            Site again = new Site();
            long id = again.establish(Site.tunnel("aws-1", 1));
            again.say(id, Site.announce("169.254.1.1", prefixes(50)));
            again.advance(Duration.ofMinutes(3));
            transcripts.add(again.states + " " + again.events + " " + again.sent);
        }
        assertEquals(transcripts.getFirst(), transcripts.getLast());
    }

    private static String[] prefixes(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "10." + i + ".0.0/16")
                .toArray(String[]::new);
    }
}
