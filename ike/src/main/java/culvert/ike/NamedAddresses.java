package culvert.ike;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a name of a peer leads to, as far as it can be used. Nobody vouches for the DNS: a wrong
 * answer costs an attempt, and who answers there must still prove who it is.
 *
 * @param usable in the order of the answer, without repetitions
 * @param trouble for people, why there is none; empty when there is one
 */
record NamedAddresses(List<InetAddress> usable, String trouble) {
    private static final InetAddress BROADCAST = InetAddress.ofLiteral("255.255.255.255");

    /**
     * Judges an answer.
     *
     * @param local our own outside address
     * @param isTaken whether this is the peer of another tunnel: packets between the same two
     *     addresses cannot be told apart
     */
    static NamedAddresses of(
            List<InetAddress> answer, InetAddress local, Predicate<InetAddress> isTaken) {
        List<InetAddress> usable = new ArrayList<>();
        String trouble = answer.isEmpty() ? "has no address" : "";
        for (InetAddress address : answer) {
            String wrong = wrong(address, local, isTaken);
            if (wrong.isEmpty() && !usable.contains(address)) {
                usable.add(address);
            } else if (trouble.isEmpty()) {
                trouble = wrong;
            }
        }
        return new NamedAddresses(List.copyOf(usable), usable.isEmpty() ? trouble : "");
    }

    private static String wrong(
            InetAddress address, InetAddress local, Predicate<InetAddress> isTaken) {
        String text = "leads to " + address.getHostAddress() + ", ";
        if (address.equals(local)) {
            return text + "which is our own outside-address";
        }
        if (address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isMulticastAddress()
                || address.isLinkLocalAddress()
                || address.equals(BROADCAST)) {
            return text + "which cannot be another gateway's";
        }
        if (address.getAddress().length != local.getAddress().length) {
            return text
                    + "and to no address of the family of our outside-address "
                    + local.getHostAddress();
        }
        return isTaken.test(address) ? text + "which is the peer of another tunnel" : "";
    }
}
