package dev.handstamp.server.issuance;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.server.domain.client.ClientAuthenticationMethod;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.ClientRegistration;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.outbound.Answer;
import dev.handstamp.server.outbound.OutboundHttp;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;

/// What has to be looked at outside before a client that describes itself is believed.
final class RegistrationChecks {

    private static final OutboundHttp.Limits SECTOR_LIMITS = new OutboundHttp.Limits(Duration.ofSeconds(5), 64 * 1024);

    private static final int MOST_AT_ONCE = 8;

    private final OutboundHttp outbound;
    private final Semaphore room = new Semaphore(MOST_AT_ONCE);
    private final Set<ClientAuthenticationMethod> methods;

    /// @param methods the ways to authenticate that work here
    RegistrationChecks(OutboundHttp outbound, Set<ClientAuthenticationMethod> methods) {
        this.outbound = outbound;
        this.methods = Set.copyOf(methods);
    }

    /// What is wrong with it, in a sentence that repeats nothing of it. May wait for its site to answer.
    ///
    /// @param offered the most that it may ask for
    Optional<String> problemOf(ClientRegistration read, Scopes offered) {
        Optional<String> method = problemOfMethod(read.metadata());
        if (method.isPresent()) return method;
        Optional<String> address = problemOfAddresses(read.metadata());
        if (address.isPresent()) return address;
        boolean nothingLeft = read.scopes()
                .filter(asked -> !asked.isEmpty() && asked.intersection(offered).isEmpty())
                .isPresent();
        return nothingLeft
                ? Optional.of("None of the scopes is offered to clients that describe themselves.")
                : problemOfSector(read);
    }

    private Optional<String> problemOfMethod(ClientMetadata metadata) {
        return metadata.text(ClientMember.TOKEN_ENDPOINT_AUTH_METHOD)
                .flatMap(ClientAuthenticationMethod::named)
                .filter(method -> !methods.contains(method))
                .map(method -> method.wireName()
                        + " does not work here: this server does not ask clients for certificates of that kind.");
    }

    private Optional<String> problemOfAddresses(ClientMetadata metadata) {
        for (ClientMember member : ClientMember.values()) {
            if (!member.isFetched()) continue;
            Optional<OutboundHttp.Flaw> flaw = metadata.text(member).flatMap(uri -> outbound.flawOf(URI.create(uri)));
            if (flaw.isPresent()) {
                return Optional.of(member.wireName() + " " + flaw.get().words() + ".");
            }
        }
        return Optional.empty();
    }

    /// Whoever serves the document says which addresses belong together (OpenID Connect Registration §5).
    private Optional<String> problemOfSector(ClientRegistration read) {
        // The answer to a device goes to whoever asks, not to an address of the sector's.
        boolean isPairwise = read.metadata().text(ClientMember.SUBJECT_TYPE).equals(Optional.of("pairwise"));
        if (isPairwise && read.grants().contains(GrantType.DEVICE_CODE)) {
            return Optional.of("subject_type pairwise goes without device_code: nothing proves whose sector a device"
                    + " belongs to.");
        }
        Optional<String> address = read.metadata().text(ClientMember.SECTOR_IDENTIFIER_URI);
        if (address.isEmpty()) return Optional.empty();
        if (read.redirection().uris().isEmpty()) {
            return Optional.of("sector_identifier_uri is for clients with redirect URIs: those are what it lists.");
        }
        if (!room.tryAcquire()) {
            return Optional.of("Too many documents at sector_identifier_uri are being read; try again.");
        }
        Optional<Set<String>> listed;
        try {
            listed = addresses(URI.create(address.get()));
        } finally {
            room.release();
        }
        if (listed.isEmpty()) {
            return Optional.of("The document at sector_identifier_uri is no JSON array, or cannot be read.");
        }
        boolean all = read.redirection().uris().stream().map(RedirectUri::value).allMatch(listed.get()::contains);
        return all
                ? Optional.empty()
                : Optional.of("The document at sector_identifier_uri does not list every redirect URI.");
    }

    private Optional<Set<String>> addresses(URI document) {
        if (!(outbound.get(document, "application/json", SECTOR_LIMITS) instanceof Answer answer)
                || answer.status() != 200) return Optional.empty();
        String wrapped = "{\"uris\":" + new String(answer.body(), StandardCharsets.UTF_8) + "}";
        try {
            Object list =
                    Json.parseObject(wrapped.getBytes(StandardCharsets.UTF_8)).get("uris");
            if (!(list instanceof List<?> uris)) return Optional.empty();
            Set<String> texts = new HashSet<>();
            for (Object uri : uris) texts.add(String.valueOf(uri));
            return Optional.of(texts);
        } catch (JsonException _) {
            return Optional.empty();
        }
    }
}
