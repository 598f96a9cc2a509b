package culvert.gateway.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that nobody else reads: what hosts say to each other, and how a site is built. */
final class PrivateFile {
    private PrivateFile() {}

    /**
     * A new file of mode 0600, in place of a file or a symbolic link of that name; a pipe or a
     * device is written to as it is.
     */
    static OutputStream create(Path file) throws IOException {
        boolean replaceable =
                Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.isSymbolicLink(file);
        if (replaceable) {
            Files.delete(file);
        }
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        return Files.newOutputStream(file, StandardOpenOption.WRITE);
    }
}
