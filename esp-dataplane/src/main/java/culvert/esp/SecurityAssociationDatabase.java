package culvert.esp;

import culvert.model.Spi;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The SAs of one direction of one tunnel, oldest first. The direction's thread alone changes it;
 * anyone may look at {@link #all}.
 *
 * <p>Four, so that a rekey loses nothing: the old SA, the new one, and a second pair when both ends
 * rekey at once (RFC 7296 2.8.1).
 */
final class SecurityAssociationDatabase<S extends SecurityAssociation> implements AutoCloseable {
    static final int LARGEST = 4;

    private final IntFunction<S[]> arrays;
    private volatile S[] sas;

    /**
     * @param arrays makes an array, such as {@code InboundSa[]::new}
     */
    SecurityAssociationDatabase(IntFunction<S[]> arrays) {
        this.arrays = arrays;
        sas = arrays.apply(0);
    }

    /** The SA with this SPI, or null. */
    @Nullable S lookup(int spi) {
        for (S sa : sas) {
            if (sa.spi().value() == spi) {
                return sa;
            }
        }
        return null;
    }

    /** The SA installed last, or null. */
    @Nullable S newest() {
        S[] now = sas;
        return now.length == 0 ? null : now[now.length - 1];
    }

    /**
     * Adds an SA. One with the same SPI gives way, and when the table is full the oldest.
     *
     * @return the SA that gave way for want of room, its keys wiped, or null
     */
    @Nullable S install(S sa) {
        remove(sa.spi());
        S oldest = sas.length == LARGEST ? sas[0] : null;
        if (oldest != null) {
            remove(oldest.spi());
        }
        S[] more = Arrays.copyOf(sas, sas.length + 1);
        more[sas.length] = sa;
        sas = more;
        return oldest;
    }

    /** Removes the SA with this SPI, if there is one, and wipes its keys. */
    void remove(Spi spi) {
        S[] before = sas;
        sas = Arrays.stream(before).filter(sa -> !sa.spi().equals(spi)).toArray(arrays);
        for (S sa : before) {
            if (sa.spi().equals(spi)) {
                sa.close();
            }
        }
    }

    /** The SAs at this moment, oldest first. */
    List<S> all() {
        return List.of(sas);
    }

    @Override
    public void close() {
        S[] last = sas;
        sas = arrays.apply(0);
        for (S sa : last) {
            sa.close();
        }
    }
}
