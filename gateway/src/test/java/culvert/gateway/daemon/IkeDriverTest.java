package culvert.gateway.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.ike.IkeAction;
import culvert.ike.TunnelState;
import culvert.model.Spi;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IkeDriverTest {
    private static final InetSocketAddress HERE =
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 500);
    private static final IkeAction ANSWER = new IkeAction.Transmit(HERE, HERE, new byte[28]);
    private static final IkeAction REMOVAL = new IkeAction.RemoveOutboundSa("aws-1", new Spi(256));

    private static IkeAction change(TunnelState state) {
        return new IkeAction.TunnelStateChanged("aws-1", state, Optional.empty());
    }

    @Test
    void packetsMoveBeforeTheTunnelEndsAndThePeerHearsOfIt() {
        IkeAction lost = change(TunnelState.CONNECTING);
        assertEquals(
                List.of(lost, ANSWER, REMOVAL),
                IkeDriver.breakLast(List.of(ANSWER, REMOVAL, lost)));
    }

    @Test
    void aTunnelThatComesUpHasItsSasFirst() {
        List<IkeAction> actions = List.of(ANSWER, REMOVAL, change(TunnelState.UP));
        assertEquals(actions, IkeDriver.breakLast(actions));
    }
}
