package culvert.gateway.routing;

import culvert.bgp.rib.RouteChange;
import culvert.tunio.RouteTarget;
import culvert.tunio.TunIoException;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings BGP's routes into the kernel, and the kernel's back to what they should be, in portions: a
 * full table takes most of a second, and keepalives, probes and IKE go on meanwhile. Every method
 * runs on the control loop.
 */
public final class RouteWriter {
    private static final Logger log = LoggerFactory.getLogger(RouteWriter.class);

    /** Some ten milliseconds of netlink. */
    private static final int PORTION = 2048;

    private static final long SURVEY_AGAIN_SECONDS = 1;

    /** Guards are written when the routes before them have had their turn. */
    private static final long GUARD_MILLIS = 200;

    private final EventLoop loop;
    private final RoutingTable table;
    private final BgpRoutes routes;
    private final Runnable beforeRoutes;
    private final TurnQueue turns;
    private boolean guardsDue;

    /**
     * @param beforeRoutes comes when it is known what the next routes are, and before they are
     *     written
     */
    public RouteWriter(
            EventLoop loop, RoutingTable table, BgpRoutes routes, Runnable beforeRoutes) {
        this.beforeRoutes = beforeRoutes;
        this.loop = loop;
        this.table = table;
        this.routes = routes;
        this.turns = new TurnQueue(loop);
    }

    /**
     * Writes what the speaker decided.
     *
     * @param established tunnels that have a BGP session now
     */
    public void changed(List<RouteChange> changes, Set<String> established) {
        Set<String> sessions = Set.copyOf(established);
        inPortions(
                changes,
                portion -> {
                    List<TableChange> orders = routes.changed(portion, sessions);
                    beforeRoutes.run();
                    table.apply(orders);
                });
    }

    /** The tunnel's peer has announced all that it has: what it does not repeat goes. */
    public void complete(String tunnel) {
        // What the peer announced along with its End-of-RIB is decided at the end of this turn.
        loop.execute(() -> turns.add(new Portions<>(() -> routes.complete(tunnel), table::apply)));
    }

    /** The tunnel is gone for good. */
    public void removed(String tunnel) {
        turns.add(new Portions<>(() -> routes.removed(tunnel), table::apply));
    }

    /** Writes the guards of new routes soon, when what waits then is done. */
    public void writeGuardsSoon() {
        if (!guardsDue) {
            guardsDue = true;
            loop.schedule(this::writeGuards, GUARD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void writeGuards() {
        guardsDue = false;
        turns.add(() -> table.writeGuards(PORTION));
    }

    /**
     * Compares the kernel with what should be there, and mends it.
     *
     * @param removeUnknown remove routes of an earlier run too; routes of other programs never
     */
    public void reconcile(boolean removeUnknown) {
        if (!turns.isIdle() || table.writeGuards(PORTION)) {
            surveyAgain(removeUnknown);
            return;
        }
        Map<RouteKey, RouteTarget> wanted;
        try {
            table.mendNexthops();
            wanted = table.wanted();
        } catch (TunIoException e) {
            cannotCompare(e);
            return;
        }
        long changeCount = table.changeCount();
        Thread.ofPlatform()
                .daemon()
                .name("route-survey")
                .start(() -> survey(wanted, changeCount, removeUnknown));
    }

    private void survey(
            Map<RouteKey, RouteTarget> wanted, long changeCount, boolean removeUnknown) {
        try {
            RouteSurvey survey = RouteSurvey.take(wanted);
            if (!loop.isShuttingDown()) {
                loop.execute(() -> surveyed(survey, wanted.keySet(), changeCount, removeUnknown));
            }
        } catch (TunIoException e) {
            cannotCompare(e);
        }
    }

    private void surveyed(
            RouteSurvey survey, Set<RouteKey> wanted, long changeCount, boolean removeUnknown) {
        if (changeCount != table.changeCount()) {
            surveyAgain(removeUnknown);
            return;
        }
        table.compared(survey, wanted);
        inPortions(survey.missing(), keys -> table.restore(keys, false));
        inPortions(survey.changed(), keys -> table.restore(keys, true));
        if (removeUnknown) {
            if (!survey.unknown().isEmpty()) {
                log.info("{} routes of an earlier run are removed", survey.unknown().size());
            }
            inPortions(survey.unknown(), table::removeStrays);
            table.forgetInherited();
        }
    }

    private void surveyAgain(boolean removeUnknown) {
        loop.schedule(() -> reconcile(removeUnknown), SURVEY_AGAIN_SECONDS, TimeUnit.SECONDS);
    }

    private static void cannotCompare(TunIoException e) {
        log.warn("the routes could not be compared with the kernel's: {}", e.getMessage());
    }

    private <T> void inPortions(List<T> all, Consumer<List<T>> write) {
        turns.add(new Portions<>(() -> all, write));
    }

    private static final class Portions<T> implements TurnQueue.Work {
        private final Supplier<List<T>> source;
        private final Consumer<List<T>> write;
        private List<T> rest = List.of();
        private boolean begun;

        /**
         * @param source asked when everything before is done
         */
        Portions(Supplier<List<T>> source, Consumer<List<T>> write) {
            this.source = source;
            this.write = write;
        }

        @Override
        public boolean proceed() {
            if (!begun) {
                begun = true;
                rest = source.get();
            }
            int count = Math.min(rest.size(), PORTION);
            write.accept(rest.subList(0, count));
            rest = rest.subList(count, rest.size());
            return !rest.isEmpty();
        }
    }
}
