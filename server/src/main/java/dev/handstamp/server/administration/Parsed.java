package dev.handstamp.server.administration;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.Descriptions;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.user.RoleName;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Texts that an administrator gave, as what they stand for, or refused with the form that is allowed.
final class Parsed {

    /// The names of attributes, and of the claims made of them.
    static final Pattern ATTRIBUTE = Pattern.compile("[A-Za-z][A-Za-z0-9._:/-]{0,63}");

    private static final Pattern EMAIL = Pattern.compile("[^\\s@]{1,64}@[^\\s@]{1,189}");

    private Parsed() {}

    static Username username(String text) {
        return Username.parse(text).orElseThrow(() -> refused("user name", "refused.form.username", text));
    }

    static ClientId clientId(String text) {
        return ClientId.parse(text)
                .filter(id -> !id.equals(ClientId.FIRST_PARTY))
                .orElseThrow(() -> refused("client id", "refused.form.client-id", text));
    }

    static Audience audience(String text) {
        return Audience.parse(text).orElseThrow(() -> refused("API", "refused.form.api", text));
    }

    static Set<Audience> audiences(Collection<String> texts) {
        Set<Audience> audiences = new LinkedHashSet<>();
        for (String text : texts) audiences.add(audience(text));
        return audiences;
    }

    static List<RedirectUri> redirectUris(String about, Collection<String> texts) {
        List<RedirectUri> uris = new ArrayList<>();
        for (String text : texts) {
            uris.add(RedirectUri.parse(text).orElseThrow(() -> refused(about, "refused.form.redirect-uri", text)));
        }
        return uris;
    }

    static RoleName role(String text) {
        return RoleName.parse(text).orElseThrow(() -> refused("role", "refused.form.role", text));
    }

    static Set<RoleName> roles(Collection<String> texts) {
        Set<RoleName> roles = new LinkedHashSet<>();
        for (String text : texts) roles.add(role(text));
        return roles;
    }

    static Scopes scopes(Collection<String> texts) {
        for (String text : texts) {
            if (Scopes.of(Set.of(text)).isEmpty()) throw refused("scope", "refused.form.scope", text);
        }
        return Scopes.of(texts).orElseThrow(() -> Refused.about("scope", "refused.scopes-many"));
    }

    static Algorithm algorithm(String name) {
        return Algorithm.named(name)
                .filter(Algorithm::isAvailable)
                .orElseThrow(() -> Refused.about(
                        "signature algorithm", "refused.form.algorithm", Refused.quoted(name), available()));
    }

    private static String available() {
        return Arrays.stream(Algorithm.values())
                .filter(Algorithm::isAvailable)
                .map(Algorithm::joseName)
                .collect(Collectors.joining(", "));
    }

    /// How sure it has to be who a user is; empty for `none`.
    static Optional<AssuranceLevel> level(String acr) {
        if (acr.equals("none")) return Optional.empty();
        return Optional.of(
                AssuranceLevel.named(acr).orElseThrow(() -> refused("required acr", "refused.form.acr", acr)));
    }

    /// Words of scopes, by scope and language; empty words are left out.
    static Descriptions descriptions(Map<String, Map<String, String>> wanted) {
        SortedMap<String, SortedMap<String, String>> words = new TreeMap<>();
        wanted.forEach((scope, texts) -> texts.forEach((language, text) -> {
            if (!Descriptions.isLanguage(language)) {
                throw Refused.about("description", "refused.form.words-language", scope, Refused.quoted(language));
            }
            if (text.isEmpty()) return;
            if (!Descriptions.isText(text))
                throw Refused.about(
                        "description", "refused.form.words", scope, Refused.quoted(text), Descriptions.LONGEST);
            words.computeIfAbsent(scope, _ -> new TreeMap<>()).put(language, text);
        }));
        return new Descriptions(words);
    }

    static String attribute(String text) {
        if (!ATTRIBUTE.matcher(text).matches()) throw refused("attribute name", "refused.form.attribute", text);
        return text;
    }

    /// A full name; empty for none.
    static String name(String text) {
        if (!User.isName(text)) throw refused("name", "refused.form.name", text);
        return text.strip();
    }

    /// An e-mail address; empty for none. Whether anybody reads it cannot be told from its form.
    static String email(String text) {
        boolean fits =
                text.isEmpty() || (EMAIL.matcher(text).matches() && text.chars().noneMatch(Character::isISOControl));
        if (!fits) throw refused("e-mail address", "refused.form.email", text);
        return text;
    }

    /// @param about what it is not
    static Refused refused(String about, String key, String text) {
        return Refused.about(about, key, Refused.quoted(text));
    }
}
