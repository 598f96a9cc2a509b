package culvert.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Two strongSwans prove the stand-in: what fails against Culvert later is not the lab's doing. */
class StrongSwanEndpointIT {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void carriesTrafficThroughRekeysDeletesAndCrashes() {
        try (Topology topology = Topology.open();
                Capture wire = Capture.start(topology, topology.outside(), "outside.pcap")) {
            StrongSwanEndpoint aws = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
            StrongSwanEndpoint customer =
                    StrongSwanEndpoint.start(
                            topology, topology.gateway(), StrongSwanSpec.customer(Endpoint.AWS1));
            IkeSaReport first = customer.awaitEstablished(LIMIT);
            assertEquals(
                    "AES_CBC-128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/MODP_2048", first.suite());
            assertTrue(first.initiator());
            assertTrue(topology.lan().ping(Topology.VPC_HOST, 10).complete());
            assertTrue(
                    topology.gateway()
                            .ping(
                                    Endpoint.AWS1.insideAddress(),
                                    3,
                                    "-I",
                                    Endpoint.AWS1.customerInsideAddress())
                            .complete());
            IkeSaReport.ChildSaReport child = customer.listSas().getFirst().child().orElseThrow();
            assertEquals(13, child.packetsIn());
            assertEquals(13, child.packetsOut());
            assertEquals(child.spiOut(), aws.listSas().getFirst().child().orElseThrow().spiIn());

            aws.rekeyChild();
            aws.awaitLog("outbound CHILD_SA net{2} established", LIMIT);
            customer.rekeyIke();
            aws.awaitLog("received DELETE for IKE_SA tunnel[1]", LIMIT);
            IkeSaReport second = customer.awaitEstablished(LIMIT);
            assertNotEquals(first.initiatorSpi(), second.initiatorSpi());
            assertNotEquals(child.spiIn(), second.child().orElseThrow().spiIn());
            assertTrue(topology.lan().ping(Topology.VPC_HOST, 5).complete());

            aws.terminate();
            customer.awaitLog("received DELETE for IKE_SA", LIMIT);
            assertFalse(topology.lan().reaches(Topology.VPC_HOST, 1));
            customer.initiate();
            assertTrue(topology.lan().ping(Topology.VPC_HOST, 5).complete());

            // A crash of AWS's end: nobody tells the customer, who comes anew after its own crash.
            aws.restart();
            customer.restart();
            customer.awaitEstablished(LIMIT);
            assertTrue(topology.lan().ping(Topology.VPC_HOST, 5).complete());
            wire.stop();
            assertTrue(wire.count("udp port 4500") > 20);
            wire.requireNoPlaintext();
        }
    }

    @Test
    void servesBothTunnelsSideBySideFromTheAwsEnd() {
        try (Topology topology = Topology.open()) {
            StrongSwanEndpoint aws1 = StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
            StrongSwanEndpoint aws2 = StrongSwanEndpoint.startAws(topology, Endpoint.AWS2);
            topology.routeVpcVia(Endpoint.AWS2);
            StrongSwanEndpoint customer =
                    StrongSwanEndpoint.start(
                            topology,
                            topology.gateway(),
                            StrongSwanSpec.customer(Endpoint.AWS2)
                                    .withProposals(
                                            "aes256gcm16-prfsha384-ecp384", "aes256gcm16-ecp384"));
            assertEquals(
                    "AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_384",
                    customer.awaitEstablished(LIMIT).suite());
            assertTrue(topology.lan().ping(Topology.VPC_HOST, 5).complete());
            assertEquals(0, aws1.listSas().size());
            assertEquals(1, aws2.listSas().size());
            aws2.process().freeze();
            assertFalse(topology.lan().reaches(Topology.VPC_HOST, 2));
            aws2.process().thaw();
            assertTrue(topology.lan().reaches(Topology.VPC_HOST, 5));

            topology.impair(Endpoint.AWS2, Fault.discardEsp());
            assertFalse(topology.lan().reaches(Topology.VPC_HOST, 2));
            customer.rekeyChild();
            customer.awaitLog("CHILD_SA net{2} established", LIMIT);
            topology.impair(Endpoint.AWS2, Fault.discardIke());
            assertTrue(topology.lan().ping(Topology.VPC_HOST, 3).complete());
        }
    }

    @Test
    void saysWhyATunnelDoesNotComeUp() {
        try (Topology topology = Topology.open()) {
            StrongSwanEndpoint.startAws(topology, Endpoint.AWS1);
            StrongSwanEndpoint customer =
                    StrongSwanEndpoint.start(
                            topology,
                            topology.gateway(),
                            StrongSwanSpec.customer(Endpoint.AWS1)
                                    .withPreSharedKey("not-the-key")
                                    .withChild("start_action", "none"));
            LabException failure = assertThrows(LabException.class, customer::initiate);
            assertTrue(failure.getMessage().contains("establishing CHILD_SA 'net' failed"));
            customer.awaitLog("received AUTHENTICATION_FAILED notify error", LIMIT);
        }
    }
}
