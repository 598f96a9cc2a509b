package culvert.config;

import culvert.config.YamlNode.Mapping;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads a configuration file and the secrets that it points to.
 *
 * <p>Never throws because of what a file holds: whatever is wrong comes back as problems, all that
 * there are and not just the first.
 */
public final class ConfigLoader {
    private ConfigLoader() {}

    /** Without a credentials directory. */
    public static ConfigResult load(Path file) {
        return load(file, LoadOptions.NONE);
    }

    public static ConfigResult load(Path file, LoadOptions options) {
        return read(file, options).result();
    }

    /**
     * A result and what it came from.
     *
     * @param draft empty when the file is not even a mapping
     */
    record Reading(ConfigResult result, Optional<GatewayDraft> draft) {
        private static Reading failed(Problems problems) {
            return new Reading(new ConfigResult.Invalid(problems.inFileOrder()), Optional.empty());
        }
    }

    static Reading read(Path file, LoadOptions options) {
        return read(file, options, Math.floorDiv(System.currentTimeMillis(), 1000L));
    }

    /**
     * Reads as if it were another time.
     *
     * @param unixSeconds against which certificates are held
     */
    static Reading read(Path file, LoadOptions options, long unixSeconds) {
        Problems problems = new Problems(file);
        Optional<YamlNode> document =
                ConfigText.read(file, problems).flatMap(text -> YamlReader.read(text, problems));
        if (problems.anyError() && document.isEmpty()) {
            return Reading.failed(problems);
        }
        YamlNode content = document.orElse(new Mapping(List.of(), Position.START));
        if (!(content instanceof Mapping mapping)) {
            problems.error(
                    content.at(),
                    "the file must be a mapping of keys",
                    "start with version: 1, site: and connections:");
            return Reading.failed(problems);
        }
        Fields root = new Fields(ConfigKeys.ROOT, mapping);
        new FieldsCheck(problems).check(root);
        GatewayDraft gateway = GatewayDraft.of(root);
        return new Reading(
                interpret(gateway, file, options, unixSeconds, problems), Optional.of(gateway));
    }

    private static ConfigResult interpret(
            GatewayDraft gateway,
            Path file,
            LoadOptions options,
            long unixSeconds,
            Problems problems) {
        NameChecks.check(gateway, problems);
        AddressChecks.check(gateway, problems);
        RoutingChecks.check(gateway, problems);
        NeighborChecks.check(gateway, problems);
        RouteChecks.check(gateway, problems);
        OverlapChecks.check(gateway, problems);
        TunnelEqualityChecks.check(gateway, problems);
        SettingChecks.check(gateway, file, problems);
        AwsChecks.check(gateway, problems);
        TunnelCredentials credentials = new TunnelCredentials(file, options, unixSeconds, problems);
        credentials.load(gateway);
        if (problems.anyError()) {
            credentials.wipe();
            return new ConfigResult.Invalid(problems.inFileOrder());
        }
        GatewayConfig config =
                new Assembly(gateway, file, credentials, options.exportKeys()).config();
        return new ConfigResult.Valid(config, problems.inFileOrder());
    }
}
