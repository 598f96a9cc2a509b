package culvert.model;

import java.net.InetAddress;
import java.util.Locale;
import java.util.regex.Pattern;

/** Where the operator says that a tunnel's peer is. */
public sealed interface PeerHost {

    /** At this address. */
    record Address(InetAddress address) implements PeerHost {
        @Override
        public String toString() {
            return address.getHostAddress();
        }
    }

    /**
     * Wherever this name leads, which may change.
     *
     * @param name with at least two labels, in small letters, without a dot at its end
     */
    record Name(String name) implements PeerHost {
        /** RFC 1035 2.3.4 counts 255 octets, the lengths of labels and the root's included. */
        private static final int LONGEST = 253;

        private static final int LONGEST_LABEL = 63;

        /** RFC 952, RFC 1123 2.1. */
        private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

        /** What cannot be mistaken for an address: inet_aton(3) reads 0x7f.1 and 10.1 as some. */
        private static final Pattern LAST_LABEL = Pattern.compile("[a-z].*");

        /**
         * @throws IllegalArgumentException with a text for people when it cannot name a host
         */
        public Name {
            name = name.toLowerCase(Locale.ROOT);
            if (name.endsWith(".")) {
                throw new IllegalArgumentException(
                        "'%s' ends with a dot (remove it)".formatted(name));
            }
            if (name.length() > LONGEST) {
                throw new IllegalArgumentException(
                        "the host name has %d characters (write at most %d)"
                                .formatted(name.length(), LONGEST));
            }
            String[] labels = name.split("\\.", -1);
            for (String label : labels) {
                requireLabel(name, label);
            }
            if (labels.length < 2) {
                throw new IllegalArgumentException(
                        "'%s' is not a full host name (write it with its domain, such as vpn.example.com)"
                                .formatted(name));
            }
            if (!LAST_LABEL.matcher(labels[labels.length - 1]).matches()) {
                throw new IllegalArgumentException(
                        "'%s' is neither an address nor a host name (write all of the address, or a name such as vpn.example.com)"
                                .formatted(name));
            }
        }

        private static void requireLabel(String name, String label) {
            if (label.isEmpty()) {
                throw new IllegalArgumentException(
                        "'%s' has nothing between two dots, or before the first (write a host name such as vpn.example.com)"
                                .formatted(name));
            }
            if (label.length() > LONGEST_LABEL) {
                throw new IllegalArgumentException(
                        "a part of the host name has %d characters (write at most %d between two dots)"
                                .formatted(label.length(), LONGEST_LABEL));
            }
            if (!LABEL.matcher(label).matches()) {
                throw new IllegalArgumentException(
                        "'%s' is not a host name (write letters, digits and, within a part, '-'; other letters in their xn-- form)"
                                .formatted(name));
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
