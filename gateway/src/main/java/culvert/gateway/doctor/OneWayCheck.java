package culvert.gateway.doctor;

import java.util.List;

/** Packets go and none come back, or the other way round. */
final class OneWayCheck implements Check {
    @Override
    public String name() {
        return "both-ways";
    }

    @Override
    public List<String> needs() {
        return List.of("daemon");
    }

    private static final int ENOUGH = 10;

    @Override
    public Result examine(Patient patient) {
        return patient.eachTunnel(
                "every tunnel that is used carries packets both ways",
                tunnel -> {
                    String name = tunnel.text("name");
                    long in = tunnel.number("traffic", "packetsIn");
                    long out = tunnel.number("traffic", "packetsOut");
                    String reason = tunnel.text("reason");
                    if (tunnel.isPresent("esp") && reason.contains("echo")) {
                        return new Result.Fail(
                                name + ": " + reason,
                                "ESP in UDP 4500 is lost on the way: look for a filter that lets IKE"
                                        + " through and large or many datagrams not");
                    }
                    if (!tunnel.isPresent("esp") || in + out < ENOUGH) {
                        return new Result.Pass("");
                    }
                    if (in == 0) {
                        return new Result.Fail(
                                "%s: %d packets went out and none came back".formatted(name, out),
                                "at AWS look at route propagation, security groups and network ACLs");
                    }
                    return out == 0
                            ? new Result.Warn(
                                    "%s: %d packets came in and none went out".formatted(name, in),
                                    "look at this machine's routes and filter: 'forwarding',"
                                            + " 'routes', 'forward-filter' above")
                            : new Result.Pass("");
                });
    }
}
