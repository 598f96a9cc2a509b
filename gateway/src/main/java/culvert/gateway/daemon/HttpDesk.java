package culvert.gateway.daemon;

import culvert.gateway.http.HttpAnswer;
import culvert.gateway.metrics.Exposition;
import culvert.gateway.metrics.ProcessMetrics;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers what is asked over HTTP; runs on the control loop. */
final class HttpDesk {
    private final Supplier<Observation> observe;
    private final ProcessMetrics process = new ProcessMetrics();
    private final KernelDrops kernel = new KernelDrops();

    HttpDesk(Supplier<Observation> observe) {
        this.observe = observe;
    }

    Optional<HttpAnswer> answer(String path) {
        return switch (path) {
            case "/" -> Optional.of(StatusPage.write(observe.get()));
            case "/metrics" ->
                    Optional.of(
                            new HttpAnswer(
                                    200,
                                    Exposition.CONTENT_TYPE,
                                    Map.of(),
                                    MetricsText.write(observe.get(), process, kernel)));
            case "/healthz" -> Optional.of(health(observe.get().report().health()));
            default -> Optional.empty();
        };
    }

    /**
     * For load balancers and routing daemons, which look at the code: a degraded gateway still
     * carries all traffic and must not be taken out of service. The word tells the two apart.
     */
    static HttpAnswer health(StatusReport.Health health) {
        int status =
                switch (health) {
                    case OK, DEGRADED -> 200;
                    case DOWN -> 503;
                };
        return HttpAnswer.text(status, health.word());
    }
}
