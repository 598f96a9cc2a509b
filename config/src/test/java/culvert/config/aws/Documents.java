package culvert.config.aws;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import culvert.config.ConfigLoader;
import culvert.config.ConfigProblem;
import culvert.config.ConfigResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Documents as AWS writes them, with addresses and keys of nobody. */
final class Documents {
    /** The pre-shared keys in them. */
    static final List<String> KEYS = List.of("Uncle.Toby_and7Trim", "widow_Wadman.1759");

    static final List<String> NAMES =
            List.of(
                    "vgw-bgp.xml",
                    "tgw-bgp.xml",
                    "vgw-static.xml",
                    "odd-single-tunnel.xml",
                    "describe-two-connections.json",
                    "describe-secrets-manager.json",
                    "create-ipv6-certificates.json");

    private Documents() {}

    static String text(String name) {
        try (var in = Documents.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("no test resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ImportResult read(Path directory, byte[] document, String... wanted) {
        try {
            Path file = Files.write(directory.resolve("document"), document);
            return AwsImport.read(file, Set.of(wanted));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static ImportResult read(Path directory, String document, String... wanted) {
        return read(directory, document.getBytes(StandardCharsets.UTF_8), wanted);
    }

    static ImportedFiles imported(Path directory, String document, String... wanted) {
        ImportResult result = read(directory, document, wanted);
        return assertInstanceOf(ImportResult.Imported.class, result, () -> "no import: " + result)
                .files();
    }

    /** The sentence, without the file's name. */
    static String refusal(Path directory, String document, String... wanted) {
        ImportResult.Refused refused =
                assertInstanceOf(ImportResult.Refused.class, read(directory, document, wanted));
        String file = directory.resolve("document") + ": ";
        if (!refused.sentence().startsWith(file)) {
            throw new AssertionError(refused.sentence());
        }
        return refused.sentence().substring(file.length());
    }

    static List<ConfigProblem> problems(Path configuration) {
        return switch (ConfigLoader.load(configuration)) {
            case ConfigResult.Valid valid -> valid.warnings();
            case ConfigResult.Invalid invalid -> invalid.problems();
        };
    }
}
