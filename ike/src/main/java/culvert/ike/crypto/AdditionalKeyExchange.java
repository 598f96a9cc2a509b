package culvert.ike.crypto;

import culvert.ike.message.Octets;
import culvert.model.Secret;
import java.security.SecureRandom;
import org.bouncycastle.crypto.SecretWithEncapsulation;

/** The initiator's part in one additional key exchange (RFC 9370), by any method; used once. */
public final class AdditionalKeyExchange implements AutoCloseable {
    /**
     * The responder's part, which is over at once.
     *
     * @param publicValue what its KE payload carries
     * @param sharedSecret owned by the caller
     */
    public record Answer(Octets publicValue, Secret sharedSecret) {}

    private sealed interface Key {
        record OfGroup(KeyExchange keyExchange) implements Key {}

        record OfKem(MlKem kem, MlKemKey key) implements Key {}
    }

    private final Key key;

    private AdditionalKeyExchange(Key key) {
        this.key = key;
    }

    public static AdditionalKeyExchange generate(KeyExchangeMethod method, SecureRandom random) {
        return new AdditionalKeyExchange(
                switch (method) {
                    case KeyExchangeGroup group ->
                            new Key.OfGroup(KeyExchange.generate(group, random));
                    case MlKem kem -> new Key.OfKem(kem, MlKemKey.generate(kem, random));
                });
    }

    /** What our KE payload carries. */
    public Octets publicValue() {
        return switch (key) {
            case Key.OfGroup ours -> ours.keyExchange().publicValue();
            case Key.OfKem ours -> Octets.copyOf(ours.key().encapsulationKey());
        };
    }

    /**
     * SK(n), after the responder's value has come.
     *
     * @throws InvalidPublicValueException when it cannot be one
     */
    public Secret sharedSecret(Octets answer) throws InvalidPublicValueException {
        return switch (key) {
            case Key.OfGroup ours -> ours.keyExchange().sharedSecret(answer);
            case Key.OfKem ours -> {
                requireLength("a ciphertext", ours.kem(), ours.kem().ciphertextBytes(), answer);
                yield Secret.owning(ours.key().decapsulate(answer.toByteArray()));
            }
        };
    }

    /**
     * Answers the initiator's value.
     *
     * @throws InvalidPublicValueException when it cannot be one
     */
    public static Answer answer(KeyExchangeMethod method, Octets request, SecureRandom random)
            throws InvalidPublicValueException {
        return switch (method) {
            case KeyExchangeGroup group -> {
                try (KeyExchange ours = KeyExchange.generate(group, random)) {
                    yield new Answer(ours.publicValue(), ours.sharedSecret(request));
                }
            }
            case MlKem kem -> {
                requireLength("an encapsulation key", kem, kem.encapsulationKeyBytes(), request);
                SecretWithEncapsulation made =
                        MlKemKey.encapsulate(kem, request.toByteArray(), random);
                yield new Answer(
                        Octets.copyOf(made.getEncapsulation()), Secret.owning(made.getSecret()));
            }
        };
    }

    private static void requireLength(String what, MlKem kem, int bytes, Octets value)
            throws InvalidPublicValueException {
        if (value.length() != bytes) {
            throw new InvalidPublicValueException(
                    "%s of %s has %d octets, this one has %d"
                            .formatted(what, kem.keyword(), bytes, value.length()));
        }
    }

    @Override
    public void close() {
        switch (key) {
            case Key.OfGroup ours -> ours.keyExchange().close();
            case Key.OfKem ours -> ours.key().close();
        }
    }
}
