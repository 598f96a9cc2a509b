package culvert.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Writes {@code perf/HANDSHAKES.md}, all of it. */
record HandshakeReport(String table, int handshakes) {
    void write(Path file) throws IOException {
        Files.writeString(
                file,
                """
            # Handshakes

            What `perf/handshakes` measured last: %s; %s, kernel %s, Java %s, strongSwan %s.
            Only numbers of one run compare.

            Processor time of either end's whole process, user and kernel, per IKE SA established with its
            CHILD SA and deleted again (suite `aes256gcm16-prfsha384-GROUP`, pre-shared key), and how many of
            them one processor does in a second: medians of batches, %d handshakes in all for each group and
            contender, after a warm-up. A pair of Culverts and a pair of strongSwans take turns. In Culvert's
            number is everything that comes with it: routes, nexthop objects, the log, one or more answers to
            `status`.

            %s"""
                        .formatted(
                                LocalDate.now(ZoneOffset.UTC),
                                Report.machine(),
                                Report.output("uname", "-r"),
                                System.getProperty("java.vm.version"),
                                Report.strongSwan(),
                                handshakes,
                                table));
        System.out.println("wrote " + file);
    }
}
