package culvert.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command line that runs {@code culvert}; subcommand and options follow it. */
public record Launcher(List<String> command) {
    /**
     * A command line, words separated by spaces, that {@link #ofSystem} takes in place of this
     * JVM's.
     */
    public static final String PROPERTY = "culvert.lab.launcher";

    private static final String MAIN_CLASS = "culvert.gateway.Main";
    private static final String MAIN_MODULE = "culvert.gateway/" + MAIN_CLASS;

    public Launcher {
        command = List.copyOf(command);
    }

    /** The launcher script of a source tree or an installation. */
    public static Launcher script(Path script) {
        if (!Files.isExecutable(script)) {
            throw new LabException(script + " is not an executable file");
        }
        return new Launcher(List.of(script.toAbsolutePath().toString()));
    }

    /**
     * A JVM with this JVM's class path and module path, and options for a quick start: saves the
     * launcher script's questions.
     */
    public static Launcher sameJvm(String... jvmOptions) {
        var command = new ArrayList<String>();
        command.add(javaExecutable());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
        // As scripts/jvm.sh has it, for the same reason.
        command.add("-XX:MetaspaceSize=64m");
        command.addAll(List.of(jvmOptions));
        Optional<String> modulePath = path("jdk.module.path");
        Optional<String> classPath = path("java.class.path");
        modulePath.ifPresent(path -> command.addAll(List.of("--module-path", path)));
        classPath.ifPresent(path -> command.addAll(List.of("--class-path", path)));
        if (modulePath.isPresent()) {
            command.addAll(
                    List.of(
                            "--enable-native-access=culvert.tunio,io.netty.common",
                            "--sun-misc-unsafe-memory-access=allow",
                            "--add-modules",
                            "ALL-MODULE-PATH",
                            "--module",
                            MAIN_MODULE));
        } else {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", MAIN_CLASS));
        }
        return new Launcher(command);
    }

    /** What the system property {@value #PROPERTY} says, else {@link #sameJvm}. */
    public static Launcher ofSystem() {
        String line = System.getProperty(PROPERTY, "");
        return line.isBlank() ? sameJvm() : new Launcher(List.of(line.strip().split(" +")));
    }

    public List<String> with(String... arguments) {
        var line = new ArrayList<>(command);
        line.addAll(List.of(arguments));
        return line;
    }

    static String javaExecutable() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private static Optional<String> path(String property) {
        return Optional.ofNullable(System.getProperty(property)).filter(path -> !path.isEmpty());
    }
}
