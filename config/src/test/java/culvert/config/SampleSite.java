package culvert.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** A directory with configuration files and the secrets that they point to. */
record SampleSite(Path directory) {
    static final String FIRST_KEY = "Uncle.Toby_and7Trim";
    static final String SECOND_KEY = "widow_Wadman.1759";
    static final String PPK = "Corporal_Trim_reads_the_sermon_aloud";

    /** Every text that is a secret here. */
    static final List<String> SECRETS = List.of(FIRST_KEY, SECOND_KEY, PPK, "HUNTER2", "Bo wling");

    /** Valid until 2125. */
    private static final List<String> CERTIFICATES =
            List.of(
                    "authorities.pem",
                    "gateway.pem",
                    "wrong-order.pem",
                    "rsa.pem",
                    "bare.pem",
                    "nameless.pem",
                    "encipher.pem",
                    "weak.pem",
                    "revoked.crl",
                    "outdated.crl",
                    "many.pem",
                    "text.pem");

    /** Creates the secrets and the certificates. */
    static SampleSite in(Path directory) {
        SampleSite site = new SampleSite(directory);
        site.secret("aws-1.psk", FIRST_KEY + "\n", "rw-------");
        site.secret("aws-2.psk", SECOND_KEY + "\r\n", "r--------");
        site.secret("aws-1.ppk", PPK + "\n", "rw-------");
        site.secret("open.psk", FIRST_KEY, "rw-r--r--");
        site.secret("group.psk", FIRST_KEY, "rw-r-----");
        site.secret("empty.psk", "", "rw-------");
        site.secret("line.psk", "\n", "rw-------");
        site.secret("large.psk", "x".repeat(SecretFile.LARGEST_BYTES + 1), "rw-------");
        site.secret("lines.psk", "HUNTER2_HUNTER2\nHUNTER2_HUNTER2\n", "rw-------");
        site.secret("short.psk", "HUNTER2\n", "rw-------");
        site.secret("long.psk", "HUNTER2__".repeat(8) + "\n", "rw-------");
        site.secret("space.psk", "Bo wling_green\n", "rw-------");
        site.secret("zero.psk", "0HUNTER2_HUNTER2\n", "rw-------");
        for (String name : CERTIFICATES) {
            site.put("certificates", name, resource("certificates/" + name), "rw-r--r--");
        }
        for (String name : List.of("gateway.key", "rsa.key", "other.key", "encrypted.key")) {
            site.secret(name, resource("certificates/" + name), "rw-------");
        }
        site.secret("open.key", resource("certificates/gateway.key"), "rw-r--r--");
        site.secret("md5.psk", "HUNTER2__".repeat(9) + "\n", "rw-------");
        return site;
    }

    void secret(String name, String content, String mode) {
        put("secrets", name, content, mode);
    }

    private void put(String under, String name, String content, String mode) {
        Path file = directory.resolve(under).resolve(name);
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, content);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path write(String text) {
        return write(text.getBytes(StandardCharsets.UTF_8));
    }

    Path write(byte[] octets) {
        try {
            return Files.write(directory.resolve("culvert.yaml"), octets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ConfigResult load(String text) {
        return ConfigLoader.load(write(text));
    }

    /** The configuration of a text that must be right. */
    GatewayConfig valid(String text) {
        return switch (load(text)) {
            case ConfigResult.Valid valid -> valid.config();
            case ConfigResult.Invalid invalid ->
                    throw new AssertionError(String.join("\n", shortened(invalid.problems())));
        };
    }

    /** Everything that was said about the text, as LINE:COL: WHAT (HINT). */
    List<String> problems(String text) {
        return problems(load(text));
    }

    List<String> problems(ConfigResult result) {
        return switch (result) {
            case ConfigResult.Valid valid -> shortened(valid.warnings());
            case ConfigResult.Invalid invalid -> shortened(invalid.problems());
        };
    }

    private List<String> shortened(List<ConfigProblem> problems) {
        return problems.stream().map(this::shortened).toList();
    }

    private String shortened(ConfigProblem problem) {
        String file = directory.resolve("culvert.yaml").toString();
        String text = problem.toString();
        if (!text.startsWith(file + ":")) {
            throw new AssertionError("does not start with the file: " + text);
        }
        return text.substring(file.length() + 1).strip().replace(directory.toString(), "DIR");
    }

    /** A file beside this class. */
    static String resource(String name) {
        try (var in = SampleSite.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new AssertionError("no test resource " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
