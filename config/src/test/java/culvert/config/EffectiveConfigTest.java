package culvert.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is printed with all defaults is the same configuration. */
class EffectiveConfigTest {
    private static final String BASE = SampleSite.resource("base.yaml");

    @TempDir Path directory = Path.of("");
    private SampleSite site = new SampleSite(Path.of(""));

    @BeforeEach
    void createSecrets() {
        site = SampleSite.in(directory);
    }

    private String effective(String text) {
        return EffectiveConfig.load(site.write(text), LoadOptions.NONE).text().orElseThrow();
    }

    private void assertSame(String text) {
        GatewayConfig written = site.valid(text);
        String effective = effective(text);
        assertEquals(written, site.valid(effective), effective);
        for (String secret : SampleSite.SECRETS) {
            assertFalse(effective.contains(secret));
        }
    }

    @Test
    void givesTheSameRecords() {
        assertSame(BASE);
        assertSame(SampleSite.resource("example.yaml"));
    }

    @Test
    void givesTheSameRecordsForStaticRouting() {
        String text =
                BASE.replace("routing: bgp", "routing: static")
                        .replace("peer-asn: 64512", "static-routes: [10.20.0.0/16]");
        assertSame(text);
        assertSame(
                text.replace("  asn: 65000\n", "").replace("  advertise: [192.168.10.0/24]\n", ""));
    }

    @Test
    void givesTheSameRecordsForIpv6AndForBothKindsOfRouting() {
        assertSame(
                BASE.replace("198.18.0.1\n", "2001:db8::1\n  router-id: 192.0.2.1\n")
                        .replace("198.18.0.11", "2001:db8::11")
                        .replace("198.18.0.12", "'2001:db8::12'")
                        .replace("169.254.10.2/30", "fd00::2/126")
                        .replace("169.254.10.6/30", "fd00::6/126")
                        .replace("[192.168.10.0/24]", "[\"::/0\", fd00::/64]"));
        assertSame(
                BASE.replace("198.18.0.11", "VPN.Example.com")
                        .replace("198.18.0.12", "vpn-2.example.com"));
        assertSame(
                BASE
                        + """
                          - name: colo
                            routing: static
                            static-routes:
                              - 10.99.0.0/16
                              - 172.16.0.0/12
                            tunnels:
                              - name: colo
                                interface: "#1"
                                peer-address: 192.0.2.1
                                peer-identity: "keyid:it's \\"\\u00e9\\" {x}: #1"
                                pre-shared-key: {file: secrets/aws-2.psk}
                                inside-address: 10.255.0.1/30
                                role: respond
                        """);
    }

    @Test
    void givesTheSameRecordsWhereNullIsWritten() {
        assertSame(
                BASE.replace("connections:", "metrics: null\nconnections:")
                        .replace("[192.168.10.0/24]", "null")
                        .replace(
                                "169.254.10.2/30",
                                "169.254.10.2/30\n        liveness: {probe-interval: ~}\n"
                                        + "        bgp: {hold-time: 0s, md5-file: null}"));
        assertSame(BASE.replace("[192.168.10.0/24]", "[]"));
    }

    @Test
    void givesTheSameRecordsWhereverTheLoaderOnlyWarns() {
        int checked = 0;
        for (MistakesTest.Mistake mistake : MistakesTest.mistakes().toList()) {
            if (site.load(mistake.text()) instanceof ConfigResult.Valid) {
                assertSame(mistake.text());
                checked++;
            }
        }
        assertTrue(checked > 5, "cases: " + checked);
    }

    @Test
    void saysWhereEachValueComesFrom() {
        List<String> lines = effective(BASE).lines().map(l -> l.replaceAll(" +#", " #")).toList();
        for (String line :
                List.of(
                        "  outside-address: 198.18.0.1 # culvert.yaml:4",
                        "  identity: 198.18.0.1 # default: outside-address",
                        "  router-id: 169.254.10.2 # default: the first IPv4 inside-address",
                        "  advertise: [192.168.10.0/24] # culvert.yaml:6",
                        "metrics: null # default",
                        "  - name: aws # culvert.yaml:8",
                        "    max-prefixes: 1000 # default",
                        "      - name: aws-2 # culvert.yaml:17",
                        "        interface: cv1 # default: cv and the number of the tunnel in the"
                                + " file, from 0",
                        "          file: secrets/aws-2.psk # culvert.yaml:19",
                        "          replay-window: 1024 # default")) {
            assertTrue(lines.contains(line), () -> line + "\nis not in\n" + lines);
        }
    }

    @Test
    void namesEveryKeyThatApplies() {
        String text = effective(SampleSite.resource("example.yaml"));
        for (ConfigKey key : ConfigKeys.ROOT.keys()) {
            assertTrue(text.contains("\n" + key.name() + ":") || text.startsWith(key.name()));
        }
    }

    @Test
    void saysNothingOfAFileWithErrors() {
        EffectiveConfig config =
                EffectiveConfig.load(site.write(BASE.replace("65000", "x")), LoadOptions.NONE);
        assertEquals(Optional.empty(), config.text());
        assertTrue(config.result() instanceof ConfigResult.Invalid);
    }

    @Test
    void keepsAStrangeFileNameOutOfTheComments() throws Exception {
        Path file = Files.writeString(directory.resolve("a\nversion: 2"), BASE);
        String text = EffectiveConfig.load(file, LoadOptions.NONE).text().orElseThrow();
        assertEquals(site.valid(BASE), site.valid(text));
    }

    @Test
    void quotesOnlyWhatNeedsIt() {
        assertEquals("2001:db8::1", YamlScalar.of("2001:db8::1"));
        assertEquals("'::/0'", YamlScalar.of("::/0"));
        assertEquals("'fd00::'", YamlScalar.of("fd00::"));
        assertEquals("'null'", YamlScalar.of("null"));
        assertEquals("'it''s'", YamlScalar.of("it's"));
        assertEquals("\"\\U0000000a\\U0001f600\"", YamlScalar.of("\n\uD83D\uDE00"));
        assertEquals("''", YamlScalar.of(""));
    }
}
