package culvert.ike;

import java.util.ArrayList;
import java.util.List;

/** Takes every message of a network into its hands, to let each arrive when the test says so. */
final class HeldMessages {
    private final SimulatedNetwork network;
    private final List<IkeAction.Transmit> held = new ArrayList<>();

    HeldMessages(SimulatedNetwork network) {
        this.network = network;
        network.onlyIf(
                transmit -> {
                    held.add(transmit);
                    return false;
                });
    }

    int size() {
        return held.size();
    }

    private boolean isFrom(SimulatedGateway sender, IkeAction.Transmit transmit) {
        return transmit.local().getAddress().equals(sender.settings().localAddress());
    }

    private SimulatedGateway receiver(IkeAction.Transmit transmit) {
        return isFrom(network.east(), transmit) ? network.west() : network.east();
    }

    /** Lets one message arrive; packets go both ways just after. */
    void deliver(int index) {
        IkeAction.Transmit transmit = held.remove(index);
        network.inject(receiver(transmit), transmit);
        network.sendPackets();
    }

    void lose(int index) {
        held.remove(index);
    }

    /** A message arrives, and will arrive again. */
    void deliverAndKeep(int index) {
        IkeAction.Transmit transmit = held.get(index);
        network.inject(receiver(transmit), transmit);
        network.sendPackets();
    }

    /** The oldest message of this sender arrives. */
    void deliverFrom(SimulatedGateway sender) {
        deliver(oldestFrom(sender));
    }

    /** The oldest message of this sender is lost. */
    void loseFrom(SimulatedGateway sender) {
        held.remove(oldestFrom(sender));
    }

    private int oldestFrom(SimulatedGateway sender) {
        for (int i = 0; i < held.size(); i++) {
            if (isFrom(sender, held.get(i))) {
                return i;
            }
        }
        throw new AssertionError("nothing is under way from " + sender.settings().localAddress());
    }

    /** Everything held arrives in order, and from now on messages travel by themselves. */
    void release() {
        network.loseNothing();
        while (!held.isEmpty()) {
            deliver(0);
        }
    }
}
