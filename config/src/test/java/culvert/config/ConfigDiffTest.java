package culvert.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a reload finds to do. */
class ConfigDiffTest {
    @TempDir Path directory = Path.of("");
    private SampleSite site = new SampleSite(Path.of(""));

    @BeforeEach
    void createSecrets() {
        site = SampleSite.in(directory);
    }

    @ParameterizedTest
    @MethodSource("culvert.config.ConfigEdits#all")
    void namesTheKeyItsClassAndBothValues(ConfigEdits.Edit edit) {
        assertEquals(
                1,
                ConfigEdits.BASE.split(java.util.regex.Pattern.quote(edit.from()), -1).length - 1);
        assertEquals(
                edit.changes(),
                lines(ConfigEdits.BASE, text -> text.replace(edit.from(), edit.to())));
    }

    @Test
    void comparesSecretsByContent() {
        GatewayConfig before = site.valid(ConfigEdits.BASE);
        site.secret("aws-2.psk", "Another.Key_1759\n", "rw-------");
        GatewayConfig after = site.valid(ConfigEdits.BASE);
        ConfigDiff diff = ConfigDiff.between(before, after);
        assertEquals(List.of("aws-2"), List.copyOf(diff.tunnelsWith(ReloadClass.RESTART_TUNNEL)));
        assertEquals(
                "restart-tunnel  connections[aws].tunnels[aws-2].pre-shared-key: the secret is"
                        + " another",
                diff.changes().getFirst().toString());
    }

    @Test
    void takesTheTunnelsThatAConnectionsKeyConcerns() {
        ConfigDiff diff =
                diff(ConfigEdits.BASE, text -> text.replace("peer-asn: 64512", "peer-asn: 64513"));
        assertEquals(
                List.of("aws-1", "aws-2"),
                List.copyOf(diff.tunnelsWith(ReloadClass.RESTART_SESSION)));
        assertEquals(List.of(), diff.needingRestart());
    }

    @Test
    void restartsTheTunnelsWhenTheKindOfRoutingChanges() {
        String toStatic =
                ConfigEdits.BASE
                        .replace(ConfigEdits.BGP, ConfigEdits.STATIC)
                        .replace("        bgp: {hold-time: 30s, md5-file: null}\n", "");
        List<String> lines = lines(ConfigEdits.BASE, text -> toStatic);
        assertTrue(
                lines.contains("restart-tunnel  connections[aws].routing: bgp -> static"),
                lines::toString);
        assertTrue(
                lines.contains(
                        "live            connections[aws].static-routes: none -> [10.20.0.0/16]"),
                lines::toString);
    }

    @Test
    void aRouterIdThatFollowsTheFirstTunnelStaysWhenThatGoes() {
        String derived = ConfigEdits.BASE.replace("  router-id: 192.168.10.1\n", "");
        int first = derived.indexOf("      - name: aws-1");
        int second = derived.indexOf("      - {name: aws-2");
        assertEquals(
                List.of(
                        "live            connections[aws].tunnels[aws-1]: removed, its SAs are"
                                + " deleted"),
                lines(derived, text -> text.substring(0, first) + text.substring(second)));
    }

    @Test
    void noticesThatTheOrderOfTunnelsIsAnother() {
        int first = ConfigEdits.BASE.indexOf("      - name: aws-1");
        int second = ConfigEdits.BASE.indexOf("      - {name: aws-2");
        assertEquals(
                List.of("live            connections[aws].tunnels: in another order: aws-2, aws-1"),
                lines(
                        ConfigEdits.BASE,
                        text ->
                                text.substring(0, first)
                                        + text.substring(second)
                                        + text.substring(first, second)));
    }

    @Test
    void findsNothingInTheSameFile() {
        assertTrue(diff(ConfigEdits.BASE, text -> "# a remark\n" + text).isEmpty());
    }

    /** Whoever adds a key decides here what its change costs. */
    @Test
    void everyKeyHasExactlyOneClass() {
        List<String> classified = new ArrayList<>();
        ReloadKeys.GATEWAY.forEach(row -> classified.add(row.path()));
        ReloadKeys.CONNECTION.forEach(row -> classified.add("connections." + row.path()));
        ReloadKeys.TUNNEL.forEach(row -> classified.add("connections.tunnels." + row.path()));
        // Told apart by these, so they never change.
        classified.add("connections.name");
        classified.add("connections.tunnels.name");
        Set<String> unused = new HashSet<>(classified);
        for (String key : leaves("", ConfigKeys.ROOT)) {
            List<String> rows =
                    classified.stream()
                            .filter(row -> key.equals(row) || key.startsWith(row + "."))
                            .toList();
            assertEquals(1, rows.size(), () -> key + " needs a row in ReloadKeys: " + rows);
            unused.removeAll(rows);
        }
        assertEquals(Set.of(), unused);
    }

    private static List<String> leaves(String path, ConfigSection section) {
        List<String> paths = new ArrayList<>();
        for (ConfigKey key : section.keys()) {
            switch (key) {
                case ConfigKey.Section s ->
                        paths.addAll(leaves(path + s.name() + ".", s.section()));
                case ConfigKey.Sections s ->
                        paths.addAll(leaves(path + s.name() + ".", s.section()));
                case ConfigKey.Value<?> v -> paths.add(path + v.name());
                case ConfigKey.Values<?> v -> paths.add(path + v.name());
            }
        }
        return paths;
    }

    @Test
    void sayNothingOfSecrets() {
        site.secret("other.psk", SampleSite.SECOND_KEY, "rw-------");
        String lines =
                String.join(
                        "\n",
                        lines(
                                ConfigEdits.BASE,
                                text -> text.replace("secrets/aws-1.psk", "secrets/other.psk")));
        SampleSite.SECRETS.forEach(secret -> assertFalse(lines.contains(secret), lines));
    }

    private List<String> lines(String before, UnaryOperator<String> edit) {
        return diff(before, edit).changes().stream().map(ConfigChange::toString).toList();
    }

    private ConfigDiff diff(String before, UnaryOperator<String> edit) {
        site.secret("other.psk", "Another.Key_1759\n", "rw-------");
        return ConfigDiff.between(site.valid(before), site.valid(edit.apply(before)));
    }
}
