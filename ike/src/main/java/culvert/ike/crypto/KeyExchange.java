package culvert.ike.crypto;

import culvert.ike.message.Octets;
import culvert.model.Secret;
import java.security.SecureRandom;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.jspecify.annotations.Nullable;

/**
 * One side's part in one Diffie-Hellman exchange: an ephemeral key pair, used once and closed (RFC
 * 7296 2.12). The peer's value passes every test of RFC 6989 before it is used.
 */
public final class KeyExchange implements AutoCloseable {
    private final KeyExchangeGroup group;
    private final Octets publicValue;
    private @Nullable EphemeralKey key;

    KeyExchange(KeyExchangeGroup group, EphemeralKey key) {
        this.group = group;
        this.key = key;
        this.publicValue = Octets.copyOf(key.publicValue());
    }

    /** Makes a key pair. For the MODP groups the length of the exponent is named with each. */
    public static KeyExchange generate(KeyExchangeGroup group, SecureRandom random) {
        return new KeyExchange(
                group,
                switch (group) {
                    // RFC 3526 8: at least twice the strength of the group, not the whole prime.
                    case MODP1024 -> ModpKey.generate(DHStandardGroups.rfc2409_1024, 256, random);
                    case MODP2048 -> ModpKey.generate(DHStandardGroups.rfc3526_2048, 256, random);
                    case MODP3072 -> ModpKey.generate(DHStandardGroups.rfc3526_3072, 320, random);
                    case MODP4096 -> ModpKey.generate(DHStandardGroups.rfc3526_4096, 384, random);
                    case MODP6144 -> ModpKey.generate(DHStandardGroups.rfc3526_6144, 448, random);
                    case MODP8192 -> ModpKey.generate(DHStandardGroups.rfc3526_8192, 512, random);
                    // RFC 5114 2: exponents below the order of the subgroup.
                    case MODP1024S160 -> ModpKey.generate(Rfc5114Groups.MODP1024S160, 160, random);
                    case MODP2048S224 -> ModpKey.generate(Rfc5114Groups.MODP2048S224, 224, random);
                    case MODP2048S256 -> ModpKey.generate(Rfc5114Groups.MODP2048S256, 256, random);
                    case ECP256 -> EcpKey.generate("secp256r1", random);
                    case ECP384 -> EcpKey.generate("secp384r1", random);
                    case ECP521 -> EcpKey.generate("secp521r1", random);
                    case CURVE25519 -> X25519Key.generate(random);
                });
    }

    public KeyExchangeGroup group() {
        return group;
    }

    /** What our KE payload carries. */
    public Octets publicValue() {
        return publicValue;
    }

    /**
     * g^ir, of the length that the group fixes.
     *
     * @throws InvalidPublicValueException when the peer's value is not one of the group
     * @throws IllegalStateException after {@link #close()}
     */
    public Secret sharedSecret(Octets peerPublicValue) throws InvalidPublicValueException {
        if (key == null) {
            throw new IllegalStateException("key pair used after it was closed");
        }
        if (peerPublicValue.length() != group.publicValueBytes()) {
            throw new InvalidPublicValueException(
                    "a public value of %s has %d octets, this one has %d"
                            .formatted(
                                    group.keyword(),
                                    group.publicValueBytes(),
                                    peerPublicValue.length()));
        }
        return Secret.owning(key.sharedSecret(peerPublicValue.toByteArray()));
    }

    @Override
    public void close() {
        if (key != null) {
            key.close();
            key = null;
        }
    }

    @Override
    public String toString() {
        return "KeyExchange[" + group.keyword() + "]";
    }
}
