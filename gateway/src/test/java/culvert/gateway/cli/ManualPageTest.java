package culvert.gateway.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.AutoComplete;
import picocli.CommandLine;

/** The manual page and the completion say what the command line does. */
class ManualPageTest {
    private static final Path SHIPPED = Path.of("../systemd/culvert.8");

    @TempDir private Path directory = Path.of("");

    @Test
    void theShippedPageIsTheGeneratedOne() throws IOException {
        String page = ManualPage.write(CommandLineInterface.commandLine());
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(SHIPPED, page);
        }
        assertEquals(page, Files.readString(SHIPPED), "-Dgolden.update=true writes it anew");
    }

    @Test
    void manReadsItWithoutComplaint() throws IOException, InterruptedException {
        Path page = directory.resolve("culvert.8");
        Files.writeString(page, ManualPage.write(CommandLineInterface.commandLine()));
        Process man =
                new ProcessBuilder("groff", "-man", "-ww", "-Tutf8", page.toString())
                        .redirectErrorStream(true)
                        .start();
        String shown = new String(man.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, man.waitFor(), shown);
        assertTrue(!shown.contains("warning"), shown);
    }

    @Test
    void everyCommandAndOptionHasADescription() {
        for (CommandLine command : CommandLineInterface.commandLine().getSubcommands().values()) {
            assertTrue(
                    command.getCommandSpec().usageMessage().description().length > 0,
                    command::getCommandName);
            command.getCommandSpec()
                    .args()
                    .forEach(
                            argument ->
                                    assertTrue(
                                            argument.description().length > 0,
                                            () -> command.getCommandName() + " " + argument));
            assertTrue(
                    Arrays.stream(command.getUsageMessage().split("\n", -1))
                            .allMatch(line -> line.length() <= 80),
                    command::getUsageMessage);
        }
    }

    @Test
    void bashCompletesCommandsAndOptions() throws IOException, InterruptedException {
        Path script = directory.resolve("culvert.bash");
        Files.writeString(script, AutoComplete.bash("culvert", CommandLineInterface.commandLine()));
        assertEquals("status", completed(script, "culvert", "stat"));
        assertEquals("--destination", completed(script, "culvert", "doctor", "--dest"));
    }

    private static String completed(Path script, String... words)
            throws IOException, InterruptedException {
        String line =
                "source %s; COMP_WORDS=(%s); COMP_CWORD=%d; _complete_culvert; echo ${COMPREPLY[*]}"
                        .formatted(script, String.join(" ", words), words.length - 1);
        Process bash =
                new ProcessBuilder("bash", "-c", line)
                        // compopt says that no completion is going on, which is true.
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, bash.waitFor(), output);
        return output.strip();
    }
}
