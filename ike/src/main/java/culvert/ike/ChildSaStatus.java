package culvert.ike;

import culvert.model.EspSuite;
import culvert.model.Spi;
import culvert.model.TrafficSelector;
import java.util.List;

/**
 * A snapshot of the CHILD SA that carries a tunnel's packets.
 *
 * @param rekeyInSeconds 0 when it is due
 */
public record ChildSaStatus(
        EspSuite suite,
        Spi spiIn,
        Spi spiOut,
        long establishedSeconds,
        long rekeyInSeconds,
        int rekeys,
        List<TrafficSelector> localSelectors,
        List<TrafficSelector> remoteSelectors) {
    public ChildSaStatus {
        localSelectors = List.copyOf(localSelectors);
        remoteSelectors = List.copyOf(remoteSelectors);
    }
}
