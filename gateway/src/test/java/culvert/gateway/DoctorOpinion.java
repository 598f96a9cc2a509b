package culvert.gateway;

import static culvert.gateway.LabGateway.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.lab.CommandResult;
import culvert.lab.CulvertProcess;
import culvert.lab.Launcher;
import java.util.ArrayList;
import java.util.List;

/** What {@code culvert doctor} said. */
record DoctorOpinion(CommandResult result) {
    static DoctorOpinion doctor(CulvertProcess gateway, String... options) {
        return new DoctorOpinion(gateway.cli(command(gateway, options)));
    }

    private static String[] command(CulvertProcess gateway, String... options) {
        List<String> command =
                new ArrayList<>(List.of("doctor", "-c", gateway.configuration().toString()));
        command.addAll(List.of(options));
        return command.toArray(String[]::new);
    }

    /** In a mount namespace of its own, which a shell has prepared. */
    static DoctorOpinion in(CulvertProcess gateway, String preparation) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                preparation + " && exec \"$0\" \"$@\""));
        command.addAll(
                Launcher.ofSystem()
                        .with(command(gateway, "--control", gateway.controlSocket().toString())));
        return new DoctorOpinion(gateway.namespace().attempt(command, LIMIT));
    }

    static void awaitNamed(CulvertProcess gateway, String check) {
        awaitFound("FAIL", gateway, check);
    }

    static void awaitFound(String word, CulvertProcess gateway, String check) {
        LabGateway.await(
                "doctor names " + check,
                () -> doctor(gateway).result().stdout(),
                () -> doctor(gateway).of(check).startsWith(word));
    }

    /** Of one check: its lines from the word on. */
    String of(String check) {
        List<String> lines = new ArrayList<>();
        boolean inside = false;
        for (String line : result.stdout().lines().toList()) {
            if (!line.startsWith(" ")) {
                inside = line.endsWith(" " + check);
            }
            if (inside) {
                lines.add(line.strip());
            }
        }
        return String.join(" ", lines);
    }

    void finds(String word, String check, String... evidence) {
        String seen = of(check);
        assertTrue(
                seen.startsWith(word + " "), () -> word + " " + check + " in\n" + result.stdout());
        for (String words : evidence) {
            assertTrue(seen.contains(words), () -> words + " in " + seen);
        }
        assertEquals(result.stdout().contains("\nFAIL ") ? 1 : 0, result.exitCode());
        assertTrue(result.stdout().lines().allMatch(line -> line.length() <= 80), result::stdout);
    }
}
