package dev.handstamp.server.domain.client;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonNull;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a client registered beyond its identifier, grants, scopes and addresses: members by name, each of its form.
public final class ClientMetadata implements ClientMetadataResult {

    public static final ClientMetadata NONE = new ClientMetadata(Map.of());

    private final Map<ClientMember, Object> members;
    private final Optional<ClientKeys> keys;

    private ClientMetadata(Map<ClientMember, Object> members) {
        this.members = members.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(members));
        this.keys = Optional.ofNullable(members.get(ClientMember.JWKS)).flatMap(ClientKeys::of);
    }

    /// Reads a JSON object of which every member has to be known. A null is a member left out (RFC 7591 §2).
    public static ClientMetadataResult parse(Map<String, Object> object) {
        Map<ClientMember, Object> members = new EnumMap<>(ClientMember.class);
        List<String> problems = new ArrayList<>();
        object.forEach((name, value) -> {
            Optional<ClientMember> member = ClientMember.named(name);
            if (member.isEmpty()) {
                problems.add("there is no client metadata " + name + "; known are " + known());
            } else if (value != JsonNull.NULL) {
                MemberForm form = member.get().form();
                if (form.accepts(value)) members.put(member.get(), value);
                else problems.add(name + " has to be " + form.allowed());
            }
        });
        return problems.isEmpty() ? new ClientMetadata(members) : new WrongClientMetadata(problems);
    }

    public Optional<String> text(ClientMember member) {
        return Optional.ofNullable((String) members.get(member));
    }

    public List<String> texts(ClientMember member) {
        List<?> texts = (List<?>) members.getOrDefault(member, List.of());
        return texts.stream().map(String.class::cast).toList();
    }

    /// Whether it was registered, and as true.
    public boolean isSet(ClientMember member) {
        return Boolean.TRUE.equals(members.get(member));
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
        return object;
    }

    public String toJson() {
        return Json.text(toObject());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClientMetadata metadata && members.equals(metadata.members);
    }

    @Override
    public int hashCode() {
        return members.hashCode();
    }

    @Override
    public String toString() {
        return "ClientMetadata" + members.keySet();
    }

    private static String known() {
        return Arrays.stream(ClientMember.values()).map(ClientMember::wireName).collect(Collectors.joining(", "));
    }
}
