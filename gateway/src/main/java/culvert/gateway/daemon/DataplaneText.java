package culvert.gateway.daemon;

import culvert.esp.OffloadState;
import culvert.model.Offload;
import java.util.Map;

/** How one tunnel's packets are moved, for people. */
final class DataplaneText {
    private DataplaneText() {}

    /** {@code path MTU 1500, offloads tso gso gro; uso off (not in this kernel)}. */
    static String write(StatusReport.Tunnel tunnel) {
        StringBuilder on = new StringBuilder();
        StringBuilder notes = new StringBuilder();
        for (Map.Entry<Offload, OffloadState> entry : tunnel.offloads().entrySet()) {
            String name = entry.getKey().keyword();
            OffloadState state = entry.getValue();
            if (state.on()) {
                on.append(' ').append(name);
            }
            if (!state.reason().isEmpty()) {
                notes.append("; ").append(name).append(state.on() ? " on (" : " off (");
                notes.append(state.reason()).append(')');
            }
        }
        return "path MTU %d, offloads%s%s"
                .formatted(tunnel.path().mtuBytes(), on.isEmpty() ? " none" : on, notes);
    }
}
