package dev.handstamp.server.administration;

import dev.handstamp.json.JsonNull;
import dev.handstamp.server.administration.Apis.NewApi;
import dev.handstamp.server.administration.AssertionIssuers.NewIssuer;
import dev.handstamp.server.administration.Clients.NewClient;
import dev.handstamp.server.administration.Clients.NewPolicy;
import dev.handstamp.server.administration.Clients.NewRedirection;
import dev.handstamp.server.administration.Configuration.WantedApi;
import dev.handstamp.server.administration.Configuration.WantedBrand;
import dev.handstamp.server.administration.Configuration.WantedClient;
import dev.handstamp.server.administration.Configuration.WantedExchange;
import dev.handstamp.server.administration.Configuration.WantedIssuer;
import dev.handstamp.server.administration.Configuration.WantedRole;
import dev.handstamp.server.administration.Exchanges.NewRule;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.client.Brand.ImageType;
import dev.handstamp.server.domain.client.Brand.Logo;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.settings.Durations;
import dev.handstamp.server.settings.Nearest;
import dev.handstamp.server.settings.YamlDocument;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/// Reads what APIs, roles, clients, brands, rules of exchange and issuers there are to be from one YAML document, and
/// tells of all that is wrong
/// with it at once, each with its line and column.
public final class ConfigurationReader {

    private static final int LONGEST = 4 * 1024 * 1024;
    private static final int LONGEST_SECRET = 4 * 1024;

    private static final List<String> SECTIONS = List.of("apis", "roles", "clients", "brand", "exchanges", "issuers");
    private static final List<String> OF_API =
            List.of("scopes", "algorithm", "token-lifetime", "claims", "status-list", "open", "require-acr");
    private static final List<String> OF_CLIENT = List.of(
            "name",
            "grants",
            "apis",
            "scopes",
            "redirect-uris",
            "post-logout-redirect-uris",
            "public",
            "pkce",
            "consent",
            "require-acr",
            "registration",
            "remembered-devices",
            "secret-from",
            "metadata",
            "brand");
    private static final List<String> OF_BRAND = List.of("name", "logo", "accent", "accent-dark");
    private static final List<String> OF_EXCHANGE = List.of("client", "from", "to", "scopes", "impersonation");
    private static final List<String> OF_ISSUER =
            List.of("jwks", "jwks-uri", "subject", "clients", "users", "all-users");

    /// A logo that is stored already, as [ConfigurationExport] names it.
    static final Pattern STORED_LOGO = Pattern.compile("stored:([A-Za-z0-9_-]{43})\\.(png|webp|svg)");

    private final Path file;
    private final Function<String, Optional<String>> environment;
    private final List<String> faults = new ArrayList<>();

    private ConfigurationReader(Path file, Function<String, Optional<String>> environment) {
        this.file = file;
        this.environment = environment;
    }

    /// Reads a file, and what it names: secrets and logos, by their paths from the file's folder.
    ///
    /// @param environment where `secret-from: env:NAME` is looked up
    public static ConfigurationRead read(Path file, Function<String, Optional<String>> environment) {
        ConfigurationReader reading = new ConfigurationReader(file, environment);
        Optional<Configuration> configuration = reading.root().map(reading::configuration);
        return reading.faults.isEmpty() && configuration.isPresent()
                ? configuration.get()
                : new FaultyConfiguration(reading.faults);
    }

    private Optional<MappingNode> root() {
        Optional<Node> root = YamlDocument.read(
                file,
                LONGEST,
                (place, problem) -> faults.add(file
                        + place.map(mark -> ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                                .orElse("")
                        + ": " + problem));
        if (root.isPresent() && root.get() instanceof MappingNode mapping) return Optional.of(mapping);
        return faults.isEmpty()
                ? fault(file + ": there is to be " + String.join(", ", SECTIONS) + " in it")
                : Optional.empty();
    }

    private Configuration configuration(MappingNode root) {
        Fields fields = fields(root, "section", SECTIONS);
        return new Configuration(
                fields.get("apis").map(node -> entries(node, this::api)),
                fields.get("roles").map(node -> entries(node, this::role)),
                fields.get("clients").map(node -> entries(node, this::client)),
                fields.get("brand").map(this::brand),
                fields.get("exchanges").map(this::exchanges),
                fields.get("issuers").map(node -> entries(node, this::issuer)));
    }

    private interface Entry<T> {
        Optional<T> read(String id, ScalarNode key, Node value);
    }

    private <T> List<T> entries(Node section, Entry<T> entry) {
        List<T> all = new ArrayList<>();
        named(section)
                .forEach((id, tuple) -> entry.read(id, (ScalarNode) tuple.getKeyNode(), tuple.getValueNode())
                        .ifPresent(all::add));
        return all;
    }

    private Optional<WantedApi> api(String audience, ScalarNode key, Node node) {
        int before = faults.size();
        checked(key, () -> Parsed.audience(audience));
        Fields fields = fields(node, "field of an API", OF_API);
        List<String> scopes = new ArrayList<>();
        Map<String, Map<String, String>> words = new HashMap<>();
        fields.get("scopes").ifPresent(value -> scopes(value, scopes, words));
        Optional<Duration> lifetime = fields.text("token-lifetime").flatMap(this::lifetime);
        Optional<String> algorithm = fields.text("algorithm", Parsed::algorithm);
        Optional<String> acr = acr(fields);
        NewApi wanted = new NewApi(
                audience,
                scopes,
                algorithm,
                lifetime,
                fields.texts("claims", claim -> Apis.claims(List.of(claim))),
                fields.flag("status-list", false),
                fields.flag("open", false),
                acr,
                words);
        if (faults.size() > before) return Optional.empty();
        return checked(key, () -> Apis.parsed(wanted, new SecretHash(""), Instant.EPOCH))
                .map(_ -> new WantedApi(at(key), wanted));
    }

    private Optional<Duration> lifetime(Text text) {
        return Durations.parse(text.value)
                .or(() -> fault(text.node, "not a token-lifetime: allowed is such as 30s, 5m, 24h"))
                .flatMap(parsed -> checked(text.node, () -> Apis.lifetime(parsed)));
    }

    /// A list of names, or names with what they allow in words: one text, or one by language.
    private void scopes(Node node, List<String> scopes, Map<String, Map<String, String>> words) {
        if (node instanceof SequenceNode) {
            scopes.addAll(texts(node, ConfigurationReader::scope));
            return;
        }
        named(node).forEach((scope, tuple) -> {
            scopes.add(scope);
            checked(tuple.getKeyNode(), () -> scope(scope));
            Node value = tuple.getValueNode();
            Map<String, String> said = new LinkedHashMap<>();
            if (value instanceof MappingNode) {
                named(value)
                        .forEach((language, text) -> text(text.getValueNode())
                                .ifPresent(found -> said.put(language.equals("default") ? "" : language, found)));
            } else if (!isNull(value)) {
                text(value).ifPresent(found -> said.put("", found));
            }
            checked(value, () -> Parsed.descriptions(Map.of(scope, said)));
            words.put(scope, said);
        });
    }

    private Optional<WantedRole> role(String name, ScalarNode key, Node node) {
        Map<Audience, Scopes> scopes = new HashMap<>();
        named(node).forEach((audience, tuple) -> {
            Optional<Audience> api = checked(tuple.getKeyNode(), () -> Parsed.audience(audience));
            int before = faults.size();
            List<String> names = texts(tuple.getValueNode(), ConfigurationReader::scope);
            if (faults.size() > before) return;
            Optional<Scopes> carried = checked(tuple.getValueNode(), () -> Parsed.scopes(names));
            api.ifPresent(known -> carried.filter(some -> !some.isEmpty()).ifPresent(some -> scopes.put(known, some)));
        });
        return checked(key, () -> Parsed.role(name)).map(known -> new WantedRole(at(key), new Role(known, scopes)));
    }

    private Optional<WantedClient> client(String id, ScalarNode key, Node node) {
        int before = faults.size();
        checked(key, () -> Parsed.clientId(id));
        Fields fields = fields(node, "field of a client", OF_CLIENT);
        Optional<Secret> secret = fields.text("secret-from").flatMap(this::secret);
        NewRedirection redirection = new NewRedirection(
                fields.text("name", Parsed::name).orElse(""),
                sorted(fields.texts("redirect-uris", ConfigurationReader::redirectUri)),
                sorted(fields.texts("post-logout-redirect-uris", ConfigurationReader::redirectUri)),
                fields.flag("pkce", true),
                fields.flag("consent", true));
        Map<String, Object> metadata =
                fields.get("metadata").map(this::clientMetadata).orElse(Map.of());
        NewClient wanted = new NewClient(
                id,
                fields.texts("grants", grant -> Clients.grantTypes(List.of(grant))),
                fields.texts("apis", Parsed::audience),
                fields.texts("scopes", ConfigurationReader::scope),
                secret,
                fields.flag("public", false),
                redirection,
                metadata,
                new NewPolicy(
                        acr(fields),
                        Optional.of(fields.flag("registration", true)),
                        Optional.of(fields.flag("remembered-devices", true))));
        WantedBrand brand = fields.get("brand")
                .map(this::brand)
                .orElseGet(() -> new WantedBrand(at(key), Brand.NONE, Optional.empty()));
        if (faults.size() > before) return Optional.empty();
        return checked(key, () -> Clients.checked(wanted)).map(_ -> new WantedClient(at(key), wanted, brand));
    }

    private static Scopes scope(String text) {
        return Parsed.scopes(List.of(text));
    }

    private static List<RedirectUri> redirectUri(String text) {
        return Parsed.redirectUris("redirect URI", List.of(text));
    }

    /// Stored in this order: one of its own is no difference.
    private static List<String> sorted(List<String> texts) {
        return texts.stream().sorted().distinct().toList();
    }

    private Optional<String> acr(Fields fields) {
        return fields.text("require-acr", Parsed::level).filter(text -> !text.equals("none"));
    }

    private WantedBrand brand(Node node) {
        Fields fields = fields(node, "field of a brand", OF_BRAND);
        Optional<LogoFile> logo = Optional.empty();
        Optional<Logo> stored = Optional.empty();
        Optional<Text> named = fields.text("logo");
        if (named.isPresent()) {
            Matcher known = STORED_LOGO.matcher(named.get().value);
            if (known.matches()) {
                stored = ImageType.of(known.group(2)).map(type -> new Logo(known.group(1), type));
            } else {
                logo = bytes(named.get(), LogoFile.LARGEST + 1)
                        .flatMap(content -> checked(named.get().node, () -> LogoFile.of(content)));
            }
        }
        Optional<LogoFile> file = logo;
        String name = fields.text("name")
                .flatMap(text -> checked(text.node, () -> Branding.name(text.value)))
                .orElse("");
        Brand brand = checked(
                        about -> fields.get(about.equals(Branding.DARK_ACCENT) ? "accent-dark" : about)
                                .orElse(node),
                        () -> Branding.parsed(
                                name,
                                file,
                                fields.text("accent").map(text -> text.value),
                                fields.text("accent-dark").map(text -> text.value)))
                .orElse(Brand.NONE);
        if (stored.isPresent()) brand = new Brand(brand.name(), stored, brand.colours());
        return new WantedBrand(at(node), brand, file);
    }

    /// A list: a rule has no name but what it says.
    private List<WantedExchange> exchanges(Node section) {
        List<WantedExchange> all = new ArrayList<>();
        Set<List<String>> known = new HashSet<>();
        for (Node node : items(section)) {
            exchange(node).ifPresent(wanted -> {
                NewRule rule = wanted.rule();
                if (known.add(List.of(rule.client(), rule.from(), rule.to()))) all.add(wanted);
                else fault(node, "this client, from and to stand here twice");
            });
        }
        return all;
    }

    private Optional<WantedExchange> exchange(Node node) {
        int before = faults.size();
        Fields fields = fields(node, "field of a rule of exchange", OF_EXCHANGE);
        String client = needed(node, fields, "client", Parsed::clientId);
        String from = needed(node, fields, "from", Parsed::audience);
        String to = needed(node, fields, "to", Parsed::audience);
        Map<String, String> scopes = new LinkedHashMap<>();
        fields.get("scopes")
                .ifPresent(value -> named(value).forEach((here, tuple) -> {
                    checked(tuple.getKeyNode(), () -> scope(here));
                    text(tuple.getValueNode()).ifPresent(there -> {
                        checked(tuple.getValueNode(), () -> scope(there));
                        scopes.put(here, there);
                    });
                }));
        NewRule rule = new NewRule(client, from, to, scopes, fields.flag("impersonation", false));
        return faults.size() > before ? Optional.empty() : Optional.of(new WantedExchange(at(node), rule));
    }

    private String needed(Node node, Fields fields, String name, Function<String, Object> parsing) {
        if (fields.get(name).isEmpty()) fault(node, "a rule of exchange says its " + name);
        return fields.text(name, parsing).orElse("");
    }

    private Optional<WantedIssuer> issuer(String name, ScalarNode key, Node node) {
        int before = faults.size();
        checked(key, () -> AssertionIssuers.name(name));
        Fields fields = fields(node, "field of an issuer", OF_ISSUER);
        NewIssuer wanted = new NewIssuer(
                name,
                fields.get("jwks").map(this::keys),
                fields.text("jwks-uri").map(text -> text.value),
                fields.text("subject", AssertionIssuers::naming).orElse("subject"),
                fields.texts("clients", AssertionIssuers::presenting),
                fields.texts("users", user -> user),
                fields.flag("all-users", false));
        if (faults.size() > before) return Optional.empty();
        return checked(key, () -> AssertionIssuers.checked(wanted)).map(_ -> new WantedIssuer(at(key), wanted));
    }

    private Map<String, Object> keys(Node node) {
        int before = faults.size();
        Map<String, Object> set = metadata(node);
        if (faults.size() == before) checked(node, () -> AssertionIssuers.keys(set));
        return set;
    }

    private Optional<Secret> secret(Text from) {
        return found(from).flatMap(secret -> checked(from.node, () -> Clients.strong(secret)));
    }

    private Optional<Secret> found(Text from) {
        String text = from.value;
        if (text.startsWith("env:")) {
            String name = text.substring("env:".length());
            return environment
                    .apply(name)
                    .map(Secret::new)
                    .or(() -> fault(from.node, "there is no environment variable " + Refused.quoted(name)));
        }
        if (!text.startsWith("file:")) {
            // Whatever it is, it may be the secret itself: it is not shown.
            return fault(from.node, "secret-from says where the secret is: env:NAME or file:PATH");
        }
        return bytes(new Text(from.node, text.substring("file:".length())), LONGEST_SECRET)
                .map(content -> new Secret(new String(content, StandardCharsets.UTF_8).strip()));
    }

    private Optional<byte[]> bytes(Text path, int most) {
        try {
            Path folder = file.toAbsolutePath().getParent();
            Path named = folder == null ? Path.of(path.value) : folder.resolve(path.value);
            if (Files.size(named) > most) return fault(path.node, Refused.quoted(path.value) + " is too large");
            return Optional.of(Files.readAllBytes(named));
        } catch (IOException | InvalidPathException e) {
            return fault(path.node, Refused.quoted(path.value) + " cannot be read");
        }
    }

    /// Metadata of a client, each fault told where its member stands.
    private Map<String, Object> clientMetadata(Node node) {
        Map<String, Object> members = metadata(node);
        Map<String, NodeTuple> named = named(node);
        checked(
                about -> named.containsKey(about) ? named.get(about).getKeyNode() : node,
                () -> Clients.metadata(members));
        return members;
    }

    private Map<String, Object> metadata(Node node) {
        Map<String, Object> members = new LinkedHashMap<>();
        named(node).forEach((name, tuple) -> json(tuple.getValueNode()).ifPresent(value -> members.put(name, value)));
        return members;
    }

    private Optional<Object> json(Node node) {
        if (isAnchored(node)) return Optional.empty();
        return switch (node) {
            case MappingNode mapping -> Optional.of(metadata(mapping));
            case SequenceNode sequence -> {
                List<Object> list = new ArrayList<>();
                for (Node each : sequence.getValue()) json(each).ifPresent(list::add);
                yield Optional.of(list);
            }
            case ScalarNode scalar -> json(scalar);
            default -> fault(node, "a plain value is expected");
        };
    }

    private Optional<Object> json(ScalarNode scalar) {
        String text = scalar.getValue();
        if (isNull(scalar)) return Optional.of(JsonNull.NULL);
        if (scalar.getTag().equals(Tag.BOOL)) return Optional.of(Boolean.valueOf(text));
        if (!scalar.getTag().equals(Tag.INT)) return Optional.of(text);
        try {
            return Optional.of(Long.valueOf(text));
        } catch (NumberFormatException e) {
            return fault(scalar, "a whole number is expected, or a text in quotation marks");
        }
    }

    /// A value that is a text.
    private record Text(Node node, String value) {}

    /// The values of an object by name.
    private final class Fields {

        private final Map<String, Node> values = new LinkedHashMap<>();

        private Optional<Node> get(String name) {
            return Optional.ofNullable(values.get(name));
        }

        private Optional<Text> text(String name) {
            return get(name).flatMap(node -> ConfigurationReader.this.text(node).map(value -> new Text(node, value)));
        }

        private Optional<String> text(String name, Function<String, Object> parsing) {
            Optional<Text> text = text(name);
            text.ifPresent(known -> checked(known.node, () -> parsing.apply(known.value)));
            return text.map(known -> known.value);
        }

        private List<String> texts(String name, Function<String, Object> parsing) {
            return get(name)
                    .map(node -> ConfigurationReader.this.texts(node, parsing))
                    .orElse(List.of());
        }

        private boolean flag(String name, boolean otherwise) {
            Optional<Node> node = get(name);
            if (node.isEmpty()) return otherwise;
            if (node.get() instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
                return Boolean.parseBoolean(scalar.getValue());
            }
            fault(node.get(), name + " is true or false");
            return otherwise;
        }
    }

    private Fields fields(Node node, String what, List<String> known) {
        Fields fields = new Fields();
        named(node).forEach((name, tuple) -> {
            if (known.contains(name)) fields.values.put(name, tuple.getValueNode());
            else fault(tuple.getKeyNode(), "there is no " + what + " " + Refused.quoted(name) + hint(name, known));
        });
        return fields;
    }

    private static String hint(String name, List<String> known) {
        return Nearest.to(name, known)
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElseGet(() -> "; known are " + String.join(", ", known));
    }

    /// The entries of a mapping in their order; nothing at all is an empty one.
    private Map<String, NodeTuple> named(Node node) {
        Map<String, NodeTuple> named = new LinkedHashMap<>();
        if (isAnchored(node) || isNull(node)) return named;
        if (!(node instanceof MappingNode mapping)) {
            fault(node, "names with values are expected, such as \"name: value\"");
            return named;
        }
        for (NodeTuple tuple : mapping.getValue()) {
            Node key = tuple.getKeyNode();
            if (isAnchored(key) || isAnchored(tuple.getValueNode())) continue;
            if (!(key instanceof ScalarNode scalar)) fault(key, "a name is expected");
            else if (named.putIfAbsent(scalar.getValue(), tuple) != null) {
                fault(key, Refused.quoted(scalar.getValue()) + " stands here twice");
            }
        }
        return named;
    }

    /// What stands in a list, each refused by itself.
    private List<String> texts(Node node, Function<String, Object> parsing) {
        List<String> texts = new ArrayList<>();
        for (Node each : items(node)) {
            text(each).ifPresent(text -> {
                checked(each, () -> parsing.apply(text));
                texts.add(text);
            });
        }
        return texts;
    }

    /// What stands in a list; nothing at all is an empty one.
    private List<Node> items(Node node) {
        if (isAnchored(node) || isNull(node)) return List.of();
        if (node instanceof SequenceNode sequence) return sequence.getValue();
        fault(node, "a list is expected, such as [one, two]");
        return List.of();
    }

    private Optional<String> text(Node node) {
        if (isAnchored(node)) return Optional.empty();
        if (node instanceof ScalarNode scalar && !isNull(node)) return Optional.of(scalar.getValue());
        return fault(node, "a text is expected");
    }

    private boolean isAnchored(Node node) {
        if (node.getAnchor().isEmpty()) return false;
        fault(node, "anchors and aliases are not supported");
        return true;
    }

    private static boolean isNull(Node node) {
        return node instanceof ScalarNode && node.getTag().equals(Tag.NULL);
    }

    private <T> Optional<T> checked(Node node, Supplier<T> parsing) {
        return checked(_ -> node, parsing);
    }

    /// @param places where what a reason is about stands
    private <T> Optional<T> checked(Function<String, Node> places, Supplier<T> parsing) {
        try {
            return Optional.of(parsing.get());
        } catch (Refused refused) {
            for (Refused.Reason reason : refused.reasons()) {
                fault(places.apply(reason.about()), reason.in(Messages.ENGLISH));
            }
            return Optional.empty();
        }
    }

    private <T> Optional<T> fault(Node node, String problem) {
        return fault(at(node) + ": " + problem);
    }

    private <T> Optional<T> fault(String problem) {
        if (!faults.contains(problem)) faults.add(problem);
        return Optional.empty();
    }

    private String at(Node node) {
        return node.getStartMark()
                .map(mark -> file + ":" + (mark.getLine() + 1) + ":" + (mark.getColumn() + 1))
                .orElse(file.toString());
    }
}
