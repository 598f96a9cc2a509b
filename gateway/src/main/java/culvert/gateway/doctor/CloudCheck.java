package culvert.gateway.doctor;

import java.util.Optional;

/** A gateway that is itself a virtual machine of a cloud. */
final class CloudCheck implements Check {
    @Override
    public String name() {
        return "cloud";
    }

    @Override
    public Result examine(Patient patient) {
        Optional<String> vendor = patient.machine().read("sys/class/dmi/id/sys_vendor");
        if (vendor.isEmpty()) {
            return new Result.Unknown("cannot read /sys/class/dmi/id/sys_vendor");
        }
        return switch (vendor.get()) {
            case "Amazon EC2" ->
                    new Result.Warn(
                            "this is an instance of EC2",
                            "switch its source/destination check off, and allow UDP 500 and 4500 in"
                                    + " its security group");
            case "Google" ->
                    new Result.Warn(
                            "this is an instance of Google Compute Engine",
                            "create it with --can-ip-forward, and allow UDP 500 and 4500");
            case "Microsoft Corporation" ->
                    new Result.Warn(
                            "this is a virtual machine of Microsoft's",
                            "enable IP forwarding on its network interface, and allow UDP 500 and"
                                    + " 4500 in its security group");
            default -> new Result.Pass("no cloud between us and the network: " + vendor.get());
        };
    }
}
