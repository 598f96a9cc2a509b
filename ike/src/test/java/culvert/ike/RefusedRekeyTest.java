package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.message.NotifyType;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a peer says to every rekey, lifetimes end and the tunnel goes on. */
class RefusedRekeyTest {
    private final SimulatedNetwork network =
            new SimulatedNetwork(
                    Settings.east()
                            .espLifetime(Duration.ofMinutes(4))
                            .ikeLifetime(Duration.ofMinutes(10))
                            .build(),
                    Settings.west().respond().build(),
                    71);

    private final ScriptedAnswers answers = new ScriptedAnswers(network);

    private void assertTunnelWorksThroughout() {
        network.up();
        network.runUntil(Agreement::isOneOfEach, Duration.ofSeconds(10));
        network.startTraffic();
        long downSeconds = 0;
        for (int second = 0; second < 1_800; second++) {
            network.runFor(Duration.ofSeconds(1));
            if (network.east().state() != TunnelState.UP) {
                downSeconds++;
            }
        }

        assertTrue(downSeconds < 20, downSeconds + " s without a tunnel");
        network.runUntil(Agreement::isOneOfEach, Duration.ofMinutes(2));
        Agreement.assertOneOfEach(network);
        answers.refuseNothing();
        int before = network.east().status(network.nowNanos()).child().orElseThrow().rekeys();
        network.input(network.east(), new IkeInput.RekeyChildSa(Settings.TUNNEL));
        network.runFor(Duration.ofMinutes(1));
        assertEquals(
                before + 1,
                network.east().status(network.nowNanos()).child().orElseThrow().rekeys());
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                NotifyType.TEMPORARY_FAILURE,
                NotifyType.NO_ADDITIONAL_SAS,
                NotifyType.INVALID_KE_PAYLOAD,
                NotifyType.NO_PROPOSAL_CHOSEN,
                NotifyType.TS_UNACCEPTABLE,
                NotifyType.CHILD_SA_NOT_FOUND
            })
    void childRekeysThatAreRefused(int notifyType) {
        answers.refuseChildRekeys(notifyType);
        assertTunnelWorksThroughout();
    }

    @ParameterizedTest
    @ValueSource(
            ints = {
                NotifyType.TEMPORARY_FAILURE,
                NotifyType.NO_ADDITIONAL_SAS,
                NotifyType.INVALID_KE_PAYLOAD,
                NotifyType.NO_PROPOSAL_CHOSEN
            })
    void ikeRekeysThatAreRefused(int notifyType) {
        answers.refuseIkeRekeys(notifyType);
        assertTunnelWorksThroughout();
    }
}
