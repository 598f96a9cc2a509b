package culvert.gateway.daemon;

import culvert.ike.KeyExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For debugging only: the keys of every SA in the two files of a Wireshark profile. Off unless
 * {@code run --debug-export-keys} asks, and then every start says so.
 */
final class KeyFiles {
    private static final Logger log = LoggerFactory.getLogger(KeyFiles.class);
    private static final String IKE_FILE = "ikev2_decryption_table";
    private static final String ESP_FILE = "esp_sa";

    private final Optional<Path> directory;

    KeyFiles(Optional<Path> directory) {
        this.directory = directory;
        directory.ifPresent(
                d ->
                        log.error(
                                "KEYS OF ALL SAs ARE WRITTEN TO {}: whoever reads it reads all traffic; never do this in production",
                                d));
    }

    boolean isOn() {
        return directory.isPresent();
    }

    void append(KeyExport keys) {
        if (directory.isEmpty()) {
            return;
        }
        switch (keys) {
            case KeyExport.IkeSa(var sa) ->
                    append(directory.get().resolve(IKE_FILE), sa.analyserLine());
            case KeyExport.EspSa sa -> append(directory.get().resolve(ESP_FILE), espLine(sa));
        }
    }

    /** One line of Wireshark's file {@code esp_sa}. */
    private static String espLine(KeyExport.EspSa sa) {
        String family = sa.source().getAddress().length == 4 ? "IPv4" : "IPv6";
        return "\"%s\",\"%s\",\"%s\",\"0x%s\",\"AES-GCM with 16 octet ICV [RFC4106]\",\"0x%s\",\"NULL\",\"\""
                .formatted(
                        family,
                        sa.source().getHostAddress(),
                        sa.destination().getHostAddress(),
                        sa.spi(),
                        sa.keymatHex());
    }

    private static void append(Path file, String line) {
        try {
            if (!Files.exists(file)) {
                Files.createFile(
                        file,
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            log.warn("keys could not be written to {}: {}", file, e.toString());
        }
    }
}
