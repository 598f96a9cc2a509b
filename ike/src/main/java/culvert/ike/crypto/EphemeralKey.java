package culvert.ike.crypto;

/** A private value of one group and the arithmetic of its family. */
sealed interface EphemeralKey extends AutoCloseable permits ModpKey, EcpKey, X25519Key {
    /** As it stands in KE, of the group's exact length. */
    byte[] publicValue();

    /**
     * g^ir of the group's fixed length; the caller wipes it.
     *
     * @param peerPublicValue of the group's exact length, otherwise unchecked
     */
    byte[] sharedSecret(byte[] peerPublicValue) throws InvalidPublicValueException;

    /** Forgets the private value; what the platform lets us wipe is wiped. */
    @Override
    void close();
}
