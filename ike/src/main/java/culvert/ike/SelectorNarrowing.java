package culvert.ike;

import culvert.model.TrafficSelector;
import java.util.ArrayList;
import java.util.List;

/** What both sides' selectors admit (RFC 7296 2.9). */
final class SelectorNarrowing {
    /** More ranges than this in an answer would only slow the dataplane down. */
    private static final int MAX_SELECTORS = 64;

    private SelectorNarrowing() {}

    /** The intersection, without ranges that another one covers; empty when nothing is common. */
    static List<TrafficSelector> narrow(
            List<TrafficSelector> offered, List<TrafficSelector> configured) {
        List<TrafficSelector> common = new ArrayList<>();
        for (TrafficSelector offer : offered) {
            for (TrafficSelector ours : configured) {
                offer.intersect(ours).ifPresent(both -> addUnlessCovered(common, both));
            }
        }
        return common.size() > MAX_SELECTORS
                ? List.copyOf(common.subList(0, MAX_SELECTORS))
                : List.copyOf(common);
    }

    /** Whether an answer stays within what was offered. */
    static boolean isWithin(List<TrafficSelector> answer, List<TrafficSelector> offered) {
        return !answer.isEmpty()
                && answer.stream()
                        .allMatch(range -> offered.stream().anyMatch(offer -> offer.covers(range)));
    }

    private static void addUnlessCovered(List<TrafficSelector> common, TrafficSelector range) {
        if (common.stream().noneMatch(other -> other.covers(range))) {
            common.removeIf(range::covers);
            common.add(range);
        }
    }
}
