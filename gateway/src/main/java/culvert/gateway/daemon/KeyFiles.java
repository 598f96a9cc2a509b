package culvert.gateway.daemon;

import culvert.ike.KeyExport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For debugging only: the keys of every SA in the two files of a Wireshark profile. Off unless
 * {@code run --debug-export-keys} asks; then every start says so, and after a while it is off
 * again, whoever forgot it. Runs on the control loop.
 */
final class KeyFiles {
    private static final Logger log = LoggerFactory.getLogger(KeyFiles.class);
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");
    static final String IKE_FILE = "ikev2_decryption_table";
    static final String ESP_FILE = "esp_sa";

    private final Consumer<Boolean> exporting;
    private Optional<Path> directory;

    /**
     * @param loop the control loop, which ends the export in time
     * @param exporting is told when it begins and when it ends
     */
    KeyFiles(
            Optional<KeyExportOrder> order,
            ScheduledExecutorService loop,
            Consumer<Boolean> exporting) {
        this.exporting = exporting;
        this.directory = order.map(KeyExportOrder::directory);
        if (order.isPresent()) {
            Duration period = order.get().period();
            log.error(
                    "KEYS OF ALL SAs ARE WRITTEN TO {} FOR {}: whoever reads it reads all traffic; never do this in production",
                    order.get().directory(),
                    StatusText.age(period.toSeconds()));
            exporting.accept(true);
            loop.schedule(this::expire, period.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Keys that were written stay, for the captures that they belong to. */
    private void expire() {
        directory.ifPresent(
                d ->
                        log.error(
                                "keys are no longer written to {}: the time for it is over; delete what is there",
                                d));
        directory = Optional.empty();
        exporting.accept(false);
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
                Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            }
            Files.setPosixFilePermissions(file, OWNER_ONLY); // Whoever made it.
            Files.writeString(file, line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            log.warn("keys could not be written to {}: {}", file, e.toString());
        }
    }
}
