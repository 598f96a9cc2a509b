package culvert.perf;

/** What is measured of each contender in each round. */
enum Metric {
    TCP_1("TCP, 1 stream", "Mbit/s", true),
    TCP_REVERSE("TCP, 1 stream, reverse", "Mbit/s", true),
    TCP_4("TCP, 4 streams", "Mbit/s", true),
    TCP_NANOS("processor time of both gateways per 1,400 octets of TCP", "ns", false),
    UDP_64("UDP, 64 octets, loss of 1 % at most", "packets/s", true),
    UDP_1350("UDP, 1,350 octets, loss of 1 % at most", "packets/s", true),
    IDLE_P50("round trip, idle, p50", "µs", false),
    IDLE_P99("round trip, idle, p99", "µs", false),
    IDLE_P999("round trip, idle, p99.9", "µs", false),
    LOADED_P50("round trip, under load, p50", "µs", false),
    LOADED_P99("round trip, under load, p99", "µs", false),
    LOADED_P999("round trip, under load, p99.9", "µs", false),
    GATEWAY_NANOS("processor time of the sealing gateway", "ns/packet", false),
    ENDPOINT_NANOS("processor time of the opening gateway", "ns/packet", false),
    LOAD_LOSS("lost of the fixed load", "%", false);

    private final String text;
    private final String unit;
    private final boolean moreIsBetter;

    Metric(String text, String unit, boolean moreIsBetter) {
        this.text = text;
        this.unit = unit;
        this.moreIsBetter = moreIsBetter;
    }

    String text() {
        return text;
    }

    String unit() {
        return unit;
    }

    boolean moreIsBetter() {
        return moreIsBetter;
    }
}
