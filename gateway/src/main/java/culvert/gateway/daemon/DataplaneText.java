package culvert.gateway.daemon;

import culvert.esp.OffloadState;
import culvert.model.Offload;
import java.util.Map;

/** A line of {@code status} for people: how one tunnel's packets are moved. */
final class DataplaneText {
    private DataplaneText() {}

    /** {@code aws-1: MTU 1438, path 1500, offloads tso gso gro; uso off (not in this kernel)}. */
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
        return "%s: MTU %d, path %d, offloads%s%s"
                .formatted(
                        tunnel.name(),
                        tunnel.mtuBytes(),
                        tunnel.path().mtuBytes(),
                        on.isEmpty() ? " none" : on,
                        notes);
    }
}
