package culvert.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Which strongSwan plays: two releases, because peers of many ages have to work. */
public enum StrongSwanRelease {
    /** What this machine's distribution has. */
    INSTALLED(Path.of("/")),
    /** strongSwan 6 of Debian 13, in a root file system of its own that {@code verify} sets up. */
    DEBIAN_13(Path.of("/var/cache/culvert-lab/trixie"));

    private static final List<Path> CHARONS =
            List.of(
                    Path.of("usr/lib/ipsec/charon"),
                    Path.of("usr/libexec/ipsec/charon"),
                    Path.of("usr/libexec/strongswan/charon"));

    private final Path root;

    StrongSwanRelease(Path root) {
        this.root = root;
    }

    /** The root file system that it lives in. */
    Path root() {
        return root;
    }

    /** Where its charon is, seen from its root file system. */
    Path charon() {
        return CHARONS.stream()
                .filter(path -> Files.isExecutable(root.resolve(path)))
                .findFirst()
                .map(Path.of("/")::resolve)
                .orElseThrow(
                        () ->
                                new LabException(
                                        "no charon at any of %s under %s: './verify' sets up what the lab needs"
                                                .formatted(CHARONS, root)));
    }
}
