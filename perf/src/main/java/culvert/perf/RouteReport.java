package culvert.perf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Writes {@code perf/ROUTES.md}, all of it. */
record RouteReport(RouteResults results, int prefixes, int rounds) {
    void write(Path file) throws IOException {
        Files.writeString(
                file,
                """
            # Routes

            What `perf/routes` measured last: %s, %d rounds, %,d prefixes in a full table; %s, kernel %s,
            Java %s, BIRD %s, strongSwan %s. Only numbers of one run compare.

            - **Learning**: BIRD at the endpoint has all prefixes when the session begins. From the first of
              them in the kernel of the site's gateway to the last, as the leaves of `/proc/net/fib_triestat`
              count destinations. Behind each route Culvert also sets a guard, which BIRD does not. Both
              contenders have the same tunnel, Culvert at both ends; the speaker at the site is Culvert's or a
              BIRD. The sending BIRD is kept awake by questions at its control socket: left alone, BIRD 2.0 may
              sleep for up to 3 s in the middle of a full table, whoever listens.
            - **Failures**: strongSwan and BIRD at both endpoints, a BIRD behind them that the VPC's host
              follows, AWS's hold time of 30 s. A host of the site asks one of the VPC every 20 ms; the longest
              silence covers both directions. Where it is long and "our direction alone" is not, AWS's side
              still believed in the tunnel.
            - **Wait for the control loop**: the longest answer to `status` meanwhile; keepalives, probes and
              IKE wait no longer.
            %s"""
                        .formatted(
                                LocalDate.now(ZoneOffset.UTC),
                                rounds,
                                prefixes,
                                Report.machine(),
                                Report.output("uname", "-r"),
                                System.getProperty("java.vm.version"),
                                Report.output("dpkg-query", "-W", "-f", "${Version}", "bird2"),
                                Report.strongSwan(),
                                results.table()));
        System.out.println("wrote " + file);
    }
}
