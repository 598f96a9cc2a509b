package culvert.bgp.rib;

import culvert.bgp.message.Nlri;
import culvert.bgp.message.PathAttributes;
import culvert.bgp.message.UpdatePacker;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * What one peer is told in one family (RFC 4271 3.2). Changes wait as a set of prefixes, not as a
 * queue of messages: however long the peer does not read, at most one change of each prefix waits.
 */
public final class AdjRibOut {
    private int limit;
    private final Map<Nlri, PathAttributes> announced = new HashMap<>();
    private final LinkedHashMap<Nlri, PathAttributes> heldBack = new LinkedHashMap<>();
    private final Set<Nlri> unsent = new LinkedHashSet<>();
    private int tooLong;

    /**
     * @param limit prefixes that the peer takes
     */
    public AdjRibOut(int limit) {
        this.limit = limit;
    }

    /**
     * Sets what the peer shall know of a prefix.
     *
     * @param wanted empty when it shall know nothing
     */
    public void set(Nlri nlri, Optional<PathAttributes> wanted) {
        if (wanted.isEmpty()) {
            heldBack.remove(nlri);
            if (announced.remove(nlri) != null) {
                unsent.add(nlri);
                admitNext();
            }
            return;
        }
        PathAttributes attributes = wanted.get();
        PathAttributes before = announced.get(nlri);
        if (before == null && announced.size() >= limit) {
            heldBack.put(nlri, attributes);
            return;
        }
        heldBack.remove(nlri);
        if (before == null || !attributes.equals(before)) {
            announced.put(nlri, attributes);
            unsent.add(nlri);
        }
    }

    private void admitNext() {
        Map.Entry<Nlri, PathAttributes> next = heldBack.pollFirstEntry();
        if (next != null) {
            announced.put(next.getKey(), next.getValue());
            unsent.add(next.getKey());
        }
    }

    /** Changes how many prefixes the peer takes; what is too much is withdrawn. */
    public void setLimit(int limit) {
        this.limit = limit;
        List<Nlri> surplus = announced.keySet().stream().sorted().skip(limit).toList();
        for (Nlri nlri : surplus) {
            PathAttributes attributes = announced.remove(nlri);
            if (attributes != null) {
                heldBack.put(nlri, attributes);
                unsent.add(nlri);
            }
        }
        while (!heldBack.isEmpty() && announced.size() < limit) {
            admitNext();
        }
    }

    /** Sends everything again (RFC 2918). */
    public void resendAll() {
        unsent.addAll(announced.keySet());
    }

    public boolean isSettled() {
        return unsent.isEmpty();
    }

    /** The UPDATEs that bring the peer up to date; the changes count as sent. */
    public List<byte[]> drain(UpdatePacker packer, InetAddress nextHop) {
        List<Nlri> withdrawn = new ArrayList<>();
        Map<PathAttributes, List<Nlri>> byAttributes = new LinkedHashMap<>();
        for (Nlri nlri : unsent) {
            PathAttributes attributes = announced.get(nlri);
            if (attributes == null) {
                withdrawn.add(nlri);
            } else {
                byAttributes.computeIfAbsent(attributes, a -> new ArrayList<>()).add(nlri);
            }
        }
        unsent.clear();
        List<byte[]> messages = new ArrayList<>();
        byAttributes.forEach(
                (attributes, nlri) -> {
                    List<byte[]> packed = packer.announce(attributes, nextHop, nlri);
                    if (packed.isEmpty()) {
                        // RFC 8654 4: what does not fit is withdrawn, as the old path is void.
                        withdrawn.addAll(nlri);
                        nlri.forEach(announced::remove);
                        tooLong += nlri.size();
                    }
                    messages.addAll(packed);
                });
        if (!withdrawn.isEmpty()) {
            // First, lest the peer counts more prefixes for a moment than it takes.
            messages.addAll(0, packer.withdraw(withdrawn));
        }
        return messages;
    }

    public int announcedCount() {
        return announced.size();
    }

    public int heldBackCount() {
        return heldBack.size();
    }

    /** Prefixes so far whose attributes did not fit into a message. */
    public int tooLongCount() {
        return tooLong;
    }

    public int limit() {
        return limit;
    }

    public void forEachAnnounced(BiConsumer<Nlri, PathAttributes> action) {
        announced.forEach(action);
    }

    public void forEachHeldBack(BiConsumer<Nlri, PathAttributes> action) {
        heldBack.forEach(action);
    }
}
