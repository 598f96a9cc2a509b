package culvert.config.aws;

import culvert.model.Secret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration file and the keys that it points to, not written yet.
 *
 * @param yaml the content of {@code culvert.yaml}
 * @param keys pre-shared keys by the name of their tunnel; the owner of this record wipes them
 * @param summary what was read, in half a line
 * @param inAws what must change on AWS's side before a tunnel can come up, a sentence each
 */
public record ImportedFiles(
        String yaml, Map<String, Secret> keys, String summary, List<String> inAws) {
    private static final String CONFIGURATION = "culvert.yaml";
    private static final String KEY_DIRECTORY = "secrets";
    private static final FileAttribute<?> DIRECTORY_MODE = mode("rwx------");
    private static final FileAttribute<?> KEY_MODE = mode("rw-------");
    private static final FileAttribute<?> CONFIGURATION_MODE = mode("rw-r--r--");

    public ImportedFiles {
        keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
        inAws = List.copyOf(inAws);
    }

    private static FileAttribute<?> mode(String letters) {
        return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(letters));
    }

    static String keyFile(String tunnel) {
        return KEY_DIRECTORY + "/" + tunnel + ".psk";
    }

    /** Where the configuration file of this directory is. */
    public static Path configuration(Path directory) {
        return directory.resolve(CONFIGURATION);
    }

    /** The files that {@link #write} would write over. */
    public List<Path> existing(Path directory) {
        return paths(directory).stream()
                .filter(path -> Files.exists(path, LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    private List<Path> paths(Path directory) {
        List<Path> paths = new ArrayList<>();
        paths.add(configuration(directory));
        keys.keySet().forEach(tunnel -> paths.add(directory.resolve(keyFile(tunnel))));
        return paths;
    }

    /**
     * Writes everything, the configuration file last, and returns what was written. Each file
     * appears whole or not at all, and a key file is never readable by others, not even while it is
     * written.
     *
     * @throws IOException when a file cannot be written; those before it stay
     */
    public List<Path> write(Path directory) throws IOException {
        Files.createDirectories(directory);
        List<Path> written = new ArrayList<>();
        Path secrets = directory.resolve(KEY_DIRECTORY);
        if (!Files.isDirectory(secrets)) {
            Files.createDirectory(secrets, DIRECTORY_MODE);
        }
        for (Map.Entry<String, Secret> key : keys.entrySet()) {
            Path path = directory.resolve(keyFile(key.getKey()));
            byte[] octets = key.getValue().octets();
            byte[] line = Arrays.copyOf(octets, octets.length + 1);
            line[octets.length] = '\n';
            replace(path, line, KEY_MODE);
            Arrays.fill(line, (byte) 0);
            written.add(path);
        }
        replace(
                configuration(directory),
                yaml.getBytes(StandardCharsets.UTF_8),
                CONFIGURATION_MODE);
        written.addFirst(configuration(directory));
        return written;
    }

    private static void replace(Path path, byte[] content, FileAttribute<?> mode)
            throws IOException {
        Path temporary = path.resolveSibling("." + path.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, mode);
        try {
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(content);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            }
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Overwrites the keys. */
    public void wipe() {
        keys.values().forEach(Secret::close);
    }
}
