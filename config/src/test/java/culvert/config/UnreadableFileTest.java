package culvert.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are no configuration at all, or are made to do harm. */
class UnreadableFileTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir Path directory = Path.of("");

    private String only(Path file) {
        List<ConfigProblem> problems = problems(file);
        assertEquals(1, problems.size(), problems::toString);
        return problems.getFirst().toString().replace(file.toString(), "FILE");
    }

    private static List<ConfigProblem> problems(Path file) {
        return switch (ConfigLoader.load(file)) {
            case ConfigResult.Valid valid -> throw new AssertionError("valid: " + valid);
            case ConfigResult.Invalid invalid -> invalid.problems();
        };
    }

    private Path file(byte[] octets) throws Exception {
        return Files.write(directory.resolve("culvert.yaml"), octets);
    }

    private Path file(String text) throws Exception {
        return file(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void saysThatAFileDoesNotExist() {
        assertEquals(
                "FILE: the file does not exist (name it with -c FILE, or create it)",
                only(directory.resolve("none.yaml")));
    }

    @Test
    void saysThatAPathLeadsThroughAFile() throws Exception {
        Path file = file("x").resolve("culvert.yaml");
        assertTrue(only(file).startsWith("FILE: the file "), () -> only(file));
    }

    @Test
    void saysThatAFileIsADirectory() {
        assertEquals("FILE: this is a directory (name the file in it)", only(directory));
    }

    @Test
    void doesNotWaitForADevice() {
        assertEquals(
                "FILE: this is not a regular file (name a file, not a device or pipe)",
                only(Path.of("/dev/zero")));
    }

    @Test
    void refusesAFileThatIsTooLarge() throws Exception {
        assertEquals(
                "FILE: the file is larger than 1048576 octets (is this a configuration of"
                        + " Culvert?)",
                only(file(new byte[ConfigText.LARGEST_BYTES + 1])));
    }

    @Test
    void showsWhereAFileStopsBeingUtf8() throws Exception {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        octets.writeBytes("version: 1\n# é ".getBytes(StandardCharsets.UTF_8));
        octets.write(0xE9);
        octets.writeBytes("\nsite: x\n".getBytes(StandardCharsets.UTF_8));
        assertEquals(
                "FILE:2:5: this is not UTF-8 (save the file as UTF-8)",
                only(file(octets.toByteArray())));
    }

    @Test
    void refusesUtf8ThatEndsWithinACharacter() throws Exception {
        assertEquals(
                "FILE:1:4: this is not UTF-8 (save the file as UTF-8)",
                only(file(new byte[] {'#', ' ', 'x', (byte) 0xC3})));
    }

    /** A picture, an archive, a program, and what wget keeps of a sign-in page. */
    @Test
    void namesAPlaceInWhateverElseIsNoYaml() throws Exception {
        for (String head :
                List.of(
                        "\u0089PNG\r\n\u001a\n",
                        "PK\u0003\u0004\u0014\0",
                        "\u007fELF\u0002\u0001",
                        "<!DOCTYPE html>\n<html><body>Sign in</body></html>\n",
                        "<?xml version=\"1.0\"?>\n<vpn_connection/>\n")) {
            List<ConfigProblem> problems =
                    problems(file(head.getBytes(StandardCharsets.ISO_8859_1)));
            assertTrue(problems.getFirst().line() == 1, problems::toString);
        }
    }

    /**
     * As a reload finds it while an editor or a copy is still writing. What ends behind a whole
     * tunnel is a file with one tunnel, and the warning says that.
     */
    @Test
    void refusesAFileThatEndsInTheMiddleOfAnything() {
        SampleSite site = SampleSite.in(directory);
        String whole = SampleSite.resource("base.yaml").stripTrailing();
        int secondTunnel = whole.indexOf("      - name: aws-2");
        for (int length = 0; length < whole.length() - 1; length++) {
            String half = whole.substring(0, length);
            switch (site.load(half)) {
                case ConfigResult.Invalid invalid -> {}
                case ConfigResult.Valid(var config, var warnings) -> {
                    assertEquals(
                            whole.substring(0, secondTunnel).stripTrailing(), half.stripTrailing());
                    assertTrue(
                            warnings.stream().anyMatch(w -> w.what().contains("one tunnel")),
                            warnings::toString);
                }
            }
        }
    }

    @Test
    void refusesUtf16() throws Exception {
        assertEquals(
                "FILE:1:1: this is not UTF-8 (save the file as UTF-8)",
                only(file("\uFEFFversion: 1\n".getBytes(StandardCharsets.UTF_16LE))));
    }

    @Test
    void showsWhereAControlCharacterStands() throws Exception {
        assertEquals(
                "FILE:2:5: character U+0000 is not allowed (remove it)",
                only(file("version: 1\n# x \0\n")));
    }

    @Test
    void asksForKeysWhenThereIsNothing() throws Exception {
        for (String text : List.of("", "\n\n", "# nothing\n", "---\n...\n")) {
            assertTrue(!problems(file(text)).isEmpty(), text);
        }
        assertEquals(
                "[1, 1, 1]", problems(file("")).stream().map(ConfigProblem::line).toList() + "");
    }

    @Test
    void asksForAMappingWhenTheFileIsText() throws Exception {
        assertEquals(
                "FILE:1:1: the file must be a mapping of keys (start with version: 1, site: and"
                        + " connections:)",
                only(file("HUNTER2")));
    }

    @Test
    void acceptsAByteOrderMark() throws Exception {
        assertEquals(
                "FILE:1:10: version: '2' is not a known version (write 1)",
                problems(file("\uFEFFversion: 2\n"))
                        .getLast()
                        .toString()
                        .replace(directory.resolve("culvert.yaml").toString(), "FILE"));
    }

    @Test
    void endsSoonOnDeepNesting() throws Exception {
        for (String opening : List.of("[", "{", "[a,", "{a: ", "- ", "? ", "a:\n ")) {
            Path file = file("x: " + opening.repeat(1_000_000 / opening.length()));
            assertTimeoutPreemptively(PATIENCE, () -> problems(file), opening);
        }
    }

    @Test
    void saysThatListsAreNestedTooDeep() throws Exception {
        String text = "version: 1\nx: " + "[".repeat(1000) + "]".repeat(1000) + "\n";
        assertEquals(
                "FILE:2:19: lists and mappings are nested more than 16 deep (no key of this file"
                        + " needs that: check the brackets and the indentation)",
                problems(file(text))
                        .getLast()
                        .toString()
                        .replace(directory.resolve("culvert.yaml").toString(), "FILE"));
    }

    @Test
    void doesNotMultiplyAliases() throws Exception {
        StringBuilder text = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 100; i++) {
            text.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(9)));
        }
        Path file = file(text.toString());
        assertTimeoutPreemptively(PATIENCE, () -> problems(file));
    }

    @Test
    void keepsABoundedNumberOfProblems() throws Exception {
        Path file = file("k%x:\n".repeat(200_000));
        List<ConfigProblem> problems = assertTimeoutPreemptively(PATIENCE, () -> problems(file));
        assertEquals(Problems.MOST_KEPT + 1, problems.size());
        assertTrue(
                problems.getLast().what().startsWith("more than 500 problems"),
                () -> problems.getLast().toString());
    }

    @Test
    void limitsTunnelsAndListItems() throws Exception {
        String text =
                SampleSite.resource("base.yaml")
                        .replace(
                                "[192.168.10.0/24]",
                                "[" + "10.0.0.0/8, ".repeat(FieldsCheck.MOST_ITEMS + 1) + "]")
                        .replace("    tunnels:", "    tunnels:\n" + "      - {}\n".repeat(15));
        assertEquals(
                List.of("advertise has 4097 items", "tunnels has 17 items"),
                problems(file(text)).stream()
                        .map(ConfigProblem::what)
                        .filter(what -> what.contains("items"))
                        .toList());
    }
}
