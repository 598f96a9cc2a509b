package culvert.lab;

import java.time.Duration;

/** A lab in a JVM of its own, for tests that end that JVM one way or another. */
final class HeldLab {
    private HeldLab() {}

    public static void main(String[] arguments) {
        Topology topology = Topology.open(arguments[0]);
        topology.lan().start("sleep", "sleep 1000");
        System.out.println("held " + topology.id());
        LabProcess.pause(Duration.ofMinutes(10));
    }
}
