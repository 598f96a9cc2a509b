package culvert.ike;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import culvert.model.PeerHost;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of the addresses that a name leads to are used, and in which order. */
class PeerAddressesTest {
    private static final InetAddress OURS = address("198.18.0.1");
    private static final InetAddress TAKEN = address("198.18.0.12");
    private static final InetAddress A = address("203.0.113.1");
    private static final InetAddress B = address("203.0.113.2");
    private static final InetAddress C = address("203.0.113.3");

    private final PeerAddresses peer = new PeerAddresses(new PeerHost.Name("vpn.example.com"));

    private static InetAddress address(String literal) {
        return InetAddress.ofLiteral(literal);
    }

    private static NamedAddresses judged(InetAddress local, List<InetAddress> answer) {
        return NamedAddresses.of(answer, local, TAKEN::equals);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    198.18.0.1  | leads to 198.18.0.1, which is our own outside-address
                    198.18.0.12 | leads to 198.18.0.12, which is the peer of another tunnel
                    0.0.0.0     | leads to 0.0.0.0, which cannot be another gateway's
                    127.0.1.1   | leads to 127.0.1.1, which cannot be another gateway's
                    224.0.0.5   | leads to 224.0.0.5, which cannot be another gateway's
                    169.254.0.9 | leads to 169.254.0.9, which cannot be another gateway's
                    255.255.255.255 | leads to 255.255.255.255, which cannot be another gateway's
                    ::1         | leads to 0:0:0:0:0:0:0:1, which cannot be another gateway's
                    fe80::1     | leads to fe80:0:0:0:0:0:0:1, which cannot be another gateway's
                    2001:db8::1 | leads to 2001:db8:0:0:0:0:0:1, and to no address of the family of our outside-address 198.18.0.1
                    """)
    void leavesOutWhatCannotBeThePeer(String literal, String trouble) {
        NamedAddresses alone = judged(OURS, List.of(address(literal)));
        assertEquals(List.of(), alone.usable());
        assertEquals(trouble, alone.trouble());
        NamedAddresses among = judged(OURS, List.of(address(literal), A, A, B));
        assertEquals(List.of(A, B), among.usable());
        assertEquals("", among.trouble());
    }

    @Test
    void takesTheFamilyOfOurOwnAddress() {
        InetAddress v6 = address("2001:db8::7");
        assertEquals(List.of(v6), judged(address("2001:db8::1"), List.of(A, v6, B)).usable());
        assertEquals(
                "leads to 203.0.113.1, and to no address of the family of our outside-address"
                        + " 2001:db8:0:0:0:0:0:1",
                judged(address("2001:db8::1"), List.of(A, B)).trouble());
    }

    @Test
    void anEmptyAnswerIsATroubleToo() {
        assertEquals("has no address", judged(OURS, List.of()).trouble());
    }

    @Test
    void keepsAFewOfAHundredAddressesAndGivesEachItsTurn() {
        List<InetAddress> hundred = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            hundred.add(address("203.0.113." + i));
        }
        peer.named(hundred);
        assertEquals(hundred.subList(0, PeerAddresses.MOST), peer.candidates());
        List<InetAddress> tried = new ArrayList<>();
        for (int i = 0; i < PeerAddresses.MOST; i++) {
            assertEquals(i == PeerAddresses.MOST - 1, peer.isLastOfRound());
            tried.add(peer.next().orElseThrow());
            peer.turn(address -> false);
            peer.named(hundred.reversed());
        }
        assertEquals(hundred.subList(0, PeerAddresses.MOST), tried);
        assertEquals(Optional.of(tried.getFirst()), peer.next());
    }

    @Test
    void anotherAnswerReplacesWhatItDoesNotName() {
        peer.named(List.of(A, B));
        peer.named(List.of(C, B));
        assertEquals(List.of(B, C), peer.candidates());
        assertEquals(Optional.of(B), peer.next());
        assertFalse(peer.admit(A));
        assertTrue(peer.admit(C));
    }

    @Test
    void passesOverWhatAnotherTunnelHasTaken() {
        peer.named(List.of(A, B, C));
        peer.turn(B::equals);
        assertEquals(Optional.of(C), peer.next());
        peer.turn(address -> true);
        assertEquals(Optional.of(C), peer.next());
    }

    @Test
    void theNextAttemptGoesWhereThePeerLived() {
        peer.named(List.of(A, B));
        peer.liveAt(B);
        assertEquals(Optional.of(B), peer.next());
        peer.liveAt(TAKEN); // where a NAT has moved it
        assertEquals(Optional.of(B), peer.next());
    }

    @Test
    void anAddressNeedsNoAnswer() {
        peer.configure(new PeerHost.Address(A));
        assertEquals(Optional.of(A), peer.next());
        assertTrue(peer.isLastOfRound());
        peer.turn(address -> false);
        assertEquals(Optional.of(A), peer.next());
        peer.configure(new PeerHost.Name("vpn.example.com"));
        assertEquals(Optional.empty(), peer.next());
        assertTrue(peer.isLastOfRound());
    }
}
