package dev.handstamp.server.web.admin;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.MemberKind;
import dev.handstamp.server.html.Messages;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The metadata of a client in a form: a field for each member by its registered name, in groups that are folded away,
/// and one for JSON, where the members stand that have no field, such as `client_name#de`.
///
/// What is typed becomes the value of its member, right or wrong: it is the operation that refuses it, by the same code
/// as for every other door.
public final class MemberFields {

    /// The field for the members that have none.
    static final String OTHERS = "metadata";

    private static final String TITLE = "admin.client.group.";
    private static final Map<String, List<ClientMember>> GROUPS = groups();

    /// One member on the page.
    ///
    /// @param code    its registered name, where the label does not say it
    /// @param hint    empty where the label says enough
    /// @param choices the values that it can have, where that is a choice
    public record Member(String name, String code, MemberKind kind, String label, String hint, List<String> choices) {

        /// How many lines there are to type in.
        public int rows() {
            return switch (kind) {
                case TEXTS, ADDRESSES -> 2;
                case OBJECT -> 5;
                case TEXT, ADDRESS, SECONDS, CHOICE, FLAG -> 1;
            };
        }
    }

    /// Some members under one title.
    ///
    /// @param set    how many of them say something
    /// @param isOpen whether they are shown at once: something is wrong with one of them, or typed and not stored
    public record Group(String title, long set, boolean isOpen, List<Member> members) {}

    private MemberFields() {}

    private static Map<String, List<ClientMember>> groups() {
        Map<String, List<ClientMember>> groups = new LinkedHashMap<>();
        groups.put(
                "authentication",
                List.of(
                        ClientMember.TOKEN_ENDPOINT_AUTH_METHOD,
                        ClientMember.TOKEN_ENDPOINT_AUTH_SIGNING_ALG,
                        ClientMember.JWKS_URI,
                        ClientMember.JWKS,
                        ClientMember.FAPI_PROFILE));
        groups.put(
                "certificate",
                List.of(
                        ClientMember.TLS_CLIENT_AUTH_SUBJECT_DN,
                        ClientMember.TLS_CLIENT_AUTH_SAN_DNS,
                        ClientMember.TLS_CLIENT_AUTH_SAN_URI,
                        ClientMember.TLS_CLIENT_AUTH_SAN_IP,
                        ClientMember.TLS_CLIENT_AUTH_SAN_EMAIL));
        groups.put(
                "sign-in",
                List.of(
                        ClientMember.REQUIRE_PUSHED_AUTHORIZATION_REQUESTS,
                        ClientMember.REQUIRE_SIGNED_REQUEST_OBJECT,
                        ClientMember.REQUEST_OBJECT_SIGNING_ALG,
                        ClientMember.REQUEST_URIS,
                        ClientMember.DEFAULT_ACR_VALUES,
                        ClientMember.DEFAULT_MAX_AGE,
                        ClientMember.REQUIRE_AUTH_TIME,
                        ClientMember.INITIATE_LOGIN_URI));
        groups.put(
                "tokens",
                List.of(
                        ClientMember.DPOP_BOUND_ACCESS_TOKENS,
                        ClientMember.REQUIRE_DPOP_NONCE,
                        ClientMember.TLS_CLIENT_CERTIFICATE_BOUND_ACCESS_TOKENS,
                        ClientMember.ID_TOKEN_SIGNED_RESPONSE_ALG,
                        ClientMember.USERINFO_SIGNED_RESPONSE_ALG,
                        ClientMember.AUTHORIZATION_SIGNED_RESPONSE_ALG,
                        ClientMember.INTROSPECTION_SIGNED_RESPONSE_ALG,
                        ClientMember.SUBJECT_TYPE,
                        ClientMember.SECTOR_IDENTIFIER_URI));
        groups.put(
                "sign-out",
                List.of(ClientMember.BACKCHANNEL_LOGOUT_URI, ClientMember.BACKCHANNEL_LOGOUT_SESSION_REQUIRED));
        groups.put(
                "about",
                List.of(
                        ClientMember.APPLICATION_TYPE,
                        ClientMember.CLIENT_URI,
                        ClientMember.LOGO_URI,
                        ClientMember.POLICY_URI,
                        ClientMember.TOS_URI,
                        ClientMember.CONTACTS,
                        ClientMember.SOFTWARE_ID,
                        ClientMember.SOFTWARE_VERSION));
        return groups;
    }

    /// The names of all fields, in the order in which they stand.
    static List<String> names() {
        List<String> names = new ArrayList<>();
        for (List<ClientMember> members : GROUPS.values()) {
            for (ClientMember member : members) names.add(member.wireName());
        }
        names.add(OTHERS);
        return names;
    }

    /// What stands in the fields when nothing has been typed.
    static Map<String, String> values(ClientMetadata metadata) {
        Map<String, Object> others = metadata.toObject();
        Map<String, String> values = new LinkedHashMap<>();
        for (String name : names()) {
            Object value = others.remove(name);
            if (value != null) values.put(name, shown(value));
        }
        values.put(OTHERS, others.isEmpty() ? "" : Json.text(others));
        return values;
    }

    private static String shown(Object value) {
        return switch (value) {
            case Boolean flag -> flag ? "on" : "";
            case List<?> list ->
                String.join("\n", list.stream().map(String::valueOf).toList());
            case Map<?, ?> object -> Json.text(object);
            default -> value.toString();
        };
    }

    /// The members that were typed.
    ///
    /// @param before what is registered
    static Map<String, Object> typed(Clerk clerk, ClientMetadata before) {
        Map<String, Object> registered = before.toObject();
        Map<String, Object> typed = new LinkedHashMap<>();
        for (List<ClientMember> members : GROUPS.values()) {
            for (ClientMember member : members) {
                String name = member.wireName();
                value(member.kind(), lines(clerk.parameter(name)), registered.get(name))
                        .ifPresent(value -> typed.put(name, value));
            }
        }
        others(clerk.parameter(OTHERS)).forEach((name, value) -> {
            if (typed.putIfAbsent(name, value) != null) {
                throw Refused.about("client metadata", "refused.client.member-twice", name);
            }
        });
        return typed;
    }

    /// The members that were typed as JSON: what is wrong with one is said there, whether or not it has a field.
    static Set<String> typedAsJson(Clerk clerk) {
        return object(clerk.parameter(OTHERS).strip()).map(Map::keySet).orElse(Set.of());
    }

    private static Optional<Object> value(MemberKind kind, String text, @Nullable Object registered) {
        // Left as it was shown, it stays as it is: a false that a box cannot show, a text with a blank before it.
        if (registered != null && text.equals(shown(registered))) return Optional.of(registered);
        return Fields.some(text).map(some -> switch (kind) {
            case TEXT, ADDRESS, CHOICE -> some;
            case FLAG -> true;
            case SECONDS -> number(some);
            case TEXTS, ADDRESSES ->
                some.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
            case OBJECT -> object(some).<Object>map(object -> object).orElse(some);
        });
    }

    private static Object number(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException _) {
            return text;
        }
    }

    private static Optional<Map<String, Object>> object(String text) {
        try {
            return Optional.of(Json.parseObject(text.getBytes(StandardCharsets.UTF_8)));
        } catch (JsonException _) {
            return Optional.empty();
        }
    }

    private static Map<String, Object> others(String text) {
        return text.isBlank()
                ? Map.of()
                : object(text.strip()).orElseThrow(() -> Refused.about("client metadata", "refused.client.no-object"));
    }

    /// What the page shows.
    ///
    /// @param before what is registered
    static List<Group> groups(Messages words, Fields fields, ClientMetadata before) {
        Map<String, String> stored = values(before);
        List<Group> groups = new ArrayList<>();
        GROUPS.forEach((name, members) -> groups.add(group(
                words.text(TITLE + name),
                members.stream().map(member -> member(words, member)).toList(),
                fields,
                stored)));
        Member others = new Member(
                OTHERS,
                "",
                MemberKind.OBJECT,
                words.text("admin.client.metadata"),
                words.text("admin.client.metadata.hint"),
                List.of());
        groups.add(group(words.text(TITLE + "others"), List.of(others), fields, stored));
        return groups;
    }

    private static Group group(String title, List<Member> members, Fields fields, Map<String, String> stored) {
        long set = members.stream()
                .filter(member -> !fields.get(member.name()).isBlank())
                .count();
        boolean isOpen = members.stream()
                .map(Member::name)
                .anyMatch(name -> !fields.problemOf(name).isEmpty()
                        || !lines(fields.get(name)).equals(stored.getOrDefault(name, "")));
        return new Group(title, set, isOpen, members);
    }

    private static Member member(Messages words, ClientMember member) {
        String name = member.wireName();
        String key = "admin.member." + name.replace('_', '-');
        String hint = words.texts().getOrDefault(key + ".hint", "");
        return new Member(name, name, member.kind(), words.text(key), hint, member.choices());
    }

    /// Forms are sent with line breaks of two characters (HTML, §4.10.22.4).
    private static String lines(String text) {
        return text.replace("\r\n", "\n");
    }
}
