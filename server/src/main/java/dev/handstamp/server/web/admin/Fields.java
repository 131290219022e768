package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.settings.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What stands in the fields of a form: typed just now, or else what is stored.
///
/// @param values   by the names of the fields; a box that is ticked has `on`
/// @param problems what is wrong with some of them, by their names
public record Fields(Map<String, String> values, Map<String, String> problems) {

    static final Fields NONE = new Fields(Map.of(), Map.of());

    /// What a refusal is about, and the field that holds it, where that has another name.
    static final Map<String, String> BY_SUBJECT = Map.ofEntries(
            Map.entry("user name", "username"),
            Map.entry("e-mail address", "email"),
            Map.entry("client id", "id"),
            Map.entry("API", "apis"),
            Map.entry("redirect_uris", "uris"),
            Map.entry("post_logout_redirect_uris", "after-logout"),
            Map.entry("scope", "scopes"),
            Map.entry("grant type", "grants"),
            Map.entry("grant_types", "grants"),
            Map.entry("requires_pkce", "pkce"),
            Map.entry("signature algorithm", "algorithm"),
            Map.entry("required acr", "acr"),
            Map.entry("attribute name", "claims"),
            Map.entry("keys uri", "keys-uri"),
            Map.entry("user", "users"),
            Map.entry("client", "clients"),
            Map.entry("name of a brand", "name"),
            Map.entry("dark accent", "accent-dark"),
            Map.entry("token lifetime", "lifetime"),
            Map.entry("description", "words"),
            Map.entry("client metadata", "metadata"),
            Map.entry("event type", "type"));

    static Fields of(Clerk clerk, Map<String, String> values) {
        Map<String, String> problems = new LinkedHashMap<>();
        for (Refused.Reason reason : clerk.reasons()) {
            String field = BY_SUBJECT.getOrDefault(reason.about(), reason.about());
            problems.putIfAbsent(field, reason.in(clerk.words()));
        }
        return new Fields(values, problems);
    }

    /// The same on a page of several forms: nothing is wrong with any but the one that was sent.
    ///
    /// @param action of the form
    static Fields of(Clerk clerk, Map<String, String> values, String action) {
        Fields fields = of(clerk, values);
        return clerk.action().equals(action) ? fields : new Fields(values, Map.of());
    }

    /// The same where a thing stands in another field than elsewhere.
    Fields with(String elsewhere, String here) {
        if (!problems.containsKey(elsewhere)) return this;
        Map<String, String> moved = new LinkedHashMap<>(problems);
        moved.put(here, problemOf(elsewhere));
        moved.remove(elsewhere);
        return new Fields(values, moved);
    }

    /// The same where what is wrong with something that has no field of its own is said at another one.
    ///
    /// @param own  the fields that there are
    /// @param rest the one for everything else
    Fields gathered(Set<String> own, String rest) {
        Map<String, String> gathered = new LinkedHashMap<>();
        problems.forEach((name, problem) -> {
            String field = name.isEmpty() || own.contains(name) ? name : rest;
            gathered.merge(field, problem, (first, other) -> first + "; " + other);
        });
        return new Fields(values, gathered);
    }

    /// The value of a field; empty if there is none.
    public String get(String name) {
        return values.getOrDefault(name, "");
    }

    public boolean isOn(String name) {
        return get(name).equals("on");
    }

    /// What is wrong with this field; empty if nothing is.
    public String problemOf(String name) {
        return problems.getOrDefault(name, "");
    }

    /// Whether the page begins at this field: it is the first that something is wrong with.
    public boolean isFirst(String name) {
        return problems.keySet().stream()
                .filter(each -> !each.isEmpty())
                .findFirst()
                .filter(name::equals)
                .isPresent();
    }

    /// What describes a field, for its `aria-describedby`: what is wrong with it, and the hint; null if nothing does.
    ///
    /// @param id      of the field, after `problem-` and `hint-`
    /// @param problem empty if nothing is wrong
    /// @param hint    empty if there is none
    public static @Nullable String described(String id, String problem, String hint) {
        List<String> ids = new ArrayList<>();
        if (!problem.isEmpty()) ids.add("problem-" + id);
        if (!hint.isEmpty()) ids.add("hint-" + id);
        return ids.isEmpty() ? null : String.join(" ", ids);
    }

    static Map<String, String> sent(Clerk clerk, List<String> names) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : names) values.put(name, clerk.parameter(name));
        return values;
    }

    /// Words between blanks, commas or line breaks.
    static List<String> words(String text) {
        return Arrays.stream(text.split("[\\s,]+"))
                .filter(word -> !word.isEmpty())
                .distinct()
                .toList();
    }

    static Optional<String> some(String text) {
        return text.isBlank() ? Optional.empty() : Optional.of(text.strip());
    }

    static Duration duration(String text) {
        return Durations.parse(text.strip())
                .orElseThrow(() -> Refused.about("token lifetime", "refused.form.duration"));
    }

    /// Lines such as `orders:read = See your orders` and `orders:read de = Ihre Bestellungen sehen`, by scope and
    /// language.
    static Map<String, Map<String, String>> descriptions(String text) {
        Map<String, Map<String, String>> words = new LinkedHashMap<>();
        for (String line :
                text.lines().map(String::strip).filter(each -> !each.isEmpty()).toList()) {
            int equals = line.indexOf(" = ");
            String[] left = equals < 0
                    ? new String[0]
                    : line.substring(0, equals).strip().split("\\s+", 3);
            if (left.length < 1 || left.length > 2) {
                throw Refused.about("description", "refused.form.word-line");
            }
            String language = left.length == 2 ? left[1] : "";
            words.computeIfAbsent(left[0], _ -> new LinkedHashMap<>())
                    .put(language, line.substring(equals + 3).strip());
        }
        return words;
    }

    static String descriptions(Map<String, ? extends Map<String, String>> words) {
        List<String> lines = new ArrayList<>();
        words.forEach((scope, texts) -> texts.forEach(
                (language, text) -> lines.add(scope + (language.isEmpty() ? "" : " " + language) + " = " + text)));
        return String.join("\n", lines);
    }
}
