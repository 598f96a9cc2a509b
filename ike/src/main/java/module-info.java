import org.jspecify.annotations.NullMarked;

/** IKEv2 (RFC 7296), sans-IO: state and input and time in, state and actions out. */
@NullMarked
module culvert.ike {
    requires static org.jspecify;
    requires transitive culvert.model;
    requires org.bouncycastle.provider;

    exports culvert.ike;
    exports culvert.ike.certificate;
    exports culvert.ike.crypto;
    exports culvert.ike.message;
}
