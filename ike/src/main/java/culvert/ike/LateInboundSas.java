package culvert.ike;

import culvert.model.Spi;
import java.util.ArrayList;
import java.util.List;

/** Inbound SAs of one tunnel whose peer has stopped, kept for packets that are still under way. */
final class LateInboundSas {
    private record Late(Spi spi, long untilNanos) {}

    private final String tunnel;
    private final List<Late> sas = new ArrayList<>();

    LateInboundSas(String tunnel) {
        this.tunnel = tunnel;
    }

    void add(Spi spi, Turn turn) {
        sas.add(new Late(spi, turn.nowNanos() + IkeTiming.OLD_INBOUND_NANOS));
    }

    void removeDue(Turn turn) {
        for (Late late : List.copyOf(sas)) {
            if (late.untilNanos() - turn.nowNanos() <= 0) {
                remove(late, turn);
            }
        }
    }

    void removeAll(Turn turn) {
        List.copyOf(sas).forEach(late -> remove(late, turn));
    }

    private void remove(Late late, Turn turn) {
        sas.remove(late);
        turn.emit(new IkeAction.RemoveInboundSa(tunnel, late.spi()));
        turn.espSpis().release(late.spi());
    }

    long earliestNanos(long nowNanos) {
        long earliest = Deadlines.NONE;
        for (Late late : sas) {
            earliest = Deadlines.earlier(earliest, late.untilNanos(), nowNanos);
        }
        return earliest;
    }
}
