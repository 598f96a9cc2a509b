package culvert.ike;

import culvert.ike.message.IkeSpi;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Every IKE SA by the SPI that we chose; those that the peer started also by its first message. */
final class IkeSaTable {
    /** An IKE_SA_INIT request carries no SPI of ours yet: RFC 7296 2.1 tells it by these. */
    private record FirstMessage(IkeSpi initiatorSpi, InetAddress initiator) {}

    private final Map<IkeSpi, IkeSa> bySpi = new LinkedHashMap<>();
    private final Map<FirstMessage, IkeSa> byFirstMessage = new LinkedHashMap<>();
    private final HandshakeBudget handshakeBudget = new HandshakeBudget();

    IkeSpi allocate(Turn turn) {
        while (true) {
            IkeSpi spi = new IkeSpi(turn.random().nextLong());
            if (!spi.equals(IkeSpi.NONE) && !bySpi.containsKey(spi)) {
                return spi;
            }
        }
    }

    void add(IkeSa sa) {
        bySpi.put(sa.channel().spi(), sa);
    }

    void addAnswered(IkeSa sa) {
        add(sa);
        byFirstMessage.put(
                new FirstMessage(sa.channel().peerSpi(), sa.path().remote().getAddress()), sa);
    }

    void remove(IkeSa sa) {
        bySpi.remove(sa.channel().spi());
        byFirstMessage.values().remove(sa);
    }

    Optional<IkeSa> lookup(IkeSpi ourSpi) {
        return Optional.ofNullable(bySpi.get(ourSpi));
    }

    Optional<IkeSa> lookupFirstMessage(IkeSpi initiatorSpi, InetAddress initiator) {
        return Optional.ofNullable(byFirstMessage.get(new FirstMessage(initiatorSpi, initiator)));
    }

    int halfOpen() {
        return (int) bySpi.values().stream().filter(IkeSaTable::isHalfOpen).count();
    }

    int halfOpenFrom(InetAddress initiator) {
        return (int)
                bySpi.values().stream()
                        .filter(IkeSaTable::isHalfOpen)
                        .filter(sa -> sa.path().remote().getAddress().equals(initiator))
                        .count();
    }

    Optional<IkeSa> oldestHalfOpenFrom(InetAddress initiator) {
        return bySpi.values().stream()
                .filter(IkeSaTable::isHalfOpen)
                .filter(sa -> sa.path().remote().getAddress().equals(initiator))
                .findFirst();
    }

    private static boolean isHalfOpen(IkeSa sa) {
        return sa.state() == IkeSa.State.INIT_ANSWERED;
    }

    /** What may be computed for those whom it counts as half-open. */
    HandshakeBudget handshakeBudget() {
        return handshakeBudget;
    }

    int size() {
        return bySpi.size();
    }
}
