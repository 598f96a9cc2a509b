package culvert.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code import aws} and {@code check} as a shell sees them. */
class ImportAwsCommandTest {
    private static final String KEY = "Uncle.Toby_and7Trim";
    private static final String TUNNEL =
            """
              <ipsec_tunnel>
                <customer_gateway>
                  <tunnel_outside_address><ip_address>203.0.113.7</ip_address></tunnel_outside_address>
                  <tunnel_inside_address><ip_address>169.254.%1$d.2</ip_address></tunnel_inside_address>
                  <bgp><asn>65010</asn></bgp>
                </customer_gateway>
                <vpn_gateway>
                  <tunnel_outside_address><ip_address>198.51.100.%1$d</ip_address></tunnel_outside_address>
                  <bgp><asn>64620</asn></bgp>
                </vpn_gateway>
                <ike><pre_shared_key>%2$s</pre_shared_key></ike>
              </ipsec_tunnel>
            """;
    private static final String DOCUMENT =
            "<vpn_connection id=\"vpn-0123456789abcdef0\">\n"
                    + TUNNEL.formatted(20, KEY)
                    + TUNNEL.formatted(21, KEY)
                    + "</vpn_connection>\n";

    @TempDir Path directory = Path.of("");

    private record Ended(int exitCode, String out, String err) {}

    private static Ended culvert(Object... arguments) {
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream outOctets = new ByteArrayOutputStream();
        ByteArrayOutputStream errOctets = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(outOctets, true, StandardCharsets.UTF_8));
            System.setErr(new PrintStream(errOctets, true, StandardCharsets.UTF_8));
            int exitCode = CommandLineInterface.execute(words);
            return new Ended(
                    exitCode,
                    outOctets.toString(StandardCharsets.UTF_8),
                    errOctets.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private Path document() throws IOException {
        return Files.writeString(directory.resolve("vpn.xml"), DOCUMENT);
    }

    @Test
    void writesFilesAndSaysWhatIsLeft() throws IOException {
        Path output = directory.resolve("etc");
        Path configuration = output.resolve("culvert.yaml");
        Ended ended = culvert("import", "aws", document(), "-o", output);

        assertEquals(0, ended.exitCode, ended.err);
        assertEquals("", ended.err);
        assertEquals(
                """
                DIR/vpn.xml: vpn-0123456789abcdef0, BGP, 2 tunnels
                wrote DIR/etc/culvert.yaml
                wrote DIR/etc/secrets/aws-1.psk
                wrote DIR/etc/secrets/aws-2.psk
                DIR/vpn.xml holds the keys too: remove it, or keep it from others
                left to do:
                  DIR/etc/culvert.yaml:14:15: advertise is still to be filled in: prefixes announced to every BGP peer (write your own value, such as advertise: [10.20.0.0/16])
                then: culvert check -c DIR/etc/culvert.yaml
                """,
                ended.out.replace(directory.toString(), "DIR"));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(output.resolve("secrets/aws-2.psk"))));

        assertEquals(7, culvert("check", "-c", configuration).exitCode);
        Files.writeString(
                configuration, Files.readString(configuration).replace("[FILL-IN]", "[]"));
        Ended check = culvert("check", "-c", configuration);
        assertEquals(0, check.exitCode, check.err);
        assertEquals(configuration + ": ok, 1 connection, 2 tunnels\n", check.out);
    }

    @Test
    void keepsWhatIsThereUnlessForced() throws IOException {
        Path output = Files.createDirectories(directory.resolve("o"));
        Files.writeString(output.resolve("culvert.yaml"), "mine");
        Ended refused = culvert("import", "aws", document(), "-o", output);

        assertEquals(1, refused.exitCode);
        assertEquals(
                "culvert: this would write over %s/culvert.yaml (name another directory with -o DIR, or add --force)\n"
                        .formatted(output),
                refused.err);
        assertEquals("mine", Files.readString(output.resolve("culvert.yaml")));
        assertFalse(Files.exists(output.resolve("secrets")));

        assertEquals(0, culvert("import", "aws", document(), "-o", output, "--force").exitCode);
        assertTrue(Files.readString(output.resolve("culvert.yaml")).startsWith("# Written"));
    }

    @Test
    void answersBadInputWithOneSentence() throws IOException {
        Path text = Files.writeString(directory.resolve("generic.txt"), "Amazon Web Services\n");
        Path truncated =
                Files.writeString(directory.resolve("cut.xml"), DOCUMENT.substring(0, 500));
        for (Path file : new Path[] {text, truncated, directory, directory.resolve("missing")}) {
            Ended ended = culvert("import", "aws", file, "-o", directory.resolve("o"));
            assertEquals(1, ended.exitCode);
            assertEquals("", ended.out);
            assertEquals(1, ended.err.lines().count(), ended.err);
            assertTrue(ended.err.startsWith("culvert: " + file + ": "), ended.err);
            assertFalse(Files.exists(directory.resolve("o")));
        }
    }

    @Test
    void failsInOneSentenceWhereNothingCanBeWritten() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");
        Ended ended = culvert("import", "aws", document(), "-o", file.resolve("below"));
        assertEquals(1, ended.exitCode);
        assertEquals(1, ended.err.lines().count(), ended.err);
    }

    @Test
    void wantsAFileAndASource() {
        assertEquals(2, culvert("import").exitCode);
        assertEquals(2, culvert("import", "aws").exitCode);
        assertEquals(2, culvert("import", "elsewhere").exitCode);
    }

    @Test
    void printsNoKeyWhateverIsAsked() throws IOException {
        Path output = directory.resolve("o");
        Ended imported = culvert("import", "aws", document(), "-o", output);
        Path configuration = output.resolve("culvert.yaml");
        Files.writeString(
                configuration, Files.readString(configuration).replace("[FILL-IN]", "[]"));
        Ended effective = culvert("check", "--effective", "-c", configuration);

        assertEquals(0, effective.exitCode, effective.err);
        assertTrue(effective.out.contains("# culvert.yaml:"), effective.out);
        for (String printed :
                new String[] {imported.out, imported.err, effective.out, effective.err}) {
            assertFalse(printed.contains(KEY));
        }
    }

    @Test
    void printsTheSchemaWithoutAnyFile() {
        Ended ended = culvert("check", "--schema");
        assertEquals(0, ended.exitCode);
        assertTrue(ended.out.startsWith("{"));
        assertEquals(2, culvert("check", "--schema", "--effective").exitCode);
        assertEquals(7, culvert("check", "--effective", "-c", "missing.yaml").exitCode);
    }
}
