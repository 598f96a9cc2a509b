package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.certificate.OwnCertificate;
import culvert.ike.certificate.TestCertificate;
import culvert.ike.certificate.TrustAnchors;
import culvert.ike.message.DecodeResult;
import culvert.ike.message.IkeMessage;
import culvert.ike.message.MessageDecoder;
import culvert.ike.message.MessageEncoder;
import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tunnels between two of us that authenticate by certificate. */
class CertificateAuthenticationTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String EAST_NAME = "O=Lab,CN=east";
    private static final String WEST_NAME = "O=Lab,CN=west";
    private static final TestCertificate ROOT = TestCertificate.root("CN=Root").make();
    private static final TestCertificate MIDDLE = ROOT.issue("CN=Middle").authority().make();
    private static final TestCertificate EAST = ROOT.issue(EAST_NAME).make();
    private static final TestCertificate WEST = MIDDLE.issue(WEST_NAME).dnsName("west.lab").make();

    private static Credentials by(OwnCertificate own, TrustAnchors trust) {
        return new Credentials.Certificates(own, trust);
    }

    private static Settings east() {
        return Settings.east()
                .credentials(by(EAST.own(), ROOT.trusted()))
                .localIdentity(EAST_NAME)
                .peerIdentity(WEST_NAME);
    }

    private static Settings west() {
        return Settings.west()
                .respond()
                .credentials(by(WEST.own(MIDDLE), ROOT.trusted()))
                .localIdentity(WEST_NAME)
                .peerIdentity(EAST_NAME);
    }

    private static SimulatedNetwork network(Settings east, Settings west) {
        SimulatedNetwork network = new SimulatedNetwork(east.build(), west.build(), 5);
        network.up();
        return network;
    }

    private static SimulatedNetwork up(Settings east, Settings west) {
        SimulatedNetwork network = network(east, west);
        network.runUntil(Agreement::isOneOfEach, SOON);
        Agreement.assertOneOfEach(network);
        return network;
    }

    private static void refused(
            Settings east, Settings west, boolean byWest, String text, String peerSaid) {
        SimulatedNetwork network = network(east, west);
        network.runFor(Duration.ofSeconds(1));
        SimulatedGateway refuser = byWest ? network.west() : network.east();
        assertFalse(network.bothUp());
        assertTrue(network.east().inbound().isEmpty() && network.west().inbound().isEmpty());
        IkeEvent event =
                refuser.events().stream()
                        .filter(e -> e.severity() == IkeEvent.Severity.WARNING)
                        .findFirst()
                        .orElseThrow();
        assertTrue(event.text().contains(text), event::toString);
        assertTrue(event.peerSaid().orElse("").contains(peerSaid), event::toString);
        assertEquals(1, refuser.count(IkeCounter.AUTHENTICATION_FAILURES));
        assertEquals(0, refuser.count(IkeCounter.INTERNAL_ERRORS));
    }

    @Test
    void bothProveTheirSubjects() {
        // IKE_SA_INIT {SA, KE, N, N(SIGNATURE_HASH_ALGORITHMS)} -->
        //                          <-- {SA, KE, N, CERTREQ, N(SIGNATURE_HASH_ALGORITHMS)}
        // IKE_AUTH {IDi, CERT, CERTREQ, IDr, AUTH, SA, TSi, TSr} -->
        //                                   <-- {IDr, CERT, CERT, AUTH, SA, TSi, TSr}
        SimulatedNetwork network = up(east(), west());

        assertEquals(0, network.east().count(IkeCounter.INTERNAL_ERRORS));
        IkeMessage answer = init(network.sent().get(1));
        assertTrue(answer.notify(NotifyType.SIGNATURE_HASH_ALGORITHMS).isPresent());
    }

    @Test
    void statusNamesTheCertificatesAndTheirEnds() {
        long end = TestCertificate.NOW + Duration.ofDays(365).toSeconds();
        SimulatedNetwork network = network(east(), west());
        assertEquals(
                List.of(
                        new CertificateStatus(
                                CertificateStatus.Whose.OURS, EAST_NAME, "CN=Root", end),
                        new CertificateStatus(
                                CertificateStatus.Whose.AUTHORITY, "CN=Root", "CN=Root", end)),
                network.east().status(network.nowNanos()).certificates());
        network.runUntil(Agreement::isOneOfEach, SOON);
        assertEquals(
                new CertificateStatus(CertificateStatus.Whose.PEER, WEST_NAME, "CN=Middle", end),
                network.east().status(network.nowNanos()).certificates().get(1));
        assertEquals(
                new CertificateStatus(CertificateStatus.Whose.PEER, EAST_NAME, "CN=Root", end),
                network.west().status(network.nowNanos()).certificates().get(1));
    }

    private static IkeMessage init(IkeAction.Transmit transmit) {
        return ((DecodeResult.Ok) MessageDecoder.decode(transmit.message())).message();
    }

    @ParameterizedTest
    @CsvSource({
        "secp256r1, secp384r1",
        "secp521r1, 2048",
        "2048, secp256r1",
    })
    void everyKindOfKeyWorks(String eastKind, String westKind) {
        TestCertificate east = ROOT.issue(EAST_NAME).key(eastKind).make();
        TestCertificate west = ROOT.issue(WEST_NAME).key(westKind).make();
        up(
                east().credentials(by(east.own(), ROOT.trusted())),
                west().credentials(by(west.own(), ROOT.trusted())));
    }

    @Test
    void rsaMayBePadded2Ways() {
        TestCertificate east = ROOT.issue(EAST_NAME).key(TestCertificate.RSA_2048).make();
        up(
                east().credentials(
                                by(
                                        new OwnCertificate(
                                                List.of(east.certificate()),
                                                east.signingKey(),
                                                OwnCertificate.RsaPadding.PSS),
                                        ROOT.trusted())),
                west());
    }

    /** The notifies of RFC 7427 taken out, as if one end were older. */
    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "2048"})
    void peersWithoutRfc7427Work(String kind) {
        TestCertificate east = ROOT.issue(EAST_NAME).key(kind).make();
        SimulatedNetwork network =
                new SimulatedNetwork(
                        east().credentials(by(east.own(), ROOT.trusted())).build(),
                        west().build(),
                        5);
        network.rewrite(CertificateAuthenticationTest::withoutHashes);
        network.up();
        network.runFor(Duration.ofSeconds(1));
        // The octets that are signed are others now: only that each end chose the old method shows.
        IkeEvent event = network.west().events().getFirst();
        assertTrue(event.text().contains("not by the key"), event::toString);
    }

    private static IkeAction.Transmit withoutHashes(IkeAction.Transmit transmit) {
        if (!(MessageDecoder.decode(transmit.message()) instanceof DecodeResult.Ok ok)) {
            return transmit;
        }
        return new IkeAction.Transmit(
                transmit.local(),
                transmit.remote(),
                MessageEncoder.encode(
                        ok.message().header(),
                        ok.message().payloads().stream()
                                .filter(
                                        p ->
                                                !(p instanceof NotifyPayload n
                                                        && n.notifyType()
                                                                == NotifyType
                                                                        .SIGNATURE_HASH_ALGORITHMS))
                                .toList()));
    }

    @Test
    void alternativeNameIsAnIdentityToo() {
        up(east().peerIdentity("west.lab"), west().localIdentity("west.lab"));
    }

    @Test
    void subjectMayBeWrittenInAnyCaseAndOrder() {
        up(east().peerIdentity("cn=WEST, o=lab"), west().peerIdentity("cn=EAST,o=Lab"));
    }

    @Test
    void largeChainsTravelInFragments() {
        TestCertificate rsaRoot =
                TestCertificate.root("CN=RSA root").key(TestCertificate.RSA_2048).make();
        TestCertificate middle =
                rsaRoot.issue("CN=RSA middle").authority().key(TestCertificate.RSA_2048).make();
        TestCertificate low =
                middle.issue("CN=RSA low").authority().key(TestCertificate.RSA_2048).make();
        TestCertificate west = low.issue(WEST_NAME).key(TestCertificate.RSA_2048).make();
        SimulatedNetwork network =
                up(
                        east().credentials(by(EAST.own(), rsaRoot.trusted())),
                        west().credentials(by(west.own(middle, low, rsaRoot), ROOT.trusted())));

        assertTrue(network.sent().stream().allMatch(t -> t.message().length <= 1280));
        assertTrue(network.sent().size() > 4, "IKE_AUTH's response is more than one datagram");
    }

    @Test
    void otherIdentityThanTheCertificates() {
        refused(
                east().localIdentity("CN=somebody"),
                west().peerIdentity("CN=somebody"),
                true,
                "says that it is CN=somebody, which its certificate does not prove",
                "certificate for O=Lab,CN=east");
    }

    @Test
    void otherIdentityThanExpected() {
        refused(
                east().peerIdentity("O=Lab,CN=north"),
                west().peerIdentity(EAST_NAME),
                true,
                "names identities that are not ours",
                "O=Lab,CN=north");
    }

    @Test
    void wrongAuthority() {
        TestCertificate other = TestCertificate.root("CN=Other root").make();
        refused(
                east().credentials(by(other.issue(EAST_NAME).make().own(), ROOT.trusted())),
                west(),
                true,
                "nobody whom we trust issued the certificate of O=Lab,CN=east",
                "issued by CN=Other root, valid until 2028-01-15 08:00 UTC");
    }

    @Test
    void initiatorRefusesToo() {
        TestCertificate other = TestCertificate.root("CN=Other root").make();
        refused(
                east().credentials(by(EAST.own(), other.trusted())),
                west(),
                false,
                "its certificates lead to CN=Root, whom we do not trust",
                "certificate of O=Lab,CN=west");
    }

    @Test
    void peerThatRefusesUsIsQuoted() {
        TestCertificate other = TestCertificate.root("CN=Other root").make();
        SimulatedNetwork network =
                network(
                        east().credentials(by(other.issue(EAST_NAME).make().own(), ROOT.trusted())),
                        west());
        network.runFor(Duration.ofSeconds(1));

        String reason = network.east().status(network.nowNanos()).reason().orElseThrow();
        assertTrue(reason.contains("refused our identity or certificate"), reason);
        assertTrue(reason.contains("issued by CN=Other root"), reason);
    }

    @Test
    void keyOfAnotherCertificate() {
        TestCertificate thief = ROOT.issue("CN=thief").make();
        refused(
                east().credentials(
                                by(
                                        new OwnCertificate(
                                                List.of(EAST.certificate()),
                                                thief.signingKey(),
                                                OwnCertificate.RsaPadding.PKCS1),
                                        ROOT.trusted())),
                west(),
                true,
                "not by the key of its certificate",
                "certificate of O=Lab,CN=east");
    }

    @Test
    void preSharedKeyAgainstCertificate() {
        refused(east().preSharedKey("key"), west(), true, "by certificate", "a pre-shared key");
        refused(east(), west().preSharedKey("key"), true, "by pre-shared key", "method");
    }

    @Test
    void expiryOfThePeersCertificateIsFoundAtTheNextAuthentication() {
        TestCertificate brief =
                ROOT.issue(EAST_NAME)
                        .valid(TestCertificate.NOW - 60, TestCertificate.NOW + 3600)
                        .make();
        SimulatedNetwork network = up(east().credentials(by(brief.own(), ROOT.trusted())), west());
        network.runFor(Duration.ofHours(2));
        assertTrue(network.bothUp(), "rekeys need no certificate");

        network.input(network.east(), new IkeInput.TunnelDown(Settings.TUNNEL));
        network.runFor(SOON);
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        network.runFor(SOON);
        assertTrue(network.west().log().contains("O=Lab,CN=east expired on"), network.west().log());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void renewalDropsNoPacket(boolean reauthenticate) {
        // Old and new certificate have the same subject and authority, as after a renewal.
        Settings east = east();
        SimulatedNetwork network = up(east, west());
        network.startTraffic();
        TestCertificate renewed = ROOT.issue(EAST_NAME).keyName("renewed").make();
        network.input(
                network.east(),
                new IkeInput.ReplaceCredentials(
                        Settings.TUNNEL,
                        by(renewed.own(), ROOT.trusted()),
                        east().build().localIdentity(),
                        east().build().peerIdentity(),
                        reauthenticate));
        east.build().credentials().close();
        network.runFor(Duration.ofSeconds(30));

        Agreement.assertOneOfEach(network);
        assertEquals(0, network.packetsLost());
        assertEquals(reauthenticate ? 2 : 1, network.west().count(IkeCounter.IKE_SAS_ESTABLISHED));
    }

    @Test
    void newAuthorityIsBelievedFromTheNextAuthenticationOn() {
        TestCertificate newRoot = TestCertificate.root("CN=New root").make();
        TestCertificate renewed = newRoot.issue(EAST_NAME).keyName("renewed").make();
        SimulatedNetwork network =
                network(east().credentials(by(renewed.own(), ROOT.trusted())), west());
        network.runFor(Duration.ofSeconds(5));
        assertFalse(network.bothUp());
        network.input(
                network.west(),
                new IkeInput.ReplaceCredentials(
                        Settings.TUNNEL,
                        by(WEST.own(MIDDLE), newRoot.trusted()),
                        west().build().localIdentity(),
                        west().build().peerIdentity(),
                        true));
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(90));
    }
}
