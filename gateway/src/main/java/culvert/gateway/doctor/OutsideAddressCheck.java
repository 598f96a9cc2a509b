package culvert.gateway.doctor;

import java.net.InetAddress;
import java.util.List;

/** The address that IKE and ESP leave from must be of this machine. */
final class OutsideAddressCheck implements Check {
    @Override
    public String name() {
        return "outside-address";
    }

    @Override
    public List<String> needs() {
        return List.of("configuration");
    }

    @Override
    public Result examine(Patient patient) {
        return patient.config()
                .map(config -> examine(config.site().outsideAddress(), patient.kernel()))
                .orElseGet(() -> new Result.Unknown("there is no valid configuration"));
    }

    private static Result examine(InetAddress outside, Kernel kernel) {
        return kernel.addresses().contains(outside)
                ? new Result.Pass(outside.getHostAddress() + " is an address of this machine")
                : new Result.Fail(
                        "no interface has outside-address " + outside.getHostAddress(),
                        "set site.outside-address to an address that 'ip address' shows; behind a"
                                + " NAT that is the private one, and identity is the public one");
    }
}
