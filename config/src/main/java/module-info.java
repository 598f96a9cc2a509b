import org.jspecify.annotations.NullMarked;

/** The configuration file: YAML to checked records, every error with file, line and column. */
@NullMarked
module culvert.config {
    requires static org.jspecify;
    requires transitive culvert.bgp;
    requires transitive culvert.ike;
    requires transitive culvert.model;
    requires org.snakeyaml.engine;

    exports culvert.config;
}
