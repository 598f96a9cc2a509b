package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddedMetricsTest {
    @Test
    void hasALineForEachTunnelWithWhatCameSinceTheLineBefore() {
        EmbeddedMetrics metrics = new EmbeddedMetrics();
        Observation now =
                SampleObservation.of(
                        new Tallies(),
                        SampleObservation.tunnel("aws-1", SampleObservation.up(1, 0, 0)),
                        SampleObservation.tunnel("aws-2", SampleObservation.connecting("no")));
        List<String> first = metrics.write(now, 1_700_000_000_000L).lines().toList();
        assertEquals(2, first.size());
        assertEquals(
                "{\"_aws\":{\"Timestamp\":1700000000000,\"CloudWatchMetrics\":[{"
                        + "\"Namespace\":\"Culvert\","
                        + "\"Dimensions\":[[\"VpnId\",\"TunnelIpAddress\"]],\"Metrics\":["
                        + "{\"Name\":\"TunnelState\",\"Unit\":\"None\"},"
                        + "{\"Name\":\"TunnelDataIn\",\"Unit\":\"Bytes\"},"
                        + "{\"Name\":\"TunnelDataOut\",\"Unit\":\"Bytes\"}]}]},"
                        + "\"Tunnel\":\"aws-1\",\"VpnId\":\"vpn-0123456789abcdef0\","
                        + "\"TunnelIpAddress\":\"198.18.0.11\",\"TunnelState\":1,"
                        + "\"TunnelDataIn\":1500000,\"TunnelDataOut\":84}",
                first.getFirst());
        assertTrue(first.getLast().contains("\"TunnelState\":0"), first.getLast());
        String second = metrics.write(now, 1_700_000_060_000L);
        assertTrue(second.contains("\"TunnelDataIn\":0,\"TunnelDataOut\":0"), second);
    }
}
