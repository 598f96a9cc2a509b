package culvert.gateway.daemon;

import java.nio.file.Path;
import java.time.Duration;

/**
 * That keys are exported for a packet analyser: for debugging only, and never for ever.
 *
 * @param directory where to, a Wireshark profile
 * @param period from the start of the daemon
 */
public record KeyExportOrder(Path directory, Duration period) {}
