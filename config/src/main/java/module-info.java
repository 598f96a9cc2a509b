import org.jspecify.annotations.NullMarked;

/** The configuration file: YAML to checked records, every error with file, line and column. */
@NullMarked
module culvert.config {
    requires static org.jspecify;
    requires com.fasterxml.jackson.core;
    requires transitive culvert.bgp;
    requires transitive culvert.ike;
    requires transitive culvert.model;
    requires java.xml;
    requires org.snakeyaml.engine;

    exports culvert.config;
    exports culvert.config.aws;
}
