package culvert.model;

/** How ESP travels between the gateways. */
public enum Encapsulation {
    /**
     * In UDP port 4500 (RFC 3948), whether or not there is a NAT: the form that the kernel can
     * batch.
     */
    UDP,
    /** As IP protocol 50; only without a NAT. */
    ESP,
    /** In UDP when NAT detection finds a NAT, else as IP protocol 50 (RFC 7296 2.23). */
    AUTO
}
