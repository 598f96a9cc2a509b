package culvert.tunio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(FreshNamespace.class)
class NetworkNamespaceTest {
    private static final Path OF_THREAD = Path.of("/proc/thread-self/ns/net");

    @Test
    void aThreadEntersAndLeavesAlone() throws Exception {
        Path fresh = Files.readSymbolicLink(OF_THREAD);
        Path ofProcess = Files.readSymbolicLink(NetworkNamespace.OF_PROCESS);
        assertNotEquals(ofProcess, fresh);
        NetworkNamespace.enter(NetworkNamespace.OF_PROCESS);
        assertEquals(ofProcess, Files.readSymbolicLink(OF_THREAD));
    }

    @Test
    void aDeviceStaysWhereItWasOpened() {
        try (TunDevice device = TunDevice.open("cvt-here");
                Rtnetlink here = Rtnetlink.open()) {
            NetworkNamespace.enterNew();
            try (Rtnetlink elsewhere = Rtnetlink.open()) {
                assertTrue(here.links().find(device.name()).isPresent());
                assertTrue(elsewhere.links().find(device.name()).isEmpty());
            }
        }
    }

    @Test
    void refusesVirtualThreads() throws Exception {
        FutureTask<Void> task =
                new FutureTask<>(
                        () -> {
                            NetworkNamespace.enterNew();
                            return null;
                        });
        Thread.ofVirtual().start(task).join();
        ExecutionException e = assertThrows(ExecutionException.class, task::get);
        assertInstanceOf(IllegalStateException.class, e.getCause());
    }

    @Test
    void saysWhatIsWrongWithAFile(@TempDir Path directory) throws IOException {
        Path missing = directory.resolve("missing");
        assertEquals(
                "cannot open the network namespace " + missing + ": ENOENT (no such file)",
                assertThrows(TunIoException.class, () -> NetworkNamespace.enter(missing))
                        .getMessage());
        Path plain = Files.createFile(directory.resolve("plain"));
        TunIoException e = assertThrows(TunIoException.class, () -> NetworkNamespace.enter(plain));
        assertTrue(e.getMessage().endsWith("the file is not a network namespace"), e.getMessage());
    }
}
