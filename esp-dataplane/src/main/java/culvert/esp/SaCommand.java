package culvert.esp;

import culvert.model.Spi;

/**
 * What the control thread asks of a path's thread.
 *
 * @param <P> the parameters of the direction's SA
 */
sealed interface SaCommand<P> {
    /** Install an SA; the path's thread owns and wipes its KEYMAT from here on. */
    record Install<P>(P parameters) implements SaCommand<P> {}

    /** Remove an SA and wipe its keys; nothing happens when it is not there. */
    record Remove<P>(Spi spi) implements SaCommand<P> {}
}
