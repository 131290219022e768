package dev.handstamp.server.administration;

import dev.handstamp.json.JsonNull;
import dev.handstamp.server.administration.ConfigurationState.Trusted;
import dev.handstamp.server.domain.administration.AdminScope;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.AssertionIssuer;
import dev.handstamp.server.domain.client.AssertionIssuer.Naming;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientPolicy;
import dev.handstamp.server.domain.client.ExchangeRule;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.settings.Durations;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Writes what there is as [ConfigurationReader] reads it. No secret is in it: clients keep the one that they have.
final class ConfigurationExport {

    /// What means the same in quotation marks and without.
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*(:[A-Za-z0-9_./-]+)*");

    private static final Set<String> OTHERWISE =
            Set.of("true", "false", "null", "yes", "no", "on", "off", "y", "n", "inf", "nan");

    private final StringBuilder text = new StringBuilder();

    private ConfigurationExport() {}

    static String of(ConfigurationState state) {
        ConfigurationExport export = new ConfigurationExport();
        export.write(state);
        return export.text.toString();
    }

    private void write(ConfigurationState state) {
        Brand brand = state.brands().server();
        if (!brand.equals(Brand.NONE)) brand("", brand);
        line("", "apis:");
        state.apis().forEach((audience, api) -> {
            if (!state.own().equals(Optional.of(audience))) write(api);
        });
        line("", "roles:");
        state.roles().values().forEach(role -> {
            if (!isMade(role, state.own())) write(role);
        });
        line("", "clients:");
        state.clients().values().forEach(client -> write(client, state.brand(Optional.of(client.id()))));
        line("", "exchanges:");
        state.exchanges().values().forEach(this::write);
        line("", "issuers:");
        state.issuers().values().forEach(this::write);
    }

    /// Whether the server has made it by itself, and will wherever it runs.
    private static boolean isMade(Role role, Optional<Audience> own) {
        return own.isPresent()
                && role.name().value().equals(AdminScope.ROLE)
                && role.scopes().equals(Map.of(own.get(), AdminScope.ALL));
    }

    private void write(Api api) {
        line("  ", quoted(api.audience().value()) + ":");
        if (!api.scopes().isEmpty()) {
            line("    ", "scopes:");
            for (String scope : api.scopes()) line("      ", quoted(scope) + ":" + words(api, scope));
        }
        line("    ", "algorithm: " + api.algorithm().joseName());
        line("    ", "token-lifetime: " + Durations.text(api.tokenLifetime()));
        if (!api.claims().isEmpty()) line("    ", "claims: " + list(api.claims()));
        if (api.statusList()) line("    ", "status-list: true");
        if (api.open()) line("    ", "open: true");
        acr(api.requiredLevel());
    }

    private static String words(Api api, String scope) {
        Map<String, String> texts = api.words().words().get(scope);
        if (texts == null) return "";
        if (texts.keySet().equals(Set.of(""))) return " " + quoted(texts.getOrDefault("", ""));
        List<String> each = new ArrayList<>();
        texts.forEach((language, words) ->
                each.add((language.isEmpty() ? "default" : quoted(language)) + ": " + quoted(words)));
        return " {" + String.join(", ", each) + "}";
    }

    private void write(Role role) {
        boolean carries = !role.scopes().isEmpty();
        line("  ", quoted(role.name().value()) + (carries ? ":" : ": {}"));
        List<Audience> audiences = role.scopes().keySet().stream().sorted().toList();
        for (Audience audience : audiences) {
            Scopes scopes = role.scopesAt(audience);
            line("    ", quoted(audience.value()) + ": " + list(scopes.tokens()));
        }
    }

    private void write(Client client, Brand brand) {
        Redirection redirection = client.redirection();
        ClientPolicy policy = client.policy();
        line("  ", quoted(client.id().value()) + ":");
        if (!redirection.name().isEmpty()) line("    ", "name: " + quoted(redirection.name()));
        if (client.isPublic()) line("    ", "public: true");
        line("    ", "grants: " + list(ConfigurationState.grants(client)));
        if (!client.apis().isEmpty()) line("    ", "apis: " + list(ConfigurationState.apis(client)));
        if (!client.scopes().isEmpty())
            line("    ", "scopes: " + list(client.scopes().tokens()));
        if (!redirection.uris().isEmpty()) {
            line("    ", "redirect-uris: " + list(ConfigurationState.texts(redirection.uris())));
        }
        if (!redirection.afterLogout().isEmpty()) {
            line("    ", "post-logout-redirect-uris: " + list(ConfigurationState.texts(redirection.afterLogout())));
        }
        if (!redirection.requiresPkce()) line("    ", "pkce: false");
        if (!redirection.asksConsent()) line("    ", "consent: false");
        acr(policy.requiredLevel());
        if (!policy.registersUsers()) line("    ", "registration: false");
        if (!policy.remembersDevices()) line("    ", "remembered-devices: false");
        Map<String, Object> metadata = client.metadata().toObject();
        if (!metadata.isEmpty()) line("    ", "metadata: " + flow(metadata));
        if (!brand.equals(Brand.NONE)) brand("    ", brand);
    }

    private void write(ExchangeRule rule) {
        line("  ", "- client: " + quoted(rule.client().value()));
        line("    ", "from: " + quoted(rule.from().value()));
        line("    ", "to: " + quoted(rule.to().value()));
        if (!rule.scopes().isEmpty()) line("    ", "scopes: " + flow(new TreeMap<>(rule.scopes())));
        if (rule.impersonation()) line("    ", "impersonation: true");
    }

    private void write(Trusted trusted) {
        AssertionIssuer issuer = trusted.issuer();
        line("  ", always(issuer.name()) + ":");
        issuer.keys().ifPresent(keys -> line("    ", "jwks: " + flow(new TreeMap<>(keys))));
        issuer.keysUri().ifPresent(uri -> line("    ", "jwks-uri: " + quoted(uri)));
        if (issuer.naming() != Naming.SUBJECT) {
            line("    ", "subject: " + issuer.naming().wireName());
        }
        line("    ", "clients: " + list(ConfigurationState.clients(issuer)));
        line("    ", issuer.users().isEmpty() ? "all-users: true" : "users: " + list(trusted.users()));
    }

    private void brand(String indent, Brand brand) {
        line(indent, "brand:");
        if (!brand.name().isEmpty()) line(indent + "  ", "name: " + quoted(brand.name()));
        brand.logo()
                .ifPresent(logo -> line(
                        indent + "  ",
                        "logo: \"stored:" + logo.digest() + "." + logo.type().extension() + "\""));
        brand.colours().ifPresent(colours -> {
            line(indent + "  ", "accent: \"" + colours.accent() + "\"");
            line(indent + "  ", "accent-dark: \"" + colours.accentDark() + "\"");
        });
    }

    private void acr(Optional<AssuranceLevel> level) {
        level.ifPresent(required -> line("    ", "require-acr: " + required.wireName()));
    }

    private void line(String indent, String content) {
        text.append(indent).append(content).append('\n');
    }

    private static String list(Collection<String> texts) {
        return "["
                + String.join(
                        ", ", texts.stream().map(ConfigurationExport::quoted).toList()) + "]";
    }

    private static String flow(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                List<String> members = new ArrayList<>();
                map.forEach((name, member) -> members.add(always((String) name) + ": " + flow(member)));
                yield "{" + String.join(", ", members) + "}";
            }
            case List<?> list ->
                "["
                        + String.join(
                                ", ",
                                list.stream().map(ConfigurationExport::flow).toList()) + "]";
            case String words -> always(words);
            case JsonNull _ -> "null";
            default -> value.toString(); // A number, true or false.
        };
    }

    private static String quoted(String words) {
        boolean plain = words.length() < 100 && PLAIN.matcher(words).matches() && !OTHERWISE.contains(words);
        return plain ? words : always(words);
    }

    /// In quotation marks, with an escape for whatever is not simply printed.
    private static String always(String words) {
        StringBuilder quoted = new StringBuilder("\"");
        words.codePoints().forEach(character -> {
            if (character == '"' || character == '\\') quoted.append('\\').appendCodePoint(character);
            else if (isPrinted(character)) quoted.appendCodePoint(character);
            else quoted.append(String.format("\\U%08x", character));
        });
        return quoted.append('"').toString();
    }

    private static boolean isPrinted(int character) {
        int type = Character.getType(character);
        return !Character.isISOControl(character)
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.LINE_SEPARATOR
                && type != Character.PARAGRAPH_SEPARATOR
                && type != Character.UNASSIGNED
                && type != Character.PRIVATE_USE;
    }
}
