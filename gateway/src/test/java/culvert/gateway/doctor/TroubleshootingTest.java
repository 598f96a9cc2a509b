package culvert.gateway.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The documentation follows doctor's order. */
class TroubleshootingTest {
    @Test
    void everyCheckHasItsSectionInDoctorsOrder() throws IOException {
        List<String> documented =
                Files.readString(Path.of("../docs/troubleshooting.md"))
                        .lines()
                        .filter(line -> line.startsWith("### "))
                        .map(line -> line.substring(4))
                        .toList();
        assertEquals(Doctor.CHECKS.stream().map(Check::name).toList(), documented);
    }
}
