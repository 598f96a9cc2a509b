package culvert.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Saves what a lab's processes logged and captured before its directory goes; configurations and
 * keys stay behind.
 */
final class KeptLogs {
    /** System property: a directory that takes the logs of each lab, under the lab's id. */
    static final String PROPERTY = "culvert.lab.logs";

    private static final List<String> SUFFIXES = List.of(".log", ".pcap", ".pcapng");

    private KeptLogs() {}

    /** Does nothing unless {@value #PROPERTY} is set. */
    static void keep(String id, Path directory) {
        String target = System.getProperty(PROPERTY, "");
        if (target.isEmpty() || !Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(KeptLogs::isLog).toList()) {
                Path copy = Path.of(target, id).resolve(directory.relativize(file).toString());
                Files.createDirectories(copy.resolveSibling("."));
                Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new LabException("cannot keep logs in " + target + ": " + e.getMessage(), e);
        }
    }

    private static boolean isLog(Path file) {
        return Files.isRegularFile(file) && SUFFIXES.stream().anyMatch(file.toString()::endsWith);
    }
}
