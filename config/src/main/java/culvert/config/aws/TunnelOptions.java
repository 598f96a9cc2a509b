package culvert.config.aws;

import culvert.ike.crypto.KeyExchangeGroup;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What AWS is set to accept on a tunnel, in AWS's words. An empty list means everything that AWS
 * knows.
 *
 * @param replayWindow packets
 */
record TunnelOptions(
        List<String> ikeVersions,
        List<String> ikeEncryption,
        List<String> ikeIntegrity,
        List<String> ikeGroups,
        List<String> espEncryption,
        List<String> espGroups,
        Optional<Long> replayWindow) {

    static final TunnelOptions NONE =
            new TunnelOptions(
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    Optional.empty());

    /** AWS's word and ours, the best first. */
    private static final List<Map.Entry<String, String>> ENCRYPTION =
            List.of(
                    Map.entry("AES256-GCM-16", "aes256gcm16"),
                    Map.entry("AES128-GCM-16", "aes128gcm16"),
                    Map.entry("AES256", "aes256"),
                    Map.entry("AES128", "aes128"));

    private static final List<Map.Entry<String, String>> INTEGRITY =
            List.of(
                    Map.entry("SHA2-384", "sha384"),
                    Map.entry("SHA2-256", "sha256"),
                    Map.entry("SHA2-512", "sha512"),
                    Map.entry("SHA1", "sha1"));

    private static final List<KeyExchangeGroup> GROUPS =
            List.of(
                    KeyExchangeGroup.ECP384,
                    KeyExchangeGroup.ECP256,
                    KeyExchangeGroup.ECP521,
                    KeyExchangeGroup.MODP4096,
                    KeyExchangeGroup.MODP3072,
                    KeyExchangeGroup.MODP2048,
                    KeyExchangeGroup.MODP6144,
                    KeyExchangeGroup.MODP8192,
                    KeyExchangeGroup.MODP2048S256,
                    KeyExchangeGroup.MODP2048S224,
                    KeyExchangeGroup.MODP1024S160,
                    KeyExchangeGroup.MODP1024);

    /** Whether the document tells which algorithms AWS is set to accept. */
    boolean namesAlgorithms() {
        return !ikeEncryption.isEmpty()
                || !ikeIntegrity.isEmpty()
                || !ikeGroups.isEmpty()
                || !espEncryption.isEmpty()
                || !espGroups.isEmpty();
    }

    boolean excludesIkev2() {
        return !ikeVersions.isEmpty() && !ikeVersions.contains("ikev2");
    }

    /** The strongest IKE proposal that AWS accepts; empty when we share none. */
    Optional<String> strongestIke() {
        return best(ENCRYPTION, ikeEncryption)
                .flatMap(
                        cipher ->
                                best(INTEGRITY, ikeIntegrity)
                                        .map(
                                                hash ->
                                                        cipher.contains("gcm")
                                                                ? cipher + "-prf" + hash
                                                                : cipher + "-" + hash))
                .flatMap(suite -> group(ikeGroups).map(group -> suite + "-" + group));
    }

    /** The strongest ESP proposal that AWS accepts; empty when it accepts no AES-GCM. */
    Optional<String> strongestEsp() {
        return best(ENCRYPTION.subList(0, 2), espEncryption)
                .flatMap(cipher -> group(espGroups).map(group -> cipher + "-" + group));
    }

    private static Optional<String> best(
            List<Map.Entry<String, String>> known, List<String> allowed) {
        return known.stream()
                .filter(entry -> allowed.isEmpty() || allowed.contains(entry.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    private static Optional<String> group(List<String> allowed) {
        return GROUPS.stream()
                .filter(
                        group ->
                                allowed.isEmpty()
                                        || allowed.contains(Integer.toString(group.transformId())))
                .map(KeyExchangeGroup::keyword)
                .findFirst();
    }
}
