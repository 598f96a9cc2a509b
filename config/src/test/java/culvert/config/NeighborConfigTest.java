package culvert.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import culvert.bgp.message.Nlri;
import culvert.bgp.rib.PrefixRule;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the file says of the site's own routers. */
class NeighborConfigTest {
    private static final String BASE = SampleSite.resource("base.yaml");
    private static final InetAddress ADDRESS = InetAddress.ofLiteral("192.168.10.2");
    private static final LanAddress LOCAL =
            new LanAddress(InetAddress.ofLiteral("192.168.10.1"), 24);

    @TempDir Path directory = Path.of("");
    private SampleSite site = new SampleSite(Path.of(""));

    @BeforeEach
    void createSecrets() {
        site = SampleSite.in(directory);
    }

    private NeighborConfig neighbor(String more) {
        String section =
                """
                neighbors:
                  - name: core-1
                    address: 192.168.10.2
                    local-address: 192.168.10.1/24
                    asn: 65010
                """;
        return site.valid(BASE + section + more).neighbors().getFirst();
    }

    @Test
    void takesNothingUnlessToldTo() {
        assertEquals(
                new NeighborConfig(
                        "core-1",
                        ADDRESS,
                        LOCAL,
                        65_010,
                        false,
                        Duration.ofSeconds(9),
                        Optional.empty(),
                        false,
                        List.of(),
                        1000,
                        List.of(),
                        OptionalLong.empty(),
                        OptionalLong.empty()),
                neighbor(""));
    }

    @Test
    void readsWhatTheFileSaysOfANeighbor() {
        assertEquals(
                new NeighborConfig(
                        "core-1",
                        ADDRESS,
                        LOCAL,
                        65_010,
                        true,
                        Duration.ofSeconds(3),
                        Optional.empty(),
                        true,
                        List.of(new PrefixRule(Nlri.parse("192.168.0.0/16"), 16, 24, true)),
                        50,
                        List.of(new PrefixRule(Nlri.parse("10.0.0.0/8"), 8, 32, true)),
                        OptionalLong.of(30),
                        OptionalLong.of(200)),
                neighbor(
                        """
                            role: respond
                            hold-time: 3s
                            ttl-security: true
                            accept: [192.168.0.0/16 le 24]
                            max-prefixes: 50
                            advertise: [10.0.0.0/8]
                            med: 30
                            local-pref: 200
                        """));
    }
}
