package culvert.config;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/** Whatever becomes of a right file: an answer, and problems that lie within the file. */
class ConfigMutationTest {
    private static final String EXAMPLE = SampleSite.resource("example.yaml");

    /** Pieces that mean something to YAML or to this file. */
    private static final List<String> PIECES =
            List.of(
                    "\n",
                    "\r\n",
                    "\t",
                    " ",
                    "  ",
                    "#",
                    ":",
                    ": ",
                    "- ",
                    "? ",
                    "[",
                    "]",
                    "{",
                    "}",
                    ",",
                    "'",
                    "\"",
                    "\\",
                    "&a ",
                    "*a",
                    "!t ",
                    "<<: ",
                    "|\n",
                    ">-\n",
                    "%",
                    "@",
                    "`",
                    "---\n",
                    "...\n",
                    "null",
                    "~",
                    "\0",
                    "\u0085",
                    "\u2028",
                    "\uFEFF",
                    "é",
                    "😀",
                    "\"\\U0011FFFF\"",
                    "\"\\ud800\"",
                    "99999999999999999999",
                    "-1",
                    "0",
                    "::",
                    "/33",
                    "%YAML 1.1\n",
                    "name: x\n",
                    "file: ",
                    "secrets/open.psk",
                    "[[[[[[[[[[[[[[[[[[");

    private static SampleSite site = new SampleSite(Path.of(""));

    @BeforeContainer
    static void createSecrets() throws IOException {
        site = SampleSite.in(Files.createTempDirectory("culvert-config"));
    }

    @AfterContainer
    static void removeSecrets() throws IOException {
        try (var paths = Files.walk(site.directory())) {
            List<Path> deepestFirst = new ArrayList<>(paths.toList());
            Collections.reverse(deepestFirst);
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }

    @Provide
    Arbitrary<Long> seeds() {
        return Arbitraries.longs();
    }

    @Property(tries = 1500)
    void answersWhateverBecomesOfTheText(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        StringBuilder text = new StringBuilder(EXAMPLE);
        for (int i = random.nextInt(1, 6); i > 0; i--) {
            mutate(text, random);
        }
        assertAnswered(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    @Property(tries = 300)
    void answersWhateverBecomesOfTheOctets(@ForAll("seeds") long seed) {
        Random random = new Random(seed);
        byte[] octets = EXAMPLE.getBytes(StandardCharsets.UTF_8);
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            octets[random.nextInt(octets.length)] = (byte) random.nextInt();
        }
        assertAnswered(octets);
    }

    @Property(tries = 300)
    void answersAnyText(@ForAll String text) {
        assertAnswered(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void mutate(StringBuilder text, Random random) {
        int at = random.nextInt(text.length() + 1);
        int end = Math.min(text.length(), at + random.nextInt(12));
        switch (random.nextInt(5)) {
            case 0 -> text.delete(at, end);
            case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
            case 2 -> text.replace(at, end, PIECES.get(random.nextInt(PIECES.size())));
            case 3 -> text.insert(random.nextInt(text.length() + 1), text.substring(at, end));
            default -> {
                List<String> lines = new ArrayList<>(text.toString().lines().toList());
                int from = random.nextInt(lines.size());
                String line = lines.get(from);
                if (random.nextBoolean()) {
                    lines.remove(from);
                }
                lines.add(random.nextInt(lines.size() + 1), line);
                text.setLength(0);
                text.append(String.join("\n", lines)).append('\n');
            }
        }
    }

    private static void assertAnswered(byte[] octets) {
        ConfigResult result = ConfigLoader.load(site.write(octets));
        List<ConfigProblem> problems =
                switch (result) {
                    case ConfigResult.Valid valid -> {
                        assertFalse(valid.warnings().stream().anyMatch(ConfigProblem::isError));
                        yield valid.warnings();
                    }
                    case ConfigResult.Invalid invalid -> {
                        assertTrue(invalid.problems().stream().anyMatch(ConfigProblem::isError));
                        yield invalid.problems();
                    }
                };
        String[] lines = new String(octets, StandardCharsets.UTF_8).split("\r\n|[\r\n]", -1);
        for (ConfigProblem problem : problems) {
            assertTrue(problem.line() >= 1 && problem.line() <= lines.length, problem::toString);
            int length =
                    lines[problem.line() - 1].codePointCount(0, lines[problem.line() - 1].length());
            assertTrue(problem.column() >= 1 && problem.column() <= length + 1, problem::toString);
            assertFalse(problem.what().isBlank() || problem.hint().isBlank(), problem::toString);
            assertTrue(
                    problem.toString().codePoints().noneMatch(Character::isISOControl),
                    problem::toString);
            for (String secret : SampleSite.SECRETS) {
                assertFalse(problem.toString().contains(secret), problem::toString);
            }
        }
    }
}
