import org.jspecify.annotations.NullMarked;

/** A stand-in for AWS in network namespaces of this machine, for tests, the demo and benchmarks. */
@NullMarked
module culvert.lab {
    requires static org.jspecify;
    requires com.fasterxml.jackson.jr.ob;

    exports culvert.lab;
}
