package culvert.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of mistakes in {@code mistakes.txt}, and what is said about each. */
class MistakesTest {
    private static final boolean UPDATE = Boolean.getBoolean("golden.update");
    private static final Path TABLE = Path.of("src/test/resources/culvert/config", "mistakes.txt");
    private static final String BASE = SampleSite.resource("base.yaml");

    @TempDir static Path directory;

    private static SampleSite site = new SampleSite(Path.of(""));

    @BeforeAll
    static void createSecrets() {
        site = SampleSite.in(directory);
    }

    record Mistake(String title, String text, List<String> expected) {
        @Override
        public String toString() {
            return title;
        }
    }

    static Stream<Mistake> mistakes() {
        return Stream.of(SampleSite.resource("mistakes.txt").split("\n\n"))
                .filter(block -> block.startsWith("== "))
                .map(MistakesTest::mistake);
    }

    private static Mistake mistake(String block) {
        List<String> lines = block.lines().toList();
        String text = BASE;
        StringBuilder before = new StringBuilder();
        StringBuilder after = new StringBuilder();
        List<String> expected = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            if (line.startsWith("- ")) {
                before.append(line.substring(2)).append('\n');
            } else if (line.startsWith("+ ")) {
                after.append(line.substring(2)).append('\n');
            } else if (line.startsWith("> ")) {
                expected.add(line.substring(2));
            } else {
                text = replaceOnce(text, before, after);
                before.setLength(0);
                after.setLength(0);
            }
        }
        text = replaceOnce(text, before, after);
        return new Mistake(lines.getFirst().substring(3), text, expected);
    }

    private static String replaceOnce(String text, CharSequence before, CharSequence after) {
        String[] around = ("\n" + text).split("\\Q\n" + before + "\\E", -1);
        assertEquals(2, around.length, () -> "once in the base: " + before);
        return (around[0] + "\n" + after + around[1]).substring(1);
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void saysWhatIsWrongAndWhere(Mistake mistake) {
        List<String> problems = site.problems(mistake.text());
        if (!UPDATE) {
            assertEquals(String.join("\n", mistake.expected()), String.join("\n", problems));
        }
        assertFalse(problems.isEmpty());
    }

    @AfterAll
    static void writeTheTableAnewWhenAsked() throws IOException {
        if (!UPDATE) {
            return;
        }
        StringBuilder table = new StringBuilder();
        for (String block : SampleSite.resource("mistakes.txt").strip().split("\n\n")) {
            table.append(table.isEmpty() ? "" : "\n\n");
            if (block.startsWith("== ")) {
                block.lines()
                        .filter(line -> !line.startsWith("> "))
                        .forEach(line -> table.append(line).append('\n'));
                table.append("> ")
                        .append(String.join("\n> ", site.problems(mistake(block).text())));
            } else {
                table.append(block);
            }
        }
        Files.writeString(TABLE, table.append('\n'));
    }

    @Test
    void hasNothingToSayAboutTheBase() {
        assertEquals(List.of(), site.problems(BASE));
    }
}
