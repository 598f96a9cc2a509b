package culvert.gateway.doctor;

import java.util.List;
import java.util.Optional;

/** The TUN devices as the daemon made them. */
final class DeviceCheck implements Check {
    @Override
    public String name() {
        return "devices";
    }

    @Override
    public List<String> needs() {
        return List.of("daemon");
    }

    @Override
    public Result examine(Patient patient) {
        return patient.eachTunnel(
                "every tunnel's device is up with the MTU that it was given",
                tunnel -> {
                    String name = tunnel.text("interface");
                    Optional<Kernel.Device> device = patient.kernel().device(name);
                    if (device.isEmpty()) {
                        return new Result.Fail(
                                "device " + name + " is missing in this network namespace",
                                "restart culvert, and look who deletes the device");
                    }
                    if (!device.get().up()) {
                        return new Result.Fail(
                                "device " + name + " is down",
                                "ip link set " + name + " up, and look who takes it down");
                    }
                    return device.get().mtuBytes() == tunnel.number("mtu")
                            ? new Result.Pass("")
                            : new Result.Warn(
                                    "device %s has MTU %d, not %d"
                                            .formatted(
                                                    name,
                                                    device.get().mtuBytes(),
                                                    tunnel.number("mtu")),
                                    "ip link set %s mtu %d".formatted(name, tunnel.number("mtu")));
                });
    }
}
