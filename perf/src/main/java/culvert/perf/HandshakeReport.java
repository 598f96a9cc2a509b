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

            %s
            Not tried: group computations by libcrypto. Both of one end, key pair and shared secret, take
            0.15 ms with curve25519, 0.4 with ecp256, 0.9 with ecp384 and 1.8 with ecp521 in Bouncy Castle
            once they are compiled, two to three times that in a young process; the JDK's own take twice
            to three times as long; libcrypto's 0.06 and 0.09 ms for the first two. The whole of IKE, both
            ends, with setting up and deletion, is 2 ms with either. So of what an answer with
            curve25519 costs a twentieth could be saved, with ecp256 a tenth; the rest is around IKE, not measured apart: TUN
            device, routes, log, status, and the JIT compiler of a process that has done a hundred.
            """
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
