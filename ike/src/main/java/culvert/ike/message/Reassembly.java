package culvert.ike.message;

import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Puts the fragments of one message at a time together (RFC 7383 2.6). Holds authentic fragments
 * only, and at most as much as one message may have.
 */
public final class Reassembly {
    private final SortedMap<Integer, Octets> parts = new TreeMap<>();
    private int messageId;
    private int total;
    private int lengthBytes;
    private int firstType;

    /** Of no message yet. */
    public Reassembly() {}

    /** Whether a datagram is one part of a message. */
    public static boolean isFragment(byte[] datagram) {
        return FragmentCodec.isFragment(datagram);
    }

    /** Whether it says that it is the first, which only its ICV can prove. */
    public static boolean isFirstFragment(byte[] datagram) {
        return isFragment(datagram) && FragmentCodec.claimedNumber(datagram) == 1;
    }

    /** Opens a fragment, and the message when this one was the last that was missing. */
    public DecodeResult open(byte[] datagram, SkCipher cipher) {
        Optional<Fragment> opened = FragmentCodec.open(datagram, cipher);
        if (opened.isEmpty()) {
            return new DecodeResult.BadUnauthenticated("not an authentic fragment");
        }
        Fragment fragment = opened.get();
        // RFC 7383 2.6: more fragments than before say that the peer tries smaller ones.
        if (fragment.header().messageId() != messageId || fragment.total() > total) {
            drop();
            messageId = fragment.header().messageId();
            total = fragment.total();
        }
        if (fragment.total() == total) {
            add(fragment);
        }
        return parts.size() == total
                ? complete(fragment.header())
                : new DecodeResult.NeedMoreFragments(fragment.header());
    }

    /** Forgets what is incomplete. */
    public void drop() {
        parts.clear();
        total = 0;
        lengthBytes = 0;
    }

    private void add(Fragment fragment) {
        int longer = lengthBytes + fragment.content().length();
        if (longer > Limits.MESSAGE_BYTES
                || parts.putIfAbsent(fragment.number(), fragment.content()) != null) {
            return;
        }
        lengthBytes = longer;
        if (fragment.number() == 1) {
            firstType = fragment.firstType();
        }
    }

    private DecodeResult complete(IkeHeader header) {
        OctetWriter whole = new OctetWriter();
        parts.values().forEach(whole::octets);
        drop();
        byte[] plaintext = whole.toByteArray();
        return MessageDecoder.content(
                header, firstType, MessageEncoder.content(header, firstType, plaintext), plaintext);
    }
}
