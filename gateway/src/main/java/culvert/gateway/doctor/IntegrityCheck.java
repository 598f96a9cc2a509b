package culvert.gateway.doctor;

import java.util.List;

/** Packets that are no longer fresh, forged, or of an SA that nobody knows. */
final class IntegrityCheck implements Check {
    @Override
    public String name() {
        return "replay-and-integrity";
    }

    @Override
    public List<String> needs() {
        return List.of("daemon");
    }

    private static final String[] KINDS = {"replay", "authentication", "noSa", "selectors"};

    @Override
    public Result examine(Patient patient) {
        return patient.eachTunnel(
                "next to no packet is late, forged or unknown",
                tunnel -> {
                    long in = tunnel.number("traffic", "packetsIn");
                    for (String kind : KINDS) {
                        long lost = tunnel.number("traffic", "drops", kind);
                        // Without an SA what goes out is lost too: other checks tell why.
                        boolean explained = kind.equals("noSa") && !tunnel.isPresent("esp");
                        if (lost > 10 && lost > in / 1000 && !explained) {
                            return new Result.Warn(
                                    "%s: %d drops of kind %s beside %d packets in"
                                            .formatted(tunnel.text("name"), lost, kind, in),
                                    "replay: raise esp.replay-window; authentication: somebody sends"
                                            + " forgeries, or the path damages packets; noSa: 'culvert"
                                            + " events' around the time");
                        }
                    }
                    return new Result.Pass("");
                });
    }
}
