package culvert.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No text that comes out of the configuration holds a pre-shared key. */
class HiddenSecretsTest {
    @TempDir Path directory = Path.of("");
    private SampleSite site = new SampleSite(Path.of(""));

    @BeforeEach
    void createSecrets() {
        site = SampleSite.in(directory);
    }

    private static void assertHidden(String text) {
        for (String secret : SampleSite.SECRETS) {
            byte[] octets = secret.getBytes(StandardCharsets.UTF_8);
            assertFalse(text.contains(secret), text);
            assertFalse(text.contains(HexFormat.of().formatHex(octets)), text);
        }
    }

    @Test
    void showsNoneInARightConfiguration() {
        ConfigResult result = site.load(SampleSite.resource("example.yaml"));
        String text = result.toString();

        assertTrue(text.contains("Secret["), "the key is in the tree: " + text);
        assertHidden(text);
    }

    @Test
    void showsNoneWhateverTheMistake() {
        MistakesTest.mistakes()
                .forEach(
                        mistake -> {
                            ConfigResult result = site.load(mistake.text());
                            assertHidden(result.toString());
                            site.problems(result).forEach(HiddenSecretsTest::assertHidden);
                        });
    }

    @Test
    void showsNoneWhenTheKeyStandsWhereTheSourceShould() {
        for (String source :
                new String[] {
                    "HUNTER2",
                    "'HUNTER2",
                    "\"HUNTER2\\x",
                    "{HUNTER2",
                    "[HUNTER2, *HUNTER2]",
                    "&HUNTER2 x",
                    "!HUNTER2 x",
                    "!HUNTER2!x y",
                    "|HUNTER2",
                    "@HUNTER2",
                    "%HUNTER2",
                    "{file: {HUNTER2: x}}",
                    "{file: [HUNTER2]}",
                    "{<<: HUNTER2}",
                    "HUNTER2: x",
                    "{credential: HUNTER2 x",
                    "{? HUNTER2 : x}",
                    "{HUNTER2: , HUNTER2: }",
                }) {
            String text =
                    SampleSite.resource("base.yaml").replace("{file: secrets/aws-1.psk}", source);
            site.problems(text).forEach(HiddenSecretsTest::assertHidden);
            String ppk =
                    SampleSite.resource("base.yaml")
                            .replace(
                                    "        pre-shared-key: {file: secrets/aws-1.psk}",
                                    "        pre-shared-key: {file: secrets/aws-1.psk}\n"
                                            + "        ppk: "
                                            + source);
            site.problems(ppk).forEach(HiddenSecretsTest::assertHidden);
        }
    }
}
