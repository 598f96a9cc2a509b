import org.jspecify.annotations.NullMarked;

/** Linux I/O: TUN devices, UDP sockets with GSO and GRO, rtnetlink. The only native calls. */
@NullMarked
module culvert.tunio {
    requires static org.jspecify;

    exports culvert.tunio;
}
