package culvert.config;

import culvert.config.ConfigKey.Presence;
import culvert.config.YamlNode.Scalar;
import culvert.config.YamlNode.Sequence;
import culvert.model.IpPrefix;
import culvert.model.PeerHost;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Prints a draft without errors with all its defaults, each with the place that it comes from. */
final class EffectiveText {
    private static final int COMMENT_COLUMN = 52;
    private static final String STEP = "  ";
    private static final Set<String> NOT_WITH_STATIC =
            Stream.concat(
                            Stream.of(ConfigKeys.PEER_ASN, ConfigKeys.MAX_PREFIXES, ConfigKeys.BGP),
                            RouteKeys.OF_BGP_CONNECTION.stream())
                    .map(ConfigKey::name)
                    .collect(Collectors.toUnmodifiableSet());
    private static final Set<String> NOT_WITH_BGP = Set.of(ConfigKeys.STATIC_ROUTES.name());

    /** Values that follow from other keys, by the name of theirs. */
    private record Derived(Map<String, List<String>> values, Set<String> meaningless) {}

    private static final Derived NOTHING = new Derived(Map.of(), Set.of());

    private final GatewayDraft gateway;
    private final String fileName;
    private final StringBuilder text = new StringBuilder();
    private boolean atListItem;

    EffectiveText(GatewayDraft gateway, Path file) {
        this.gateway = gateway;
        String name = String.valueOf(file.getFileName());
        this.fileName = Words.isPrintable(name) ? name : "line";
    }

    String print() {
        keys(gateway.root(), "", NOTHING);
        return text.toString();
    }

    private void keys(Fields fields, String indent, Derived derived) {
        for (ConfigKey key : fields.section().keys()) {
            if (!derived.meaningless.contains(key.name())) {
                key(fields, key, indent, derived);
            }
        }
    }

    private void key(Fields fields, ConfigKey key, String indent, Derived derived) {
        switch (key) {
            case ConfigKey.Value<?> value -> value(fields, value, indent, derived);
            case ConfigKey.Values<?> values -> values(fields, values, indent, derived);
            case ConfigKey.Section inner
                    when inner.presence() instanceof Presence.Depends
                            && !fields.isWritten(inner) -> {}
            case ConfigKey.Section inner -> {
                line(indent, key.name() + ":", "");
                keys(
                        fields.section(inner),
                        indent + STEP,
                        inner.equals(ConfigKeys.SITE) ? ofSite() : derived);
            }
            case ConfigKey.Sections inner when fields.sections(inner).isEmpty() ->
                    line(indent, key.name() + ": null", "default");
            case ConfigKey.Sections inner -> {
                line(indent, key.name() + ":", "");
                if (inner.equals(ConfigKeys.CONNECTIONS)) {
                    gateway.connections().forEach(c -> item(c.fields(), indent, of(c)));
                } else if (inner.equals(NeighborKeys.NEIGHBORS)) {
                    fields.sections(inner).forEach(n -> item(n, indent, NOTHING));
                } else {
                    tunnelsOf(fields).forEach(t -> item(t.fields(), indent, of(t, derived)));
                }
            }
        }
    }

    private List<TunnelDraft> tunnelsOf(Fields connection) {
        return gateway.connections().stream()
                .filter(draft -> draft.fields().equals(connection))
                .flatMap(draft -> draft.tunnels().stream())
                .toList();
    }

    private void item(Fields fields, String indent, Derived derived) {
        atListItem = true;
        keys(fields, indent + STEP + STEP, derived);
    }

    private Derived ofSite() {
        Map<String, List<String>> values = new HashMap<>();
        put(values, ConfigKeys.IDENTITY, written(gateway.site(), ConfigKeys.OUTSIDE_ADDRESS));
        if (gateway.speaksBgp()) {
            gateway.tunnels().stream()
                    .flatMap(tunnel -> tunnel.insideAddress().stream())
                    .filter(inside -> inside.value().isIpv4())
                    .findFirst()
                    .ifPresent(
                            inside ->
                                    put(
                                            values,
                                            ConfigKeys.ROUTER_ID,
                                            inside.value().local().getHostAddress()));
        }
        return new Derived(values, Set.of());
    }

    private static Derived of(ConnectionDraft connection) {
        return new Derived(Map.of(), connection.isBgp() ? NOT_WITH_BGP : NOT_WITH_STATIC);
    }

    private Derived of(TunnelDraft tunnel, Derived ofConnection) {
        Map<String, List<String>> values = new HashMap<>();
        tunnel.interfaceName().ifPresent(name -> put(values, ConfigKeys.INTERFACE, name.value()));
        if (!tunnel.fields().isWritten(CredentialKeys.CERTIFICATE)) {
            put(
                    values,
                    ConfigKeys.TUNNEL_IDENTITY,
                    gateway.site().isWritten(ConfigKeys.IDENTITY)
                            ? written(gateway.site(), ConfigKeys.IDENTITY)
                            : written(gateway.site(), ConfigKeys.OUTSIDE_ADDRESS));
        }
        put(
                values,
                ConfigKeys.PEER_IDENTITY,
                tunnel.peer()
                        .filter(peer -> peer.value() instanceof PeerHost.Name)
                        .map(peer -> peer.value().toString())
                        .orElseGet(() -> written(tunnel.fields(), ConfigKeys.PEER_ADDRESS)));
        for (ConfigKey.Values<IpPrefix> key :
                List.of(ConfigKeys.LOCAL_SELECTORS, ConfigKeys.REMOTE_SELECTORS)) {
            values.put(key.name(), tunnel.selectors(key).stream().map(IpPrefix::toString).toList());
        }
        return new Derived(values, ofConnection.meaningless);
    }

    private static void put(Map<String, List<String>> values, ConfigKey key, String word) {
        values.put(key.name(), List.of(word));
    }

    private static String written(Fields fields, ConfigKey key) {
        return fields.entry(key.name())
                .map(entry -> entry.value() instanceof Scalar scalar ? scalar.text() : "")
                .orElse("");
    }

    private void value(Fields fields, ConfigKey key, String indent, Derived derived) {
        Optional<YamlNode.Entry> entry = fields.entry(key.name());
        if (entry.isPresent() && entry.get().value() instanceof Scalar scalar) {
            String word = scalar.isNull() ? "null" : YamlScalar.of(scalar.text());
            line(indent, key.name() + ": " + word, from(scalar.at()));
            return;
        }
        unwritten(key, derived)
                .ifPresentOrElse(
                        source ->
                                line(
                                        indent,
                                        key.name() + ": " + YamlScalar.of(source.words.getFirst()),
                                        source.comment),
                        () -> absent(key, indent));
    }

    private void values(Fields fields, ConfigKey key, String indent, Derived derived) {
        Optional<YamlNode.Entry> entry = fields.entry(key.name());
        if (entry.isPresent() && entry.get().value() instanceof Sequence list) {
            List<String> words =
                    list.items().stream()
                            .map(item -> item instanceof Scalar scalar ? scalar.text() : "")
                            .toList();
            list(key, words, indent, from(entry.get().keyAt()));
            return;
        }
        unwritten(key, derived)
                .ifPresentOrElse(
                        source -> list(key, source.words, indent, source.comment),
                        () -> absent(key, indent));
    }

    private record Source(List<String> words, String comment) {}

    private static Optional<Source> unwritten(ConfigKey key, Derived derived) {
        return switch (key.presence()) {
            case Presence.Default(List<String> words) -> Optional.of(new Source(words, "default"));
            case Presence.Derived(String rule) ->
                    Optional.ofNullable(derived.values.get(key.name()))
                            .map(words -> new Source(words, "default: " + rule));
            case Presence.Optional optional -> Optional.empty();
            case Presence.Depends depends -> Optional.empty();
            case Presence.Required required -> Optional.empty();
        };
    }

    /** There is no word for what happens without the key but its absence. */
    private void absent(ConfigKey key, String indent) {
        switch (key.presence()) {
            case Presence.Optional optional -> line(indent, key.name() + ": null", "default");
            case Presence.Derived(String rule) ->
                    line(indent, "", "%s, by default: %s".formatted(key.name(), rule));
            case Presence.Depends depends -> {}
            case Presence.Default fallback -> {}
            case Presence.Required required -> {}
        }
    }

    private String from(Position at) {
        return fileName + ":" + at.line();
    }

    private void list(ConfigKey key, List<String> words, String indent, String comment) {
        List<String> items = words.stream().map(YamlScalar::of).toList();
        String oneLine = key.name() + ": [" + String.join(", ", items) + "]";
        if (indent.length() + oneLine.length() < COMMENT_COLUMN || items.size() < 2) {
            line(indent, oneLine, comment);
            return;
        }
        line(indent, key.name() + ":", comment);
        for (String item : items) {
            line(indent + STEP, "- " + item, "");
        }
    }

    private void line(String indent, String content, String comment) {
        int start = text.length();
        text.append(indent).append(content);
        if (atListItem && !content.isEmpty()) {
            text.setCharAt(start + indent.length() - STEP.length(), '-');
            atListItem = false;
        }
        if (!comment.isEmpty()) {
            boolean alone = content.isEmpty();
            text.append(
                    " ".repeat(alone ? 0 : Math.max(2, COMMENT_COLUMN - (text.length() - start))));
            text.append("# ").append(comment);
        }
        text.append('\n');
    }
}
