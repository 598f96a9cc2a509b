package culvert.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the shells themselves make of our completion. */
class CompletionIT {
    @TempDir private Path directory = Path.of("");

    private Path script(String shell) throws IOException {
        HostCommand printed =
                HostCommand.run(Launcher.sameJvm().with("completion", shell), Map.of());
        assertEquals(0, printed.exitCode(), printed.output());
        return Files.writeString(directory.resolve("culvert." + shell), printed.output());
    }

    private static String require(String shell, String... commands) {
        HostCommand result =
                HostCommand.run(
                        List.of("env", "-i", "PATH=/usr/bin:/bin", "TERM=dumb", shell),
                        Map.of(),
                        String.join("\n", commands) + "\n");
        assertEquals(0, result.exitCode(), result.output());
        return result.output();
    }

    /** As bash calls a completion function (bash(1), "Programmable Completion"). */
    private static String[] words(String line) {
        return new String[] {
            "COMP_WORDS=(" + line + " '')",
            "COMP_CWORD=$(( ${#COMP_WORDS[@]} - 1 ))",
            "COMP_LINE='" + line + " '",
            "COMP_POINT=${#COMP_LINE}",
            "_complete_culvert",
            "echo ${COMPREPLY[@]}"
        };
    }

    @Test
    void bashOffersCommandsAndTheirOptions() throws IOException {
        String source = "source " + script("bash") + "\n";
        String commands = require("bash", source + String.join("\n", words("culvert")));
        for (String command : List.of("status", "doctor", "reload", "capture")) {
            assertTrue((" " + commands.strip() + " ").contains(" " + command + " "), commands);
        }
        String options =
                require(
                        "bash",
                        source + String.join("\n", words("culvert reload")).replace("'')", "--)"));
        assertTrue(options.contains("--dry-run") && options.contains("--confirm"), options);
    }

    /** Typed into an interactive zsh without anybody's configuration, with the TAB key. */
    @Test
    void zshCompletesWhatIsTyped() throws IOException {
        String typed =
                require(
                        "zsh",
                        "zmodload zsh/zpty",
                        "zpty z zsh -f -i",
                        "zpty -w z 'PS1=; autoload -Uz compinit && compinit -D -u; source "
                                + script("zsh")
                                + "; culvert() { print ran: $*; }; print ready'",
                        "zpty -r z seen '*ready*ready*'",
                        "zpty -w -n z $'culvert docto\\t--destin\\t\\n'",
                        "zpty -r z seen '*ran: *'",
                        "zpty -r z rest",
                        "print -r -- \"$seen$rest\"",
                        "zpty -d z");
        assertTrue(typed.contains("ran: doctor --destination"), typed);
    }
}
