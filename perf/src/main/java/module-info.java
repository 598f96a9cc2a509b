import org.jspecify.annotations.NullMarked;

/** Benchmarks, latency runs and the side-by-side comparison with peers. */
@NullMarked
module culvert.perf {
    requires static org.jspecify;
    requires HdrHistogram;
    requires culvert.lab;
    requires culvert.tunio;
}
