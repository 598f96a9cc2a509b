package culvert.ike.crypto;

/**
 * A key exchange method (RFC 9370 2.1): a Diffie-Hellman group, or a key encapsulation mechanism
 * that comes in addition to one.
 */
public sealed interface KeyExchangeMethod permits KeyExchangeGroup, MlKem {
    /** The number in transforms and KE payloads; one registry for both kinds. */
    int transformId();

    /** The name in proposals, as strongSwan writes it. */
    String keyword();
}
