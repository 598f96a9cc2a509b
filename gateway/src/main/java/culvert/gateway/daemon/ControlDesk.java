package culvert.gateway.daemon;

import culvert.esp.CaptureFilter;
import culvert.esp.TunnelDataplane;
import culvert.gateway.capture.CaptureStream;
import culvert.gateway.control.CaptureOrder;
import culvert.gateway.control.ControlAnswer;
import culvert.gateway.control.ControlPromise;
import culvert.gateway.control.ControlReply;
import culvert.gateway.control.ControlRequest;
import culvert.gateway.control.ControlStream;
import culvert.gateway.control.ExitCode;
import culvert.gateway.log.LogOutput;
import culvert.ike.IkeInput;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Answers what the control socket asks; runs on the control loop. */
final class ControlDesk {
    private final EventLoop loop;
    private final IkeDriver driver;
    private final Map<String, Tunnel> tunnels;
    private final Reports reports;
    private final TrafficRouting routing;
    private final Reloader reloader;
    private final LastLook lastLook = new LastLook();
    private final Set<String> capturing = new HashSet<>();

    ControlDesk(
            EventLoop loop,
            IkeDriver driver,
            Map<String, Tunnel> tunnels,
            Reports reports,
            TrafficRouting routing,
            Reloader reloader) {
        this.loop = loop;
        this.driver = driver;
        this.tunnels = tunnels;
        this.reports = reports;
        this.routing = routing;
        this.reloader = reloader;
    }

    ControlAnswer answer(ControlRequest request) {
        return switch (request) {
            case ControlRequest.Status(ControlRequest.Format format) -> status(format);
            case ControlRequest.Watch() -> watch();
            case ControlRequest.Routes(ControlRequest.Format format) ->
                    new ControlReply(
                            ExitCode.OK,
                            switch (format) {
                                case TEXT -> routing.routes().toText();
                                case JSON -> routing.routes().toJson();
                            });
            case ControlRequest.Sa(ControlRequest.Format format) ->
                    new ControlReply(
                            ExitCode.OK,
                            switch (format) {
                                case TEXT -> reports.sas().toText();
                                case JSON -> reports.sas().toJson();
                            });
            case ControlRequest.Bgp(ControlRequest.Format format) ->
                    new ControlReply(
                            ExitCode.OK,
                            switch (format) {
                                case TEXT -> reports.bgp().toText();
                                case JSON -> reports.bgp().toJson();
                            });
            case ControlRequest.Events(ControlRequest.Format format, boolean follow) ->
                    EventFollower.stream(LogOutput.events(), loop, format, follow);
            case ControlRequest.Capture(CaptureOrder order) -> capture(order);
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
            case ControlRequest.Reload() -> new ControlPromise(reloader.reload());
            case ControlRequest.ReloadDryRun() -> new ControlPromise(reloader.dryRun());
            case ControlRequest.ReloadOnTrial(long seconds) ->
                    new ControlPromise(reloader.tryOut(Duration.ofSeconds(seconds)));
            case ControlRequest.ReloadConfirm() -> new ControlPromise(reloader.confirm());
        };
    }

    private ControlReply status(ControlRequest.Format format) {
        StatusReport now = reports.status();
        return switch (format) {
            case TEXT -> {
                ControlReply reply = watch();
                lastLook.look(now, System.nanoTime());
                yield reply;
            }
            case JSON ->
                    new ControlReply(
                            now.health().exitCode(), StatusJson.write(now, reports.activity()));
        };
    }

    private ControlReply watch() {
        StatusReport now = reports.status();
        LastLook.Since since = lastLook.compare(now, System.nanoTime());
        return new ControlReply(
                now.health().exitCode(), StatusText.write(now, reports.activity(), since));
    }

    /** One capture of a tunnel at a time: each has memory of its own. */
    private ControlAnswer capture(CaptureOrder order) {
        Optional<Tunnel> tunnel = Optional.ofNullable(tunnels.get(order.tunnel()));
        if (tunnel.isEmpty()) {
            return unknown(order.tunnel());
        }
        if (!capturing.add(order.tunnel())) {
            return ControlReply.failure(
                    "another capture of " + order.tunnel() + " is running: wait for its end");
        }
        TunnelDataplane dataplane = tunnel.get().dataplane();
        String device = tunnel.get().config().interfaceName();
        return new ControlStream(
                outlet -> {
                    CaptureStream stream =
                            new CaptureStream(
                                    dataplane.startCapture(
                                            new CaptureFilter(order.host(), order.port())),
                                    order,
                                    "Culvert " + Version.CULVERT,
                                    device,
                                    loop,
                                    outlet);
                    return () -> {
                        stream.stop();
                        dataplane.stopCapture();
                        capturing.remove(order.tunnel());
                    };
                });
    }

    private ControlReply unknown(String tunnel) {
        return ControlReply.failure(
                "no tunnel '%s' (there is %s)"
                        .formatted(tunnel, String.join(", ", tunnels.keySet())));
    }

    /** Does something to a tunnel, if it exists, and says what. */
    private ControlReply act(String tunnel, Supplier<String> deed) {
        if (!tunnels.containsKey(tunnel)) {
            return unknown(tunnel);
        }
        return new ControlReply(ExitCode.OK, tunnel + ": " + deed.get() + "\n");
    }
}
