package culvert.bgp;

import java.util.ArrayList;
import java.util.List;

/** Gathers the actions of one input. */
final class Outbox {
    private List<BgpAction> actions = new ArrayList<>();

    void add(BgpAction action) {
        actions.add(action);
    }

    void report(BgpEvent.Kind kind, String peer, String text) {
        add(new BgpAction.Report(new BgpEvent(kind, peer, text)));
    }

    List<BgpAction> take() {
        List<BgpAction> taken = actions;
        actions = new ArrayList<>();
        return taken;
    }
}
