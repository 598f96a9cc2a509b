package culvert.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An IKE SA as charon lists it.
 *
 * @param uniqueId charon's own number; a rekeyed IKE SA has a new one
 * @param state e.g. {@code ESTABLISHED}, {@code CONNECTING}
 * @param suite algorithms as charon names them, e.g. {@code
 *     AES_GCM_16-256/PRF_HMAC_SHA2_384/ECP_384}
 * @param establishedSeconds age, 0 while connecting
 */
public record IkeSaReport(
        int uniqueId,
        String state,
        boolean initiator,
        String initiatorSpi,
        String responderSpi,
        String suite,
        long establishedSeconds,
        List<ChildSaReport> children) {

    /**
     * A CHILD SA as charon lists it; SPIs are eight hexadecimal digits.
     *
     * @param state e.g. {@code INSTALLED}, {@code REKEYED}
     */
    public record ChildSaReport(
            int uniqueId,
            String state,
            String spiIn,
            String spiOut,
            String suite,
            boolean udpEncapsulated,
            long bytesIn,
            long packetsIn,
            long bytesOut,
            long packetsOut) {}

    public IkeSaReport {
        children = List.copyOf(children);
    }

    /** Established, with a child that carries traffic. */
    public boolean established() {
        return state.equals("ESTABLISHED") && child().isPresent();
    }

    /** The newest child that carries traffic. */
    public Optional<ChildSaReport> child() {
        return children.stream()
                .filter(child -> child.state().equals("INSTALLED"))
                .max(Comparator.comparingInt(ChildSaReport::uniqueId));
    }

    static List<IkeSaReport> parse(String pretty) {
        var sas = new ArrayList<IkeSaReport>();
        // Each IKE SA is an event of its own; each begins at the left margin.
        for (String event : pretty.split("(?m)^(?=list-sa event)")) {
            SortedMap<String, String> values = StrongSwanSettings.parsePretty(event);
            String prefix = "list-sa event." + StrongSwanSpec.CONNECTION + ".";
            if (values.containsKey(prefix + "state")) {
                sas.add(ikeSa(new Values(values, prefix)));
            }
        }
        sas.sort(Comparator.comparingInt(IkeSaReport::uniqueId));
        return sas;
    }

    private static IkeSaReport ikeSa(Values sa) {
        var children = new ArrayList<ChildSaReport>();
        for (String name : sa.sections("child-sas.")) {
            children.add(childSa(sa.within("child-sas." + name + ".")));
        }
        return new IkeSaReport(
                (int) sa.number("uniqueid"),
                sa.text("state"),
                sa.text("initiator").equals("yes"),
                sa.text("initiator-spi"),
                sa.text("responder-spi"),
                sa.suite(),
                sa.number("established"),
                children);
    }

    private static ChildSaReport childSa(Values child) {
        return new ChildSaReport(
                (int) child.number("uniqueid"),
                child.text("state"),
                child.text("spi-in"),
                child.text("spi-out"),
                child.suite(),
                child.text("encap").equals("yes"),
                child.number("bytes-in"),
                child.number("packets-in"),
                child.number("bytes-out"),
                child.number("packets-out"));
    }

    /** The values of one section; what charon leaves out is the empty text or 0. */
    private record Values(SortedMap<String, String> all, String prefix) {
        String text(String key) {
            return all.getOrDefault(prefix + key, "");
        }

        long number(String key) {
            String text = text(key);
            return text.isEmpty() ? 0 : Long.parseLong(text);
        }

        /** Cipher with key size, then what there is of integrity, PRF and group. */
        String suite() {
            String size = text("encr-keysize");
            return Stream.of(
                            text("encr-alg") + (size.isEmpty() ? "" : "-" + size),
                            text("integ-alg"),
                            text("prf-alg"),
                            text("dh-group"))
                    .filter(algorithm -> !algorithm.isEmpty())
                    .collect(Collectors.joining("/"));
        }

        Values within(String section) {
            return new Values(all, prefix + section);
        }

        TreeSet<String> sections(String parent) {
            var names = new TreeSet<String>();
            String start = prefix + parent;
            for (String key : all.tailMap(start).keySet()) {
                if (!key.startsWith(start)) {
                    break;
                }
                String rest = key.substring(start.length());
                names.add(rest.substring(0, rest.indexOf('.')));
            }
            return names;
        }
    }
}
