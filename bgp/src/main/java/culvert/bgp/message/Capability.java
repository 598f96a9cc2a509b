package culvert.bgp.message;

import java.util.List;
import java.util.Optional;

/** What a speaker offers in its OPEN (RFC 5492). */
public sealed interface Capability {

    int code();

    /** Routes of an address family (RFC 4760 8). */
    record MultiProtocol(int afi, int safi) implements Capability {
        static final int CODE = 1;

        public static MultiProtocol of(AddressFamily family) {
            return new MultiProtocol(family.afi(), family.safi());
        }

        @Override
        public int code() {
            return CODE;
        }
    }

    /** RFC 2918. */
    record RouteRefreshing() implements Capability {
        static final int CODE = 2;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** Messages of up to 65,535 octets (RFC 8654). */
    record ExtendedMessages() implements Capability {
        static final int CODE = 6;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * RFC 4724, with the N bit of RFC 8538.
     *
     * @param restarting the sender has just restarted (R bit)
     * @param notification the sender keeps routes across NOTIFICATIONs too (N bit)
     * @param restartTimeSeconds how long the sender expects to be away, 0 to 4095
     */
    record GracefulRestart(
            boolean restarting,
            boolean notification,
            int restartTimeSeconds,
            List<Preserved> families)
            implements Capability {
        static final int CODE = 64;

        public GracefulRestart {
            families = List.copyOf(families);
        }

        /**
         * A family of which the sender may keep the forwarding state.
         *
         * @param forwarding the state was kept across the last restart (F bit)
         */
        public record Preserved(int afi, int safi, boolean forwarding) {}

        public Optional<Preserved> of(AddressFamily family) {
            return families.stream()
                    .filter(p -> p.afi() == family.afi() && p.safi() == family.safi())
                    .findFirst();
        }

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * RFC 6793.
     *
     * @param asn the sender's AS number, unsigned
     */
    record FourOctetAs(int asn) implements Capability {
        static final int CODE = 65;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** RFC 7313. */
    record EnhancedRouteRefresh() implements Capability {
        static final int CODE = 70;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** One that Culvert does not know and therefore ignores (RFC 5492 3). */
    record Unknown(int code, Octets value) implements Capability {}
}
