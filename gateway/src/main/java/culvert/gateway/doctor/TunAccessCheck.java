package culvert.gateway.doctor;

import java.util.Optional;

/** TUN devices, and the right to make them. */
final class TunAccessCheck implements Check {
    @Override
    public String name() {
        return "tun-access";
    }

    private static final int NET_ADMIN = 12;

    @Override
    public Result examine(Patient patient) {
        if (!patient.machine().exists("dev/net/tun")) {
            return new Result.Fail(
                    "/dev/net/tun is missing",
                    "modprobe tun; in a container give it the device (--device /dev/net/tun)");
        }
        if (!patient.daemon().answers()) {
            return new Result.Pass("/dev/net/tun is there");
        }
        long pid = patient.daemon().status().number("pid");
        Optional<String> effective =
                patient.machine()
                        .read("proc/" + pid + "/status")
                        .flatMap(
                                status ->
                                        status.lines()
                                                .filter(line -> line.startsWith("CapEff:"))
                                                .map(line -> line.substring(7).strip())
                                                .findFirst());
        if (effective.isEmpty()) {
            return new Result.Unknown("cannot read /proc/" + pid + "/status");
        }
        boolean held = (Long.parseUnsignedLong(effective.get(), 16) >>> NET_ADMIN & 1) != 0;
        return held
                ? new Result.Pass("/dev/net/tun is there, and the daemon has CAP_NET_ADMIN")
                : new Result.Fail(
                        "the daemon (pid " + pid + ") lacks CAP_NET_ADMIN",
                        "give it AmbientCapabilities=CAP_NET_ADMIN, as the packaged unit does");
    }
}
