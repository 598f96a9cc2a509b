package culvert.ike;

import static culvert.ike.certificate.TestCertificate.NOW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.certificate.DistributionPoint;
import culvert.ike.certificate.OwnCertificate;
import culvert.ike.certificate.TestCertificate;
import culvert.ike.certificate.TrustAnchors;
import culvert.ike.certificate.TrustAnchors.Revocation;
import java.security.cert.X509CRL;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Revocation lists that are fetched for a tunnel: what is asked for, and what comes of it. */
class RevocationFetchTest {
    private static final Duration BRIEFLY = Duration.ofMillis(200);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final long DAY = Duration.ofDays(1).toSeconds();
    private static final String EAST_NAME = "O=Lab,CN=east";
    private static final String WEST_NAME = "O=Lab,CN=west";
    private static final String ROOT_LIST = "http://crl.example/root.crl";
    private static final String MIDDLE_LIST = "http://crl.example/middle.crl";
    private static final TestCertificate ROOT = TestCertificate.root("CN=Root").make();
    private static final TestCertificate MIDDLE =
            ROOT.issue("CN=Middle").authority().distributionPoints(ROOT_LIST).make();
    private static final TestCertificate EAST =
            ROOT.issue(EAST_NAME).distributionPoints(ROOT_LIST).make();
    private static final TestCertificate WEST =
            MIDDLE.issue(WEST_NAME).distributionPoints(MIDDLE_LIST).make();
    private static final TestCertificate WEST_BELOW_ROOT =
            ROOT.issue(WEST_NAME).keyName("below root").distributionPoints(ROOT_LIST).make();
    private static final DistributionPoint OF_ROOT =
            new DistributionPoint(ROOT_LIST, ROOT.certificate());
    private static final DistributionPoint OF_MIDDLE =
            new DistributionPoint(MIDDLE_LIST, MIDDLE.certificate());

    private static Settings east(Revocation revocation) {
        return Settings.east()
                .credentials(fetching(EAST.own(), ROOT, revocation))
                .localIdentity(EAST_NAME)
                .peerIdentity(WEST_NAME);
    }

    private static Credentials fetching(
            OwnCertificate own, TestCertificate root, Revocation revocation) {
        return new Credentials.Certificates(
                own, new TrustAnchors(List.of(root.certificate()), List.of(), true, revocation));
    }

    private static Settings west(OwnCertificate own) {
        return initiatingWest(own).respond();
    }

    private static Settings initiatingWest(OwnCertificate own) {
        return Settings.west()
                .credentials(new Credentials.Certificates(own, ROOT.trusted()))
                .localIdentity(WEST_NAME)
                .peerIdentity(EAST_NAME);
    }

    private static SimulatedNetwork network(Settings east, Settings west) {
        SimulatedNetwork network = new SimulatedNetwork(east.build(), west.build(), 5);
        network.up();
        return network;
    }

    /** What was asked for, each time that it changed. */
    private static List<Set<DistributionPoint>> asked(SimulatedGateway gateway) {
        return gateway.history().stream()
                .filter(IkeAction.FetchRevocationLists.class::isInstance)
                .map(action -> ((IkeAction.FetchRevocationLists) action).points())
                .toList();
    }

    private static void fetched(SimulatedNetwork network, DistributionPoint point, X509CRL list) {
        network.input(network.east(), new IkeInput.RevocationListFetched(point, list));
    }

    private static X509CRL empty(TestCertificate authority) throws Exception {
        return authority.revoking(NOW - 60, NOW + DAY);
    }

    @Test
    void strictPeerWaitsForItsListsAndNoLonger() throws Exception {
        // east: fetch root.crl, which is also that of our own certificate
        // IKE_AUTH -->  <-- {IDr, CERT, CERT, AUTH, ...}   east: fetch middle.crl as well
        // {N(AUTHENTICATION_FAILED), D} -->
        // east: both lists are here
        // IKE_SA_INIT, IKE_AUTH -->  <-- and it is up, before any back-off ends
        SimulatedNetwork network = network(east(Revocation.STRICT), west(WEST.own(MIDDLE)));
        assertEquals(List.of(Set.of(OF_ROOT)), asked(network.east()));
        network.runFor(BRIEFLY);

        assertFalse(network.bothUp());
        assertEquals(List.of(Set.of(OF_ROOT), Set.of(OF_ROOT, OF_MIDDLE)), asked(network.east()));
        String reason = network.east().status(network.nowNanos()).reason().orElseThrow();
        assertTrue(
                reason.contains("no current revocation list says whether O=Lab,CN=west"), reason);
        assertTrue(
                reason.contains(
                        "the revocation list of CN=Middle at " + MIDDLE_LIST + " is being fetched"),
                reason);

        fetched(network, OF_ROOT, empty(ROOT));
        network.runFor(BRIEFLY);
        assertFalse(network.bothUp(), "one is missing");
        assertEquals(1, network.east().status(network.nowNanos()).attempts());
        fetched(network, OF_MIDDLE, empty(MIDDLE));
        network.runUntil(Agreement::isOneOfEach, BRIEFLY);
        Agreement.assertOneOfEach(network);
        assertEquals(2, asked(network.east()).size(), "nothing else is asked for");
    }

    @Test
    void relaxedTunnelIsUpMeanwhileAndEndsWhenTheListRevokesItsPeer() throws Exception {
        // IKE_AUTH --> <-- up; east: fetch root.crl and middle.crl
        // east: middle.crl is here and names west
        // D -->                            east, west: no SA
        // IKE_SA_INIT, IKE_AUTH --> <--    {N(AUTHENTICATION_FAILED), D} -->  and so on, backing
        // off
        SimulatedNetwork network = network(east(Revocation.RELAXED), west(WEST.own(MIDDLE)));
        network.runUntil(Agreement::isOneOfEach, BRIEFLY);
        fetched(network, OF_ROOT, empty(ROOT));
        network.runFor(Duration.ofSeconds(5));
        Agreement.assertOneOfEach(network);
        assertEquals(1, network.west().count(IkeCounter.IKE_SAS_ESTABLISHED));

        fetched(network, OF_MIDDLE, MIDDLE.revoking(NOW - 60, NOW + DAY, WEST));
        network.runFor(BRIEFLY);
        assertTrue(network.east().inbound().isEmpty() && network.east().outbound().isEmpty());
        assertTrue(network.west().inbound().isEmpty() && network.west().outbound().isEmpty());
        IkeEvent event =
                network.east().events().stream()
                        .filter(e -> e.severity() == IkeEvent.Severity.WARNING)
                        .findFirst()
                        .orElseThrow();
        assertTrue(
                event.text()
                        .startsWith(
                                "peer 198.18.0.11: O=Lab,CN=west was revoked on 2027-01-15"
                                        + " 07:59 UTC, says a revocation list that has just come"),
                event::toString);
        network.runFor(Duration.ofMinutes(5));
        assertFalse(network.bothUp());
        String reason = network.east().status(network.nowNanos()).reason().orElseThrow();
        assertTrue(reason.contains("O=Lab,CN=west was revoked"), reason);
    }

    @Test
    void responderRefusesUntilItsListsAreHere() throws Exception {
        // IKE_AUTH {IDi, CERT, CERT, AUTH, ...} -->  east: fetch middle.crl as well
        //              <-- {N(AUTHENTICATION_FAILED)}
        // east: both lists are here;  west tries again in its own time
        SimulatedNetwork network =
                network(east(Revocation.STRICT).respond(), initiatingWest(WEST.own(MIDDLE)));
        network.runFor(BRIEFLY);
        assertFalse(network.bothUp());
        assertEquals(Set.of(OF_ROOT, OF_MIDDLE), asked(network.east()).getLast());
        fetched(network, OF_ROOT, empty(ROOT));
        fetched(network, OF_MIDDLE, empty(MIDDLE));
        network.runUntil(Agreement::isOneOfEach, SOON);
    }

    @Test
    void listsThatAreHereLetThePeerInAtOnce() throws Exception {
        SimulatedNetwork network = network(east(Revocation.STRICT), west(WEST_BELOW_ROOT.own()));
        fetched(network, OF_ROOT, empty(ROOT));
        network.runUntil(Agreement::isOneOfEach, BRIEFLY);
        assertEquals(0, network.east().count(IkeCounter.AUTHENTICATION_FAILURES));
    }

    @Test
    void revocationOfAnAuthorityEndsItToo() throws Exception {
        SimulatedNetwork network = network(east(Revocation.RELAXED), west(WEST.own(MIDDLE)));
        network.runUntil(Agreement::isOneOfEach, BRIEFLY);
        fetched(network, OF_ROOT, ROOT.revoking(NOW - 60, NOW + DAY, MIDDLE));
        network.runFor(BRIEFLY);
        assertFalse(network.bothUp());
        assertTrue(network.east().log().contains("CN=Middle was revoked"), network.east().log());
    }

    @Test
    void newerListLetsTheRenewedPeerIn() throws Exception {
        SimulatedNetwork network = network(east(Revocation.STRICT), west(WEST.own(MIDDLE)));
        fetched(network, OF_ROOT, empty(ROOT));
        network.runFor(BRIEFLY);
        fetched(network, OF_MIDDLE, MIDDLE.revoking(NOW - 60, NOW + DAY, WEST));
        network.runFor(SOON);
        assertFalse(network.bothUp());

        TestCertificate renewed =
                MIDDLE.issue(WEST_NAME).keyName("renewed").distributionPoints(MIDDLE_LIST).make();
        network.input(
                network.west(),
                new IkeInput.ReplaceCredentials(
                        Settings.TUNNEL,
                        west(renewed.own(MIDDLE)).build().credentials(),
                        west(WEST.own()).build().localIdentity(),
                        west(WEST.own()).build().peerIdentity(),
                        false));
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(90));
    }

    @Test
    void outdatedListIsWaitedForAnew() throws Exception {
        SimulatedNetwork network = network(east(Revocation.STRICT), west(WEST_BELOW_ROOT.own()));
        fetched(network, OF_ROOT, ROOT.revoking(NOW - 60, NOW + 3600));
        network.runUntil(Agreement::isOneOfEach, BRIEFLY);
        network.runFor(Duration.ofHours(2));
        assertTrue(network.bothUp(), "what stands is not held against the calendar");

        network.input(network.east(), new IkeInput.TunnelDown(Settings.TUNNEL));
        network.runFor(SOON);
        network.input(network.east(), new IkeInput.TunnelUp(Settings.TUNNEL));
        network.runFor(BRIEFLY);
        assertFalse(network.bothUp());
        fetched(network, OF_ROOT, ROOT.revoking(NOW + 3600, NOW + DAY));
        network.runUntil(Agreement::isOneOfEach, BRIEFLY);
    }

    @Test
    void nobodyButAPeerThatProvedItselfMakesUsFetch() {
        TestCertificate other = TestCertificate.root("CN=Other root").make();
        TestCertificate stranger =
                other.issue(WEST_NAME).distributionPoints("http://stranger.example/").make();
        TestCertificate thief = MIDDLE.issue("CN=thief").make();
        OwnCertificate stolen =
                new OwnCertificate(
                        WEST.own(MIDDLE).chain(),
                        thief.signingKey(),
                        OwnCertificate.RsaPadding.PKCS1);
        for (OwnCertificate own : List.of(stranger.own(), stolen)) {
            SimulatedNetwork network = network(east(Revocation.RELAXED), west(own));
            network.runFor(SOON);
            assertFalse(network.bothUp());
            assertTrue(network.east().count(IkeCounter.AUTHENTICATION_FAILURES) > 0);
            assertEquals(List.of(Set.of(OF_ROOT)), asked(network.east()), "our own only");
        }
    }

    @Test
    void nothingIsFetchedUnlessTheOperatorWantsIt() {
        SimulatedNetwork network =
                network(
                        east(Revocation.STRICT)
                                .credentials(
                                        new Credentials.Certificates(EAST.own(), ROOT.trusted())),
                        west(WEST.own(MIDDLE)));
        network.runUntil(Agreement::isOneOfEach, BRIEFLY);
        assertEquals(List.of(), asked(network.east()));
    }

    @Test
    void listsAreGivenUpWithTheTunnelOrTheChoice() {
        SimulatedNetwork network = network(east(Revocation.RELAXED), west(WEST.own(MIDDLE)));
        network.runUntil(Agreement::isOneOfEach, BRIEFLY);
        assertEquals(Set.of(OF_ROOT, OF_MIDDLE), asked(network.east()).getLast());
        network.input(
                network.east(), new IkeInput.TunnelConfigured(east(Revocation.STRICT).build()));
        assertEquals(2, asked(network.east()).size(), "the same points as before");

        network.input(
                network.east(),
                new IkeInput.TunnelConfigured(
                        east(Revocation.RELAXED)
                                .credentials(
                                        new Credentials.Certificates(EAST.own(), ROOT.trusted()))
                                .build()));
        assertEquals(Set.of(), asked(network.east()).getLast());
        assertTrue(network.bothUp());
        network.input(
                network.east(), new IkeInput.TunnelConfigured(east(Revocation.RELAXED).build()));
        assertEquals(Set.of(OF_ROOT, OF_MIDDLE), asked(network.east()).getLast());
        network.input(network.east(), new IkeInput.TunnelRemoved(Settings.TUNNEL));
        assertEquals(Set.of(), asked(network.east()).getLast());
    }

    @Test
    void listThatNobodyNeedsIsForgotten() throws Exception {
        SimulatedNetwork network = network(east(Revocation.STRICT), west(WEST.own(MIDDLE)));
        DistributionPoint unknown =
                new DistributionPoint("http://crl.example/other.crl", ROOT.certificate());
        fetched(network, unknown, empty(ROOT));
        network.runFor(BRIEFLY);
        assertFalse(network.bothUp());
        assertEquals(0, network.east().count(IkeCounter.INTERNAL_ERRORS));
    }
}
