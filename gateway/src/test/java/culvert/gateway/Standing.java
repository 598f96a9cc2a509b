package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CulvertProcess;
import culvert.lab.CulvertStatus;
import culvert.lab.Endpoint;

/** How SAs, sessions and counters stood before something that must not touch them. */
record Standing(CulvertStatus before) {
    private static final String[] COUNTERS = {"packetsIn", "packetsOut", "bytesIn", "bytesOut"};

    static Standing of(CulvertProcess gateway) {
        return new Standing(gateway.status());
    }

    /** The same SAs and BGP session, grown older, with counters that went on. */
    void assertUntouched(CulvertProcess gateway, Endpoint... endpoints) {
        for (Endpoint endpoint : endpoints) {
            assertSasUntouched(gateway, endpoint);
            assertSame(gateway, endpoint, "bgp", "timesEstablished");
            assertEquals("up", gateway.status().tunnelState(endpoint.tunnelName()), gateway::log);
        }
    }

    void assertSasUntouched(CulvertProcess gateway, Endpoint endpoint) {
        assertIkeUntouched(gateway, endpoint);
        assertChildUntouched(gateway, endpoint);
        for (String counter : COUNTERS) {
            assertNotLess(gateway, endpoint, "traffic", counter);
        }
    }

    void assertIkeUntouched(CulvertProcess gateway, Endpoint endpoint) {
        assertSame(gateway, endpoint, "ike", "rekeys");
        assertNotLess(gateway, endpoint, "ike", "establishedSeconds");
    }

    void assertChildUntouched(CulvertProcess gateway, Endpoint endpoint) {
        assertSame(gateway, endpoint, "esp", "spiIn");
        assertSame(gateway, endpoint, "esp", "spiOut");
        assertSame(gateway, endpoint, "esp", "rekeys");
        assertNotLess(gateway, endpoint, "esp", "establishedSeconds");
    }

    void assertReplaced(CulvertProcess gateway, Endpoint endpoint) {
        String[] path = {"tunnels", endpoint.tunnelName(), "esp", "spiIn"};
        assertNotEquals(before.text(path), gateway.status().text(path), gateway::log);
    }

    private void assertSame(CulvertProcess gateway, Endpoint endpoint, String... what) {
        String[] path = {"tunnels", endpoint.tunnelName(), what[0], what[1]};
        assertEquals(
                before.text(path),
                gateway.status().text(path),
                () -> String.join(" ", path) + gateway.log());
    }

    private void assertNotLess(CulvertProcess gateway, Endpoint endpoint, String... what) {
        String[] path = {"tunnels", endpoint.tunnelName(), what[0], what[1]};
        long now = gateway.status().number(path);
        assertTrue(
                now >= before.number(path),
                () -> String.join(" ", path) + " is " + now + gateway.log());
    }
}
