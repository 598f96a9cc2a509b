/**
 * The cryptography of an IKE SA: what a proposal names, the key exchange, the derivation of keys,
 * the SK ciphers and the proof of the pre-shared key. Randomness is always handed in. Keys live in
 * {@link culvert.model.Secret} and nowhere else for long; what the JDK copies into its own key
 * objects is garbage after each message.
 */
package culvert.ike.crypto;
