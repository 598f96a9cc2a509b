package culvert.ike.certificate;

import culvert.ike.message.Octets;
import java.util.EnumSet;
import java.util.Set;

/**
 * The hash algorithms of signatures that Culvert makes and takes (RFC 7427 4 and IANA's "IKEv2 Hash
 * Algorithms"). SHA-1 has a number too and is neither announced nor taken.
 */
public enum SignatureHash {
    SHA256(2, "SHA-256", 32),
    SHA384(3, "SHA-384", 48),
    SHA512(4, "SHA-512", 64);

    private static final int ID_BYTES = 2;

    private final int id;
    private final String jcaName;
    private final int outputBytes;

    SignatureHash(int id, String jcaName, int outputBytes) {
        this.id = id;
        this.jcaName = jcaName;
        this.outputBytes = outputBytes;
    }

    String jcaName() {
        return jcaName;
    }

    int outputBytes() {
        return outputBytes;
    }

    /** The data of SIGNATURE_HASH_ALGORITHMS: 16 bits for each. */
    public static Octets announcement() {
        byte[] data = new byte[ID_BYTES * values().length];
        int at = 0;
        for (SignatureHash hash : values()) {
            data[at + 1] = (byte) hash.id;
            at += ID_BYTES;
        }
        return Octets.copyOf(data);
    }

    /** Those of ours that the peer announces too; what is unknown is left out. */
    public static Set<SignatureHash> announced(Octets data) {
        Set<SignatureHash> hashes = EnumSet.noneOf(SignatureHash.class);
        for (int at = 0; at + ID_BYTES <= data.length(); at += ID_BYTES) {
            for (SignatureHash hash : values()) {
                if ((data.at(at) << 8 | data.at(at + 1)) == hash.id) {
                    hashes.add(hash);
                }
            }
        }
        return hashes;
    }
}
