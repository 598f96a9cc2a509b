import org.jspecify.annotations.NullMarked;

/** BGP-4, sans-IO: state and input and time in, state and actions out. */
@NullMarked
module culvert.bgp {
    requires static org.jspecify;
    requires transitive culvert.model;

    exports culvert.bgp;
    exports culvert.bgp.message;
    exports culvert.bgp.rib;
}
