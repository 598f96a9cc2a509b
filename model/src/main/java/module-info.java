import org.jspecify.annotations.NullMarked;

/**
 * Leaf types that two or more parts of Culvert speak: addresses, selectors, SPIs, keys of a CHILD
 * SA.
 */
@NullMarked
module culvert.model {
    requires static org.jspecify;

    exports culvert.model;
}
