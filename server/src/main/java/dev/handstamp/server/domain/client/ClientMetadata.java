package dev.handstamp.server.domain.client;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonNull;
import dev.handstamp.jwt.Algorithm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a client registered beyond its identifier, grants, scopes and addresses: members by name, each of its form.
public final class ClientMetadata implements ClientMetadataResult {

    public static final ClientMetadata NONE = new ClientMetadata(Map.of(), Map.of());

    /// What people read, and so may be given in several languages (RFC 7591 §2.2).
    private static final Map<String, MemberForm> READ_BY_PEOPLE = Map.of(
            "client_name", MemberForm.TEXT,
            "client_uri", MemberForm.WEB_PAGE,
            "logo_uri", MemberForm.WEB_PAGE,
            "policy_uri", MemberForm.WEB_PAGE,
            "tos_uri", MemberForm.WEB_PAGE);

    private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}");
    private static final int MOST_TRANSLATIONS = 50;

    private final Map<ClientMember, Object> members;
    private final Map<String, String> translations;
    private final Optional<ClientKeys> keys;

    private ClientMetadata(Map<ClientMember, Object> members, Map<String, String> translations) {
        this.members = members.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(members));
        this.translations = Collections.unmodifiableMap(new TreeMap<>(translations));
        this.keys = Optional.ofNullable(members.get(ClientMember.JWKS)).flatMap(ClientKeys::of);
    }

    /// Reads a JSON object of which every member has to be known. A null is a member left out (RFC 7591 §2).
    ///
    /// A member that people read may name the language it is in, such as `client_name#de` (RFC 7591 §2.2).
    public static ClientMetadataResult parse(Map<String, Object> object) {
        return parse(object, false);
    }

    /// Reads what is known of a JSON object, and leaves the rest alone (RFC 7591 §2).
    public static ClientMetadataResult parseKnown(Map<String, Object> object) {
        return parse(object, true);
    }

    private static ClientMetadataResult parse(Map<String, Object> object, boolean lenient) {
        Map<ClientMember, Object> members = new EnumMap<>(ClientMember.class);
        Map<String, String> translations = new TreeMap<>();
        List<ClientFault> faults = new ArrayList<>();
        object.forEach((name, value) -> {
            Optional<ClientMember> member = ClientMember.named(name);
            MemberForm form = member.map(ClientMember::form).orElse(translated(name));
            if (form == null) {
                if (!lenient) faults.add(unknown(name));
            } else if (value != JsonNull.NULL) {
                if (!form.accepts(value)) faults.add(form.fault(name));
                else if (member.isPresent()) members.put(member.get(), form.written(value));
                else translations.put(name, (String) value);
            }
        });
        if (translations.size() > MOST_TRANSLATIONS) {
            String text = "there can be " + MOST_TRANSLATIONS + " translations at most";
            faults.add(ClientFault.of("client_name", "refused.metadata.translations", text, MOST_TRANSLATIONS));
        }
        return faults.isEmpty() ? new ClientMetadata(members, translations) : new WrongClientMetadata(faults);
    }

    private static @Nullable MemberForm translated(String name) {
        int mark = name.indexOf('#');
        if (mark < 0 || !LANGUAGE.matcher(name.substring(mark + 1)).matches()) return null;
        return READ_BY_PEOPLE.get(name.substring(0, mark));
    }

    public Optional<String> text(ClientMember member) {
        return Optional.ofNullable((String) members.get(member));
    }

    /// The member in the first of these languages that it was registered in, a wider one such as `de` for `de-AT` among
    /// them; empty if it was registered in none of them.
    ///
    /// @param name      such as `client_name`
    /// @param languages tags of BCP 47, the one that is liked best first
    public Optional<String> translation(String name, List<String> languages) {
        for (String language : languages) {
            for (String tag = language; !tag.isEmpty(); tag = wider(tag)) {
                for (var each : translations.entrySet()) {
                    if (each.getKey().equalsIgnoreCase(name + "#" + tag)) return Optional.of(each.getValue());
                }
            }
        }
        return Optional.empty();
    }

    private static String wider(String tag) {
        return tag.substring(0, Math.max(0, tag.lastIndexOf('-')));
    }

    public List<String> texts(ClientMember member) {
        List<?> texts = (List<?>) members.getOrDefault(member, List.of());
        return texts.stream().map(String.class::cast).toList();
    }

    /// Whether it was registered, and as true.
    public boolean isSet(ClientMember member) {
        return Boolean.TRUE.equals(members.get(member));
    }

    /// The algorithm that it registered, if it did.
    public Optional<Algorithm> algorithm(ClientMember member) {
        return text(member).flatMap(Algorithm::named);
    }

    /// What its answers are signed with, default or registered.
    public Algorithm answerSignature(ClientMember member) {
        return algorithm(member).orElse(isHeldToFapi() ? FapiProfile.DEFAULT : AnswerSignature.DEFAULT);
    }

    boolean isHeldToFapi() {
        return members.containsKey(ClientMember.FAPI_PROFILE);
    }

    /// The keys that it registered by value.
    public Optional<ClientKeys> keys() {
        return keys;
    }

    public Optional<Duration> duration(ClientMember member) {
        return Optional.ofNullable((Long) members.get(member)).map(Duration::ofSeconds);
    }

    /// The members as they were registered.
    public Map<String, Object> toObject() {
        Map<String, Object> object = new LinkedHashMap<>();
        members.forEach((member, value) -> object.put(member.wireName(), value));
        object.putAll(translations);
        return object;
    }

    public String toJson() {
        return Json.text(toObject());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClientMetadata metadata
                && members.equals(metadata.members)
                && translations.equals(metadata.translations);
    }

    @Override
    public int hashCode() {
        return members.hashCode() + translations.hashCode();
    }

    @Override
    public String toString() {
        return "ClientMetadata" + members.keySet();
    }

    private static ClientFault unknown(String name) {
        String known =
                Arrays.stream(ClientMember.values()).map(ClientMember::wireName).collect(Collectors.joining(", "));
        String text = "there is no client metadata " + name + "; known are " + known;
        return ClientFault.of(name, "refused.metadata.unknown", text, name, known);
    }
}
