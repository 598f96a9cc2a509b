package culvert.config.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.config.ConfigResult;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is not a document of AWS ends in one sentence, and quickly. */
class HostileDocumentTest {
    private static final String XML = Documents.text("vgw-bgp.xml");
    private static final String JSON = Documents.text("describe-two-connections.json");
    private static final String COMMAND =
            "(run: aws ec2 describe-vpn-connections --vpn-connection-ids ID > vpn.json, and import"
                    + " vpn.json)";
    private static final String OTHER_TEXT =
            "this is neither the XML nor the JSON of a VPN connection; the console's files for other"
                    + " devices cannot be read ";

    private static final int HUNDRED_MEGABYTES = 100 << 20;

    @TempDir Path directory = Path.of("");

    static List<Arguments> refusals() {
        return List.of(
                Arguments.of("", "the file is empty " + COMMAND),
                Arguments.of(" \n", "the file is empty " + COMMAND),
                Arguments.of(
                        "! Amazon Web Services\ncrypto isakmp policy 200\n", OTHER_TEXT + COMMAND),
                Arguments.of(
                        "Your VPN Connection ID : vpn-0123456789abcdef0\n",
                        OTHER_TEXT + COMMAND.replace("ID", "vpn-0123456789abcdef0")),
                Arguments.of("version: 1\n", OTHER_TEXT + COMMAND),
                Arguments.of(
                        "<html><body>Sign in</body></html>",
                        "this XML is not the customer gateway configuration of a VPN connection "
                                + COMMAND),
                Arguments.of(
                        "<vpn_connection id=\"vpn-0123456789abcdef0\"/>",
                        "vpn-0123456789abcdef0 has no tunnels (download it again from AWS when the"
                                + " connection is available)"),
                Arguments.of(
                        "<vpn_connection>" + "<ipsec_tunnel/>".repeat(17) + "</vpn_connection>",
                        "a connection without an id has 17 tunnels (download it again from AWS when"
                                + " the connection is available)"),
                Arguments.of(
                        XML.replace("198.51.100.20", "198.51.100.9"),
                        "two tunnels of vpn-0aaaaaaaaaaaaaaa1 have the same AWS address (download it"
                                + " again from AWS)"),
                Arguments.of(
                        XML.replace(
                                "<vpn_connection id",
                                "<!DOCTYPE a SYSTEM \"http://192.0.2.1/a.dtd\"><vpn_connection id"),
                        "the XML has a DOCTYPE, which AWS does not write (download it again from"
                                + " AWS)"),
                Arguments.of(
                        XML.replace(
                                "<vpn_connection id",
                                "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>"
                                        + "<vpn_connection id"),
                        "the XML has a DOCTYPE, which AWS does not write (download it again from"
                                + " AWS)"),
                Arguments.of(
                        billionLaughs(),
                        "the XML has a DOCTYPE, which AWS does not write (download it again from"
                                + " AWS)"),
                Arguments.of(
                        XML.replace("Uncle.Toby_and7Trim", "&e;"),
                        "this is not XML from line 94 on (download it again from AWS)"),
                Arguments.of(
                        "<a>".repeat(100_000),
                        "the XML is nested more than 32 deep (download it again from AWS)"),
                Arguments.of(
                        XML.substring(0, 1000),
                        "the XML ends in the middle, in line 28 (download it again from AWS)"),
                Arguments.of(
                        XML.replace("<ike>", "<ike"),
                        "this is not XML from line 36 on (download it again from AWS)"),
                Arguments.of(
                        XML + XML, "this is not XML from line 113 on (download it again from AWS)"),
                Arguments.of(
                        JSON.substring(0, 5000),
                        "the JSON ends in the middle (let AWS's command write it anew)"),
                Arguments.of(
                        "[".repeat(100_000),
                        "this is not JSON from line 1 on (let AWS's command write it anew)"),
                Arguments.of(
                        "{\n\"a\": b}",
                        "this is not JSON from line 2 on (let AWS's command write it anew)"),
                Arguments.of(
                        JSON + JSON,
                        "line 152 goes on after the end of the JSON (import one answer of AWS at a"
                                + " time)"),
                Arguments.of("\"no XML\"", "this JSON has no VPN connection in it " + COMMAND),
                Arguments.of("[1, {}, null]", "this JSON has no VPN connection in it " + COMMAND),
                Arguments.of(
                        "{\"VpnConnections\": []}",
                        "this JSON has no VPN connection in it " + COMMAND),
                Arguments.of(
                        "{\"VpnConnections\": [{\"State\": \"deleted\"}]}",
                        "every VPN connection in this JSON is deleted " + COMMAND),
                Arguments.of(
                        "{\"VpnConnectionId\": \"vpn-1\", \"CustomerGatewayConfiguration\":"
                                + " \"<a>\"}",
                        "in the CustomerGatewayConfiguration of vpn-1: the XML ends in the middle,"
                                + " in line 1 (download it again from AWS)"));
    }

    private static String billionLaughs() {
        StringBuilder entities = new StringBuilder("<!DOCTYPE a [<!ENTITY l0 \"lol\">");
        for (int i = 1; i <= 9; i++) {
            entities.append(
                    "<!ENTITY l%d \"%s\">".formatted(i, "&l%d;".formatted(i - 1).repeat(10)));
        }
        return XML.replace("<vpn_connection id", entities + "]><vpn_connection id")
                .replace("Uncle.Toby_and7Trim", "&l9;");
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void isRefusedInOneSentence(String document, String sentence) {
        assertEquals(sentence, Documents.refusal(directory, document));
    }

    @Test
    void isRefusedWhenItIsNoFileOrTooLarge() throws IOException {
        Path large = directory.resolve("large");
        Files.write(large, new byte[DocumentText.LARGEST_BYTES + 1]);
        Path huge = directory.resolve("huge.xml");
        Files.writeString(huge, XML);
        try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.setLength(HUNDRED_MEGABYTES);
        }
        for (Path file :
                List.of(
                        large,
                        huge,
                        directory,
                        directory.resolve("missing"),
                        Path.of("/dev/zero"))) {
            assertInstanceOf(
                    ImportResult.Refused.class,
                    assertTimeout(Duration.ofSeconds(5), () -> AwsImport.read(file, Set.of())));
        }
        for (String head :
                List.of(
                        "\u007fELF\u0080\0",
                        "\u0089PNG\r\n",
                        "\u001f\u008b\b\0",
                        "%PDF-1.7\n\u00ff")) {
            byte[] binary = head.getBytes(StandardCharsets.ISO_8859_1);
            assertInstanceOf(ImportResult.Refused.class, Documents.read(directory, binary));
        }
    }

    @Test
    void isRefusedWhereverItIsCutOff() {
        for (String document : List.of(XML.stripTrailing(), JSON.stripTrailing())) {
            for (int length = 0; length < document.length(); length += 29) {
                assertHoldsNoKey(Documents.refusal(directory, document.substring(0, length)));
            }
        }
    }

    /** Whatever comes of it: a sentence, or files that the check has an answer to. */
    @Test
    void neverThrowsHoweverItIsChanged() throws IOException {
        long seed = Long.getLong("sim.seed", System.nanoTime());
        System.out.println("HostileDocumentTest -Dsim.seed=" + seed);
        Random random = new Random(seed);
        for (int run = 0; run < 200; run++) {
            byte[] octets = (random.nextBoolean() ? XML : JSON).getBytes(StandardCharsets.UTF_8);
            for (int change = 0; change <= random.nextInt(4); change++) {
                octets[random.nextInt(octets.length)] =
                        (byte) "<>&\"{}[],: \n0az\\/.-\u0000".charAt(random.nextInt(20));
            }
            switch (Documents.read(directory, octets)) {
                case ImportResult.Refused(String sentence) -> {
                    assertHoldsNoKey(sentence);
                    assertFalse(sentence.contains("\n"));
                }
                case ImportResult.Imported(ImportedFiles files) -> {
                    Path output = Files.createTempDirectory(directory, "output");
                    files.write(output);
                    List<String> lines = files.yaml().lines().toList();
                    Documents.problems(ImportedFiles.configuration(output))
                            .forEach(p -> assertTrue(p.line() >= 1 && p.line() <= lines.size()));
                }
            }
        }
    }

    private static void assertHoldsNoKey(String sentence) {
        for (String key : Documents.KEYS) {
            assertFalse(sentence.contains(key));
        }
    }

    /** Where a value is nonsense a marked line stands, not the nonsense. */
    @Test
    void neverCopiesNonsenseIntoTheFile() throws IOException {
        for (String nonsense :
                List.of(
                        "x\ny: 1",
                        "# a",
                        "&amp;a",
                        "]",
                        "0",
                        "-1",
                        "99999999999999999999",
                        "300.1.1.1",
                        "10.1",
                        "fe80::1%eth0",
                        "0.0.0.0",
                        "224.0.0.1",
                        "\u00e9\u2028",
                        "")) {
            for (String element :
                    List.of(
                            "customer_gateway_id",
                            "vpn_gateway_id",
                            "ip_address",
                            "network_cidr",
                            "asn",
                            "hold_time",
                            "lifetime",
                            "interval",
                            "retries",
                            "pre_shared_key")) {
                String document =
                        XML.replaceAll(
                                "<%s>[^<]*</%s>".formatted(element, element),
                                "<%s>%s</%s>".formatted(element, nonsense, element));
                ImportedFiles files = Documents.imported(directory, document);
                Path output = Files.createTempDirectory(directory, "output");
                files.write(output);
                ConfigResult result =
                        culvert.config.ConfigLoader.load(ImportedFiles.configuration(output));
                ConfigResult.Invalid invalid = assertInstanceOf(ConfigResult.Invalid.class, result);
                assertTrue(
                        invalid.problems().stream()
                                .allMatch(
                                        p ->
                                                !p.isError()
                                                        || p.what().contains("to be filled in")
                                                        || p.what().contains("does not exist")),
                        () -> element + " " + nonsense + ": " + invalid.problems());
            }
        }
    }
}
