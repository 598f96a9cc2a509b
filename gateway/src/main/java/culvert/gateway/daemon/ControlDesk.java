package culvert.gateway.daemon;

import culvert.gateway.control.ControlReply;
import culvert.gateway.control.ControlRequest;
import culvert.gateway.control.ExitCode;
import culvert.ike.IkeInput;
import java.util.Set;
import java.util.function.Supplier;

/** Answers what the control socket asks; runs on the control loop. */
final class ControlDesk {
    private final IkeDriver driver;
    private final Set<String> tunnels;
    private final Supplier<StatusReport> report;
    private final TrafficRouting routing;

    ControlDesk(
            IkeDriver driver,
            Set<String> tunnels,
            Supplier<StatusReport> report,
            TrafficRouting routing) {
        this.driver = driver;
        this.tunnels = tunnels;
        this.report = report;
        this.routing = routing;
    }

    ControlReply answer(ControlRequest request) {
        return switch (request) {
            case ControlRequest.Status(ControlRequest.Format format) -> status(format);
            case ControlRequest.Routes(ControlRequest.Format format) ->
                    new ControlReply(
                            ExitCode.OK,
                            switch (format) {
                                case TEXT -> routing.routes().toText();
                                case JSON -> routing.routes().toJson();
                            });
            case ControlRequest.Up(String tunnel) ->
                    act(
                            tunnel,
                            () -> {
                                routing.closing().up(tunnel);
                                return "wanted up";
                            });
            case ControlRequest.Down(String tunnel) ->
                    act(
                            tunnel,
                            () ->
                                    routing.closing().down(tunnel)
                                            ? "going down when its packets take another tunnel"
                                            : "going down");
            case ControlRequest.RekeyChildSa(String tunnel) ->
                    act(
                            tunnel,
                            () -> {
                                driver.deliver(new IkeInput.RekeyChildSa(tunnel));
                                return "CHILD SA rekey started";
                            });
            case ControlRequest.RekeyIkeSa(String tunnel) ->
                    act(
                            tunnel,
                            () -> {
                                driver.deliver(new IkeInput.RekeyIkeSa(tunnel));
                                return "IKE SA rekey started";
                            });
        };
    }

    private ControlReply status(ControlRequest.Format format) {
        StatusReport now = report.get();
        String text =
                switch (format) {
                    case TEXT -> StatusText.write(now);
                    case JSON -> StatusJson.write(now);
                };
        return new ControlReply(now.health().exitCode(), text);
    }

    /** Does something to a tunnel, if it exists, and says what. */
    private ControlReply act(String tunnel, Supplier<String> deed) {
        if (!tunnels.contains(tunnel)) {
            return ControlReply.failure(
                    "no tunnel '%s' (there is %s)".formatted(tunnel, String.join(", ", tunnels)));
        }
        return new ControlReply(ExitCode.OK, tunnel + ": " + deed.get() + "\n");
    }
}
