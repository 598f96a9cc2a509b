package culvert.config;

import culvert.config.ConfigKey.Presence;
import culvert.config.ConfigKey.Section;
import culvert.config.ConfigKey.Value;
import culvert.model.Offload;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The section {@code offloads} of a tunnel: one switch for each way of handling many at once. */
final class OffloadKeys {
    /** What can be written: use it where the kernel has it, or never. */
    enum Switch {
        AUTO,
        OFF
    }

    private static final Map<Offload, Value<Switch>> SWITCHES = new EnumMap<>(Offload.class);

    static {
        for (Offload offload : Offload.values()) {
            SWITCHES.put(
                    offload,
                    new Value<>(
                            offload.keyword(),
                            NameTypes.choice(Switch.class),
                            new Presence.Default(List.of("auto")),
                            doc(offload)));
        }
    }

    static final Section OFFLOADS =
            new Section(
                    "offloads",
                    new ConfigSection("offloads section", List.copyOf(SWITCHES.values())),
                    new Presence.Derived("the defaults of its keys"),
                    "what the kernel may batch; auto uses it where the kernel has it");

    private OffloadKeys() {}

    private static String doc(Offload offload) {
        return switch (offload) {
            case TSO -> "TCP superpackets read from the TUN device";
            case USO -> "UDP superpackets read from the TUN device";
            case GSO -> "many datagrams in one send to the peer (UDP_SEGMENT)";
            case GRO -> "many datagrams in one receive from the peer (UDP_GRO)";
            case COALESCE_TCP -> "TCP segments joined before they are written to the TUN device";
            case COALESCE_UDP ->
                    "UDP datagrams joined likewise; VXLAN behind the tunnel before Linux 6.8.5 needs"
                            + " off";
        };
    }

    /** The offloads that are not switched off. */
    static Set<Offload> wanted(Fields tunnel) {
        Fields section = tunnel.section(OFFLOADS);
        Set<Offload> wanted = EnumSet.allOf(Offload.class);
        SWITCHES.forEach(
                (offload, key) -> {
                    if (section.value(key).filter(s -> s.value() == Switch.OFF).isPresent()) {
                        wanted.remove(offload);
                    }
                });
        return wanted;
    }
}
