package culvert.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.ike.Credentials;
import culvert.ike.Ppk;
import culvert.model.Secret;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is secret in a file, and where it is read from. */
class ConfigSecretsTest {
    private static final String BASE = SampleSite.resource("base.yaml");
    private static final String EXAMPLE = SampleSite.resource("example.yaml");

    @TempDir Path directory = Path.of("");
    private SampleSite site = new SampleSite(Path.of(""));

    @BeforeEach
    void createSecrets() {
        site = SampleSite.in(directory);
    }

    private static Credentials secret(String text) {
        return new Credentials.PreSharedKey(Secret.owning(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void readsAPpk() {
        String text =
                EXAMPLE.replace(
                        "role: initiate",
                        "role: initiate\n        ppk: {id: ppk-1, file: secrets/aws-1.ppk}");
        Ppk ppk = site.valid(text).tunnels().getFirst().ike().ppk().orElseThrow();
        assertEquals(
                new Ppk(
                        "ppk-1",
                        Secret.owning(SampleSite.PPK.getBytes(StandardCharsets.US_ASCII)),
                        true),
                ppk);
        GatewayConfig other = site.valid(text.replace("ppk}", "ppk, required: false}"));
        assertFalse(other.tunnels().getFirst().ike().ppk().orElseThrow().required());
        other.wipeSecrets();
        assertTrue(other.tunnels().getFirst().ike().ppk().orElseThrow().key().isWiped());
    }

    @Test
    void startsRelativePathsAtTheDirectoryOfTheFile() {
        GatewayConfig config =
                site.valid(
                        BASE.replace("connections:", "control-socket: run/c.sock\nconnections:")
                                .replace(
                                        "169.254.10.2/30",
                                        "169.254.10.2/30\n"
                                                + "        bgp: {md5-file: secrets/aws-2.psk}")
                                .replace("    vpn-connection-id: vpn-0123456789abcdef0\n", ""));

        assertEquals(directory.resolve("run/c.sock"), config.controlSocket());
        assertEquals(
                Optional.of(directory.resolve("secrets/aws-2.psk")),
                config.tunnels().getFirst().bgp().orElseThrow().md5File());
    }

    @Test
    void readsASystemdCredentialWhoseGroupBitsComeFromAnAcl() throws Exception {
        Path credentials = Files.createDirectory(directory.resolve("credentials"));
        Path credential = Files.writeString(credentials.resolve("aws-1.psk"), SampleSite.FIRST_KEY);
        Files.setPosixFilePermissions(credential, PosixFilePermissions.fromString("r--r-----"));
        Path file = site.write(BASE.replace("file: secrets/aws-1.psk", "credential: aws-1.psk"));
        LoadOptions options =
                LoadOptions.ofEnvironment(Map.of("CREDENTIALS_DIRECTORY", credentials + ""));

        ConfigResult.Valid valid =
                assertInstanceOf(ConfigResult.Valid.class, ConfigLoader.load(file, options));
        assertEquals(
                secret(SampleSite.FIRST_KEY),
                valid.config().tunnels().getFirst().ike().credentials());

        Files.setPosixFilePermissions(credential, PosixFilePermissions.fromString("r--r--r--"));
        assertEquals(
                List.of(
                        "15:38: credential 'DIR/credentials/aws-1.psk' has mode 0444: others than"
                                + " its owner can use it (run: chmod 600 DIR/credentials/aws-1.psk)"),
                site.problems(ConfigLoader.load(file, options)));
    }

    @Test
    void passesOnTheWishForKeyExport() {
        LoadOptions options = LoadOptions.NONE.withExportKeys(true);
        ConfigResult.Valid valid =
                assertInstanceOf(
                        ConfigResult.Valid.class, ConfigLoader.load(site.write(BASE), options));

        assertTrue(valid.config().tunnels().stream().allMatch(t -> t.ike().exportKeys()));
    }

    @Test
    void wipesEveryKeyWhenTold() {
        GatewayConfig config = site.valid(BASE);
        config.wipeSecrets();

        assertTrue(
                config.tunnels().stream()
                        .allMatch(
                                t ->
                                        t.ike().credentials()
                                                        instanceof
                                                        Credentials.PreSharedKey(Secret key)
                                                && key.isWiped()));
    }
}
