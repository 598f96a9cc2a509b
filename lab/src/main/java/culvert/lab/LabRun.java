package culvert.lab;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one run of the lab owns on the machine, all of it named by a short id: namespaces, the
 * processes in them, one directory, and a lock that says which process the run belongs to.
 *
 * <p>A run whose owner died without cleaning up is removed when the next lab opens.
 */
final class LabRun {
    // Root's alone, and gone after a reboot, as the namespaces are.
    private static final Path RUNS = Path.of("/run/culvert-lab");
    private static final Pattern ID = Pattern.compile("[a-z0-9]{1,12}");
    private static final String LOCK_SUFFIX = ".lock";
    private static final Duration END_OF_KILLED_PROCESS = Duration.ofSeconds(5);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final String id;
    private final Path directory;

    private LabRun(String id) {
        this.id = id;
        this.directory = RUNS.resolve(id);
    }

    /** Claims a new id of this process. */
    static LabRun claim() {
        String number = Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
        return claim(number + "n" + COUNT.incrementAndGet());
    }

    /**
     * Claims the id, and removes whatever dead runs left.
     *
     * @throws LabException when a living process holds the id
     */
    static LabRun claim(String id) {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "lab id \"" + id + "\" is not 1 to 12 small letters and digits");
        }
        var run = new LabRun(id);
        try {
            Files.createDirectories(
                    RUNS,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            removeDeadRuns();
            // A symbolic link appears at once with its content, so nobody sees a lock without an
            // owner.
            Files.createSymbolicLink(run.lock(), Path.of(owner(ProcessHandle.current())));
            run.removeLeftovers();
            Files.createDirectories(run.directory);
        } catch (FileAlreadyExistsException e) {
            throw new LabException(
                    "a lab named " + id + " is already running (" + run.lock() + ")", e);
        } catch (IOException e) {
            throw new LabException(
                    "cannot prepare " + RUNS + " (the lab needs root): " + e.getMessage(), e);
        }
        return run;
    }

    String id() {
        return id;
    }

    Path directory() {
        return directory;
    }

    /** The name of a namespace of this run. */
    String namespaceName(String role) {
        return "culvert-" + id + "-" + role;
    }

    /** Ends every process in the run's namespaces and removes namespaces, directory and lock. */
    void remove() {
        namespaces().forEach(LabRun::killProcesses);
        KeptLogs.keep(id, directory);
        removeLeftovers();
        try {
            Files.deleteIfExists(lock());
        } catch (IOException e) {
            throw new LabException("cannot remove " + lock() + ": " + e.getMessage(), e);
        }
    }

    private Path lock() {
        return RUNS.resolve(id + LOCK_SUFFIX);
    }

    private void removeLeftovers() {
        // Another lab that opens may be removing the same dead run: what is gone already is no
        // failure.
        for (String namespace : namespaces()) {
            killProcesses(namespace);
            Command.attempt(Command.words("ip netns del " + namespace), "", Command.TIME_LIMIT);
            deleteTree(NameServer.etc(namespace));
        }
        List<String> left = namespaces();
        if (!left.isEmpty()) {
            throw new LabException("cannot delete namespaces " + left);
        }
        deleteTree(directory);
    }

    private List<String> namespaces() {
        String prefix = namespaceName("");
        return Command.run("ip netns list")
                .lines()
                .map(line -> line.split(" ")[0])
                .filter(name -> name.startsWith(prefix))
                .toList();
    }

    private static void killProcesses(String namespace) {
        List<ProcessHandle> processes =
                Command.attempt(Command.words("ip netns pids " + namespace), "", Command.TIME_LIMIT)
                        .stdout()
                        .lines()
                        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).stream())
                        .toList();
        processes.forEach(ProcessHandle::destroyForcibly);
        long deadlineNanos = System.nanoTime() + END_OF_KILLED_PROCESS.toNanos();
        while (processes.stream().anyMatch(ProcessHandle::isAlive)
                && System.nanoTime() < deadlineNanos) {
            LabProcess.pause(Duration.ofMillis(5));
        }
    }

    private static void removeDeadRuns() throws IOException {
        List<Path> locks;
        try (Stream<Path> files = Files.list(RUNS)) {
            locks = files.filter(file -> file.toString().endsWith(LOCK_SUFFIX)).toList();
        }
        for (Path lock : locks) {
            // The link dangles, so "exists" must not follow it.
            boolean present = Files.exists(lock, LinkOption.NOFOLLOW_LINKS);
            if (present && !isAlive(Files.readSymbolicLink(lock).toString())) {
                String name = lock.getFileName().toString();
                new LabRun(name.substring(0, name.length() - LOCK_SUFFIX.length())).remove();
            }
        }
    }

    /** Process number and start time: numbers are used again, pairs are not. */
    private static String owner(ProcessHandle process) {
        long startMillis = process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return process.pid() + "-" + startMillis;
    }

    private static boolean isAlive(String owner) {
        long pid = Long.parseLong(owner.substring(0, owner.indexOf('-')));
        return ProcessHandle.of(pid).filter(process -> owner(process).equals(owner)).isPresent();
    }

    static void deleteTree(Path root) {
        if (!Files.exists(root)) {
            return;
        }
        try {
            Files.walkFileTree(
                    root,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                                throws IOException {
                            Files.deleteIfExists(file);
                            return FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult postVisitDirectory(
                                Path directory, @Nullable IOException failure) throws IOException {
                            Files.deleteIfExists(directory);
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (NoSuchFileException e) {
            // Somebody else is removing it.
            return;
        } catch (IOException e) {
            throw new LabException("cannot remove " + root + ": " + e.getMessage(), e);
        }
    }
}
