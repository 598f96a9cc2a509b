package culvert.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.bgp.BgpSettings;
import culvert.bgp.message.Nlri;
import culvert.bgp.rib.PrefixRule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the file says of routes, and of which go which way. */
class RouteSettingsTest {
    private static final String BASE = SampleSite.resource("base.yaml");

    @TempDir Path directory = Path.of("");
    private SampleSite site = new SampleSite(Path.of(""));

    @BeforeEach
    void createSecrets() {
        site = SampleSite.in(directory);
    }

    @Test
    void readsWhatTheFileSaysOfRoutes() {
        GatewayConfig byDefault = site.valid(BASE);
        assertEquals(
                new RouteSettings(213, true, Duration.ofSeconds(30), false), byDefault.routes());

        GatewayConfig config =
                site.valid(
                        BASE.replace(
                                        "connections:",
                                        "routes: {metric: 10, guard: false, hold-down: 0s,"
                                                + " multipath: true}\nconnections:")
                                .replace(
                                        "    tunnels:",
                                        """
                                            accept: [10.0.0.0/8 ge 16 le 24, "fd00::/8 le 64"]
                                            advertise: [192.168.0.0/16 le 16]
                                            max-advertised: 1000
                                            advertise-default: true
                                            tunnels:\
                                        """)
                                .replace(
                                        "169.254.10.2/30",
                                        "169.254.10.2/30\n        bgp: {ttl-security: true, med: 0,"
                                                + " prepend: 3, local-pref: 200}"));
        assertEquals(new RouteSettings(10, false, Duration.ZERO, true), config.routes());
        assertEquals(
                new Routing.Bgp(
                        64512,
                        List.of(
                                new PrefixRule(Nlri.parse("10.0.0.0/8"), 16, 24, true),
                                new PrefixRule(Nlri.parse("fd00::/8"), 8, 64, true)),
                        1000,
                        List.of(new PrefixRule(Nlri.parse("192.168.0.0/16"), 16, 16, true)),
                        1000,
                        true),
                config.connections().getFirst().routing());
        assertEquals(
                Optional.of(
                        new BgpSettings(
                                64512, Duration.ofSeconds(30), Optional.empty(), true, 0, 3, 200)),
                config.tunnels().getFirst().bgp());
    }
}
