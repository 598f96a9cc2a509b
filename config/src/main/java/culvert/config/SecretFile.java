package culvert.config;

import static culvert.config.Parsed.bad;

import culvert.model.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Reads a file that holds one secret, if it is kept as a secret should be. */
public final class SecretFile {
    /** Octets of a key with the line end; far above what AWS (64) and TCP MD5 (80) take. */
    static final int LARGEST_BYTES = 1024;

    private static final Set<PosixFilePermission> OTHERS =
            Set.of(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE);
    private static final Set<PosixFilePermission> GROUP_AND_OTHERS =
            Set.of(
                    PosixFilePermission.GROUP_READ,
                    PosixFilePermission.GROUP_WRITE,
                    PosixFilePermission.OTHERS_READ,
                    PosixFilePermission.OTHERS_WRITE);

    private SecretFile() {}

    /**
     * Reads a secret that the checks of the configuration found good; one line end at its end is
     * left out. The caller closes it.
     *
     * @throws IllegalStateException with a sentence for people when the file has changed since
     */
    public static Secret require(Path path) {
        return switch (read(path, LARGEST_BYTES)) {
            case Parsed.Ok<Secret>(Secret secret) -> secret;
            case Parsed.Bad<Secret>(String what, String hint) ->
                    throw new IllegalStateException(what + " (" + hint + ")");
        };
    }

    /** Reads a file that only its owner may read; one line end at its end is left out. */
    static Parsed<Secret> read(Path path, int largestBytes) {
        return read(path, "file", GROUP_AND_OTHERS, largestBytes);
    }

    /**
     * Reads a systemd credential. Systemd gives the service its right to read through an ACL, and
     * the mask of an ACL shows in the mode's group bits, so these say nothing.
     */
    static Parsed<Secret> readCredential(Path path, int largestBytes) {
        return read(path, "credential", OTHERS, largestBytes);
    }

    private static Parsed<Secret> read(
            Path path, String kind, Set<PosixFilePermission> forbidden, int largestBytes) {
        String name = kind + " " + Words.quotePath(path);
        try {
            PosixFileAttributes attributes = Files.readAttributes(path, PosixFileAttributes.class);
            Optional<Parsed<Secret>> refusal =
                    refusal(path, name, attributes, forbidden, largestBytes);
            return refusal.isPresent() ? refusal.get() : content(path, name, largestBytes);
        } catch (IOException e) {
            return failure(name, e, "create it with mode 0600, or correct the path");
        }
    }

    /** Why a file cannot be read. */
    static <T> Parsed<T> failure(String name, IOException failure, String whenMissing) {
        return switch (failure) {
            case NoSuchFileException e -> bad(name + " does not exist", whenMissing);
            case AccessDeniedException e ->
                    bad(
                            name + " cannot be read: permission denied",
                            "run as the owner of the file, or as root");
            case FileSystemException e ->
                    bad(
                            name
                                    + " cannot be read"
                                    + (e.getReason() == null ? "" : ": " + e.getReason()),
                            "correct the path");
            default -> bad(name + " cannot be read", "check the file system that it is on");
        };
    }

    private static Optional<Parsed<Secret>> refusal(
            Path path,
            String name,
            PosixFileAttributes attributes,
            Set<PosixFilePermission> forbidden,
            int largestBytes) {
        if (!attributes.isRegularFile()) {
            return Optional.of(
                    bad(name + " is not a regular file", "write the path of a file with the key"));
        }
        Set<PosixFilePermission> open = EnumSet.noneOf(PosixFilePermission.class);
        open.addAll(attributes.permissions());
        open.retainAll(forbidden);
        if (!open.isEmpty()) {
            return Optional.of(
                    bad(
                            "%s has mode %s: others than its owner can use it"
                                    .formatted(name, octal(attributes.permissions())),
                            "run: chmod 600 " + Words.shell(path)));
        }
        return attributes.size() > largestBytes
                ? Optional.of(tooLarge(name, largestBytes))
                : Optional.empty();
    }

    /** Reads off the heap and without the caches of streams, so that every copy can be wiped. */
    private static Parsed<Secret> content(Path path, String name, int largestBytes)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(largestBytes + 1);
        byte[] octets = {};
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
            if (!buffer.hasRemaining()) {
                return tooLarge(name, largestBytes);
            }
            buffer.flip();
            octets = new byte[buffer.limit()];
            buffer.get(octets);
            int length = lengthWithoutLineEnd(octets);
            return length == 0
                    ? bad(name + " is empty", "write the key into it")
                    : Parsed.ok(Secret.owning(Arrays.copyOf(octets, length)));
        } finally {
            Arrays.fill(octets, (byte) 0);
            buffer.clear();
            for (int i = 0; i < buffer.capacity(); i++) {
                buffer.put(i, (byte) 0);
            }
        }
    }

    private static <T> Parsed<T> tooLarge(String name, int largestBytes) {
        return bad(
                "%s is larger than %d octets".formatted(name, largestBytes),
                "write nothing but the key into it");
    }

    private static int lengthWithoutLineEnd(byte[] octets) {
        int length = octets.length;
        if (length > 0 && octets[length - 1] == '\n') {
            length--;
            if (length > 0 && octets[length - 1] == '\r') {
                length--;
            }
        }
        return length;
    }

    private static String octal(Set<PosixFilePermission> permissions) {
        int mode = 0;
        for (char letter : PosixFilePermissions.toString(permissions).toCharArray()) {
            mode = mode << 1 | (letter == '-' ? 0 : 1);
        }
        return "0%03o".formatted(mode);
    }
}
