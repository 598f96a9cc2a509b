package culvert.gateway.routing;

import culvert.tunio.RouteTarget;
import java.util.Map;

/** What {@link RouteWriter} does in portions, at once and in one thread: that of the namespace. */
final class Reconciliation {
    private Reconciliation() {}

    static void now(RoutingTable table, boolean removeUnknown) {
        table.mendNexthops();
        table.writeGuards(Integer.MAX_VALUE);
        Map<RouteKey, RouteTarget> wanted = table.wanted();
        RouteSurvey survey = RouteSurvey.take(wanted);
        table.compared(survey, wanted.keySet());
        table.restore(survey.missing(), false);
        table.restore(survey.changed(), true);
        if (removeUnknown) {
            table.removeStrays(survey.unknown());
            table.forgetInherited();
        }
    }
}
