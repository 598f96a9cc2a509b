package culvert.ike;

import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** How often a peer reported which error (RFC 7296 3.10.1). */
final class ErrorNotifies {
    /** Whoever has the peer's address may send any number, so that not each gets a place. */
    private static final int MAX_NAMES = 32;

    private static final String OTHERS = "others";

    private final SortedMap<String, Long> counts = new TreeMap<>();

    void count(NotifyPayload notify) {
        String name = NotifyType.name(notify.notifyType());
        boolean room = counts.containsKey(name) || counts.size() < MAX_NAMES;
        counts.merge(room ? name : OTHERS, 1L, Long::sum);
    }

    /** By the RFC's names. */
    SortedMap<String, Long> snapshot() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(counts));
    }
}
