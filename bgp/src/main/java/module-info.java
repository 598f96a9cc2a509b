import org.jspecify.annotations.NullMarked;

/** BGP-4, sans-IO. */
@NullMarked
module culvert.bgp {
    requires static org.jspecify;
    requires transitive culvert.model;

    exports culvert.bgp;
}
