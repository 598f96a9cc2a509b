package culvert.ike;

import culvert.ike.message.NotifyPayload;
import culvert.ike.message.NotifyType;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** How often the peer of a tunnel reported which error (RFC 7296 3.10.1). */
final class ErrorNotifies {
    private static final int MAX_NAMES = 32;

    private final SortedMap<String, Long> counts = new TreeMap<>();

    /** Whoever has the peer's address may send any number here, so that not each gets a place. */
    void count(NotifyPayload notify) {
        String name = NotifyType.name(notify.notifyType());
        boolean room = counts.containsKey(name) || counts.size() < MAX_NAMES;
        counts.merge(room ? name : "others", 1L, Long::sum);
    }

    SortedMap<String, Long> snapshot() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(counts));
    }
}
