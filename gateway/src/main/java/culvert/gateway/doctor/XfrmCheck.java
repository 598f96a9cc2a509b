package culvert.gateway.doctor;

import java.util.Optional;

/** IPsec policies that another VPN left in the kernel take packets before our routes do. */
final class XfrmCheck implements Check {
    @Override
    public String name() {
        return "kernel-ipsec";
    }

    private static final String FILE = "proc/net/xfrm_stat";

    @Override
    public Result examine(Patient patient) {
        Optional<String> counters = patient.machine().read(FILE);
        if (counters.isEmpty()) {
            return new Result.Pass("the kernel has no IPsec of its own");
        }
        Optional<String> policies = patient.machine().tool("ip", "xfrm", "policy");
        if (policies.isPresent() && !policies.get().isBlank()) {
            return new Result.Warn(
                    "the kernel has IPsec policies: "
                            + policies.get().lines().findFirst().orElse("").strip(),
                    "stop the VPN that made them, or 'ip xfrm policy flush; ip xfrm state flush'");
        }
        long blocked =
                counters.get()
                        .lines()
                        .filter(
                                line ->
                                        line.matches(
                                                "Xfrm(In(NoPols|PolBlock|TmplMismatch)|OutPolBlock)\\s.*"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum();
        return blocked == 0
                ? new Result.Pass("no policies, nothing blocked")
                : new Result.Warn(
                        "the kernel's IPsec has blocked %d packets (/proc/net/xfrm_stat)"
                                .formatted(blocked),
                        "look at 'ip xfrm policy' and remove what another VPN left");
    }
}
