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
        Problems problems = new Problems(file);
        Optional<YamlNode> document =
                ConfigText.read(file, problems).flatMap(text -> YamlReader.read(text, problems));
        if (problems.anyError() && document.isEmpty()) {
            return new ConfigResult.Invalid(problems.inFileOrder());
        }
        return interpret(
                document.orElse(new Mapping(List.of(), Position.START)), file, options, problems);
    }

    private static ConfigResult interpret(
            YamlNode document, Path file, LoadOptions options, Problems problems) {
        if (!(document instanceof Mapping mapping)) {
            problems.error(
                    document.at(),
                    "the file must be a mapping of keys",
                    "start with version: 1, site: and connections:");
            return new ConfigResult.Invalid(problems.inFileOrder());
        }
        Fields root = new Fields(ConfigKeys.ROOT, mapping);
        new FieldsCheck(problems).check(root);
        GatewayDraft gateway = GatewayDraft.of(root);
        NameChecks.check(gateway, problems);
        AddressChecks.check(gateway, problems);
        RoutingChecks.check(gateway, problems);
        RouteChecks.check(gateway, problems);
        SettingChecks.check(gateway, file, problems);
        AwsChecks.check(gateway, problems);
        PreSharedKeys keys = new PreSharedKeys(file, options, problems);
        keys.load(gateway);
        if (problems.anyError()) {
            keys.wipe();
            return new ConfigResult.Invalid(problems.inFileOrder());
        }
        GatewayConfig config = new Assembly(gateway, file, keys, options.exportKeys()).config();
        return new ConfigResult.Valid(config, problems.inFileOrder());
    }
}
