package culvert.config.aws;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.config.ConfigLoader;
import culvert.config.ConfigProblem;
import culvert.config.ConfigResult;
import culvert.config.GatewayConfig;
import culvert.config.Placeholder;
import culvert.config.Routing;
import culvert.ike.Credentials;
import culvert.ike.IkeTunnelSettings;
import culvert.ike.message.Identification;
import culvert.model.IpPrefix;
import culvert.model.Secret;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Documents of AWS and what becomes of them.
 *
 * <p>Beside each document stand the file that comes of it (.yaml) and what the check says of that
 * file (.problems); {@code -Dgolden.update=true} writes both anew.
 */
class AwsImportTest {
    private static final Path RESOURCES = Path.of("src/test/resources/culvert/config/aws");

    @TempDir Path directory = Path.of("");

    static List<String> documents() {
        return Documents.NAMES;
    }

    private Path write(ImportedFiles files) throws IOException {
        Path output = Files.createTempDirectory(directory, "output");
        files.write(output);
        return ImportedFiles.configuration(output);
    }

    @ParameterizedTest
    @MethodSource("documents")
    void writesWhatIsExpectedAndOnlyMarkedLinesAreWrong(String name) throws IOException {
        ImportedFiles files = Documents.imported(directory, Documents.text(name));
        Path configuration = write(files);
        List<ConfigProblem> problems = Documents.problems(configuration);
        String words =
                problems.stream()
                        .map(ConfigProblem::toString)
                        .map(text -> text.replace(configuration.getParent() + "/", "") + "\n")
                        .collect(Collectors.joining());
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(RESOURCES.resolve(name + ".yaml"), files.yaml());
            Files.writeString(RESOURCES.resolve(name + ".problems"), words);
            return;
        }
        assertEquals(Documents.text(name + ".yaml"), files.yaml());
        assertEquals(Documents.text(name + ".problems"), words);
        List<String> lines = files.yaml().lines().toList();
        for (ConfigProblem problem : problems) {
            assertTrue(
                    !problem.isError() || isMarked(lines, problem.line() - 1),
                    () -> "not marked: " + problem);
        }
    }

    /** The line holds the word, or a comment that does is right above it. */
    private static boolean isMarked(List<String> lines, int index) {
        if (lines.get(index).contains(Placeholder.WORD)) {
            return true;
        }
        for (int i = index - 1; lines.get(i).strip().startsWith("#"); i--) {
            if (lines.get(i).contains("# " + Placeholder.WORD + ":")) {
                return true;
            }
        }
        return false;
    }

    private static Secret key(IkeTunnelSettings settings) {
        return switch (settings.credentials()) {
            case Credentials.PreSharedKey(Secret key) -> key;
            case Credentials.Certificates any -> throw new AssertionError("by certificate");
        };
    }

    @Test
    void loadsOnceTheMarkedLineIsFilledIn() throws IOException {
        Path configuration = write(Documents.imported(directory, Documents.text("vgw-bgp.xml")));
        Files.writeString(
                configuration,
                Files.readString(configuration)
                        .replace("[" + Placeholder.WORD + "]", "[192.168.10.0/24]"));
        ConfigResult.Valid valid =
                assertInstanceOf(ConfigResult.Valid.class, ConfigLoader.load(configuration));
        GatewayConfig config = valid.config();

        assertEquals(List.of(), valid.warnings());
        assertEquals(InetAddress.ofLiteral("203.0.113.7"), config.site().outsideAddress());
        assertEquals(Identification.parse("203.0.113.7"), config.site().identity());
        assertEquals(OptionalLong.of(65010), config.site().asn());
        assertEquals(
                Optional.of("vpn-0aaaaaaaaaaaaaaa1"),
                config.connections().getFirst().vpnConnectionId());
        assertEquals(
                new Routing.Bgp(64620, List.of(), 1000, List.of(), 100, false),
                config.connections().getFirst().routing());
        assertEquals(
                List.of(
                        "aws-1 cv0 198.51.100.9 169.254.21.6/30 Uncle.Toby_and7Trim",
                        "aws-2 cv1 198.51.100.20 169.254.20.2/30 widow_Wadman.1759"),
                config.tunnels().stream()
                        .map(
                                t ->
                                        String.join(
                                                " ",
                                                t.name(),
                                                t.interfaceName(),
                                                t.ike().peer().toString(),
                                                t.insideAddress().toString(),
                                                new String(
                                                        key(t.ike()).octets(),
                                                        StandardCharsets.UTF_8)))
                        .toList());
    }

    @Test
    void loadsStaticRoutingWithNarrowSelectorsOnceTheKeysAreThere() throws IOException {
        Path configuration =
                write(
                        Documents.imported(
                                directory, Documents.text("describe-secrets-manager.json")));
        for (String name : List.of("aws-1.psk", "aws-2.psk")) {
            Path key = configuration.resolveSibling("secrets").resolve(name);
            Files.createFile(
                    key,
                    java.nio.file.attribute.PosixFilePermissions.asFileAttribute(
                            java.nio.file.attribute.PosixFilePermissions.fromString("rw-------")));
            Files.writeString(key, Documents.KEYS.getFirst());
        }
        ConfigResult.Valid valid =
                assertInstanceOf(ConfigResult.Valid.class, ConfigLoader.load(configuration));

        assertEquals(List.of(), valid.warnings());
        assertEquals(
                new Routing.Static(List.of(IpPrefix.parse("10.20.0.0/16"))),
                valid.config().connections().getFirst().routing());
        assertEquals(
                "[192.168.10.0-192.168.10.255]",
                valid.config().tunnels().getFirst().ike().localSelectors().toString());
        assertEquals(Optional.empty(), valid.config().tunnels().getFirst().probeInterval());
    }

    @Test
    void givesTheSameFileWhateverTheOrderOfTheTunnels() {
        String document = Documents.text("vgw-bgp.xml");
        String[] parts = document.split("(?=  <ipsec_tunnel>)|(?=</vpn_connection>)");
        assertEquals(4, parts.length);
        assertEquals(
                Documents.imported(directory, document).yaml(),
                Documents.imported(directory, parts[0] + parts[2] + parts[1] + parts[3]).yaml());
    }

    @Test
    void ignoresElementsThatItDoesNotKnow() {
        String document = Documents.text("vgw-bgp.xml");
        assertEquals(
                Documents.imported(directory, document).yaml(),
                Documents.imported(
                                directory,
                                document.replaceAll(
                                        "(</(?!vpn_connection)[a-z_]+>\n)",
                                        "$1<new_thing a=\"1\">x<y/></new_thing>\n"))
                        .yaml());
    }

    @Test
    void readsWhatShellsMakeOfTheDocument() {
        String document = Documents.text("vgw-bgp.xml");
        String expected = Documents.imported(directory, document).yaml();
        for (byte[] octets :
                List.of(
                        ("\uFEFF" + document).getBytes(StandardCharsets.UTF_8),
                        ("\uFEFF" + document).getBytes(StandardCharsets.UTF_16LE),
                        document.getBytes(StandardCharsets.UTF_16),
                        document.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8),
                        ("\n\n  " + document).getBytes(StandardCharsets.UTF_8),
                        quoted(document).getBytes(StandardCharsets.UTF_8))) {
            ImportResult.Imported imported =
                    assertInstanceOf(
                            ImportResult.Imported.class, Documents.read(directory, octets));
            assertEquals(expected, imported.files().yaml());
        }
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }

    @Test
    void takesTheConnectionsThatAreAskedFor() {
        String document = Documents.text("describe-two-connections.json");
        ImportedFiles one = Documents.imported(directory, document, "vpn-0aaaaaaaaaaaaaaa1");

        assertEquals("vpn-0aaaaaaaaaaaaaaa1, BGP, 2 tunnels", one.summary());
        assertEquals("2 connections, 4 tunnels", Documents.imported(directory, document).summary());
        assertEquals(
                "it has no connection vpn-0eeeeeeeeeeeeeee1 (it has vpn-0bbbbbbbbbbbbbbb1,"
                        + " vpn-0aaaaaaaaaaaaaaa1)",
                Documents.refusal(directory, document, "vpn-0eeeeeeeeeeeeeee1"));
    }

    @Test
    void wantsToKnowWhichOfSeveralCustomerGatewaysThisIs() {
        String document =
                Documents.text("describe-two-connections.json")
                        .replaceFirst("203\\.0\\.113\\.7", "203.0.113.8")
                        .replaceFirst("203\\.0\\.113\\.7", "203.0.113.8")
                        .replaceFirst(
                                "\"CustomerGatewayId\": \"cgw-0aaaaaaaaaaaaaaaa\"",
                                "\"CustomerGatewayId\": \"cgw-0bbbbbbbbbbbbbbbb\"");
        assertEquals(
                "it has connections of several customer gateways (choose those of this one with"
                        + " --connection ID: vpn-0bbbbbbbbbbbbbbb1 of cgw-0bbbbbbbbbbbbbbbb,"
                        + " vpn-0aaaaaaaaaaaaaaa1 of cgw-0aaaaaaaaaaaaaaaa)",
                Documents.refusal(directory, document));
    }

    @Test
    void saysWhatOnlyAwsCanChange() {
        assertEquals(
                List.of(
                        "the tunnel options of Seoul-DC-1-prod-1 allow IKEv1 only: allow ikev2",
                        "the tunnel options of Seoul-DC-1-prod-1 allow no AES-GCM in phase 2: allow"
                                + " AES256-GCM-16"),
                Documents.imported(directory, Documents.text("describe-two-connections.json"))
                        .inAws());
        assertEquals(
                1,
                Documents.imported(directory, Documents.text("create-ipv6-certificates.json"))
                        .inAws()
                        .size());
    }

    @Test
    void doesNotTakeAMaskedKeyForAKey() {
        ImportedFiles files =
                Documents.imported(directory, Documents.text("odd-single-tunnel.xml"));
        assertTrue(files.keys().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("documents")
    void printsNoKey(String name) throws Exception {
        String text = Documents.text(name);
        ImportResult result = Documents.read(directory, text);
        Object tree = name.endsWith(".xml") ? XmlElement.parse(text) : JsonNode.parse(text);
        Object connections =
                name.endsWith(".xml") ? CustomerGatewayXml.read(text) : DescribeOutput.read(text);
        for (String key : Documents.KEYS) {
            for (Object printed : List.of(result, tree, connections, new DocumentText(text))) {
                assertFalse(printed.toString().contains(key), printed.getClass().toString());
            }
        }
    }
}
