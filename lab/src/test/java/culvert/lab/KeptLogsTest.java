package culvert.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptLogsTest {
    @TempDir Path directory;

    @Test
    void keepsLogsAndCapturesButNoKeys() throws IOException {
        Path lab = Files.createDirectories(directory.resolve("lab"));
        Path kept = directory.resolve("kept");
        Files.createDirectories(lab.resolve("strongswan-aws1/run"));
        Files.writeString(lab.resolve("strongswan-aws1/run/charon.log"), "up");
        Files.writeString(lab.resolve("strongswan-aws1/swanctl.conf"), "secret");
        Files.writeString(lab.resolve("aws-1.psk"), "secret");
        Files.writeString(lab.resolve("outside.pcap"), "frames");

        KeptLogs.keep("x1", lab);
        assertFalse(Files.exists(kept));
        System.setProperty(KeptLogs.PROPERTY, kept.toString());
        try {
            KeptLogs.keep("x1", lab);
        } finally {
            System.clearProperty(KeptLogs.PROPERTY);
        }
        assertEquals("up", Files.readString(kept.resolve("x1/strongswan-aws1/run/charon.log")));
        assertEquals("frames", Files.readString(kept.resolve("x1/outside.pcap")));
        assertFalse(Files.exists(kept.resolve("x1/aws-1.psk")));
        assertFalse(Files.exists(kept.resolve("x1/strongswan-aws1/swanctl.conf")));
    }
}
