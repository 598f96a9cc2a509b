import org.jspecify.annotations.NullMarked;

/** ESP: security associations, replay windows, AES-GCM and the two packet paths. */
@NullMarked
module culvert.esp {
    requires static org.jspecify;
    requires transitive culvert.model;
    requires transitive culvert.tunio;

    exports culvert.esp;
}
