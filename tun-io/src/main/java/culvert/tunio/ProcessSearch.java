package culvert.tunio;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Finds processes by what they have open, through /proc. Processes come and go meanwhile and others
 * may be hidden from us, so an unreadable entry is one that does not match.
 */
final class ProcessSearch {
    private static final Path PROC = Path.of("/proc");

    /** A process and its short name (/proc/PID/comm). */
    record Found(int pid, String command) {
        String text() {
            return command + " (pid " + pid + ")";
        }
    }

    private ProcessSearch() {}

    static Optional<Found> holderOfSocket(long inode) {
        String target = socketLink(inode);
        return first((process, fd) -> link(process, fd).equals(target));
    }

    /** Who has a TUN interface of this name open. */
    static Optional<Found> holderOfTun(String interfaceName) {
        return first(
                (process, fd) ->
                        link(process, fd).equals("/dev/net/tun")
                                && lines(process.resolve("fdinfo").resolve(fd)).stream()
                                        .anyMatch(line -> line.equals("iff:\t" + interfaceName)));
    }

    /** Whether the socket is one of this very process. */
    static boolean isOwnSocket(long inode) {
        Path self = PROC.resolve("self");
        String target = socketLink(inode);
        return descriptors(self).stream().anyMatch(fd -> link(self, fd).equals(target));
    }

    private static Optional<Found> first(BiPredicate<Path, String> holds) {
        for (String name : names(PROC)) {
            if (!name.chars().allMatch(c -> c >= '0' && c <= '9')) {
                continue;
            }
            Path process = PROC.resolve(name);
            if (descriptors(process).stream().anyMatch(fd -> holds.test(process, fd))) {
                List<String> comm = lines(process.resolve("comm"));
                return Optional.of(
                        new Found(Integer.parseInt(name), comm.isEmpty() ? "?" : comm.getFirst()));
            }
        }
        return Optional.empty();
    }

    private static String socketLink(long inode) {
        return "socket:[" + inode + "]";
    }

    private static List<String> descriptors(Path process) {
        return names(process.resolve("fd"));
    }

    private static String link(Path process, String fd) {
        try {
            return Files.readSymbolicLink(process.resolve("fd").resolve(fd)).toString();
        } catch (IOException e) {
            return "";
        }
    }

    private static List<String> names(Path directory) {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(entry -> names.add(entry.getFileName().toString()));
        } catch (IOException | DirectoryIteratorException e) {
            return names;
        }
        return names;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            return List.of();
        }
    }
}
