package culvert.ike;

import culvert.model.Spi;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * The SPIs of our inbound SAs. One that was in use lately is not handed out again, so that a late
 * packet never meets a new SA.
 */
final class EspSpis {
    private static final int REMEMBERED = 1024;

    private final Set<Spi> taken = new HashSet<>();
    private final Deque<Spi> released = new ArrayDeque<>();

    Spi allocate(Turn turn) {
        while (true) {
            Spi spi = new Spi(turn.random().nextInt());
            // RFC 4303 2.1: 0 to 255 are reserved.
            if (!spi.isReserved() && taken.add(spi)) {
                return spi;
            }
        }
    }

    void release(Spi spi) {
        released.addLast(spi);
        if (released.size() > REMEMBERED) {
            taken.remove(released.removeFirst());
        }
    }
}
