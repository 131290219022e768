package dev.handstamp.server.protocol.admin;

import dev.handstamp.server.administration.Keys;
import dev.handstamp.server.administration.Page;
import dev.handstamp.server.administration.SystemHealth;
import dev.handstamp.server.administration.UserDetails;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.AssertionIssuer;
import dev.handstamp.server.domain.client.Brand;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ExchangeRule;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.Invitation;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.passkey.Passkey;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.user.Role;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.UserInvitation;
import dev.handstamp.server.issuance.Pulse;
import dev.handstamp.server.issuance.TokenWalk;
import dev.handstamp.server.issuance.TokenWalk.Step;
import dev.handstamp.server.live.ConnectedVerifier;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// What there is, as the JSON that [Shapes] describes. No secret is in any of it.
final class Views {

    private Views() {}

    static Map<String, Object> user(User user) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sub", user.subject().value());
        json.put("username", user.username().value());
        json.put("name", user.name());
        json.put("email", user.email());
        json.put("roles", names(user.roles()));
        json.put("attributes", user.attributes());
        json.put("disabled", user.disabled());
        json.put("created_at", text(user.createdAt()));
        return json;
    }

    static Map<String, Object> invitation(Invitation invitation) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("invitation_id", invitation.id());
        json.put("apis", names(invitation.apis()));
        json.put("scopes", List.copyOf(invitation.scopes().tokens()));
        json.put("uses_left", (long) invitation.usesLeft());
        json.put("created_at", text(invitation.createdAt()));
        json.put("expires_at", text(invitation.expiresAt()));
        return json;
    }

    static Map<String, Object> invitation(UserInvitation invitation) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("invitation_id", invitation.id());
        json.put("email", invitation.email().value());
        json.put("name", invitation.name());
        json.put("roles", names(invitation.roles()));
        json.put("inviter", invitation.inviter());
        json.put("created_at", text(invitation.createdAt()));
        json.put("expires_at", text(invitation.expiresAt()));
        return json;
    }

    static Map<String, Object> session(Session session) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("sid", session.id().value());
        json.put("sub", session.subject().value());
        json.put("address", session.address());
        json.put("user_agent", session.userAgent());
        json.put("created_at", text(session.createdAt()));
        json.put("expires_at", text(session.expiresAt()));
        return json;
    }

    static Map<String, Object> grant(Grant grant) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("grant_id", grant.id().value());
        json.put("client_id", grant.client().value());
        json.put("audience", grant.audience().value());
        json.put("scope", grant.scopes().toString());
        json.put("sid", grant.session().value());
        json.put("created_at", text(grant.createdAt()));
        json.put("expires_at", text(grant.expiresAt()));
        return json;
    }

    static Map<String, Object> factors(UserDetails.Factors factors) {
        Map<String, Object> json = new LinkedHashMap<>();
        put(json, "totp_since", factors.totpSince());
        json.put("recovery_codes_left", factors.recoveryCodesLeft());
        json.put("passkeys", factors.passkeys().stream().map(Views::passkey).toList());
        return json;
    }

    private static Map<String, Object> passkey(Passkey passkey) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("passkey_id", passkey.id().value());
        json.put("name", passkey.name().value());
        json.put("created_at", text(passkey.createdAt()));
        put(json, "last_used_at", passkey.lastUsedAt());
        put(json, "suspended_at", passkey.suspendedAt());
        return json;
    }

    static Map<String, Object> client(Client client) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("client_id", client.id().value());
        json.put("path", "/clients/" + Segments.of(client.id().value()));
        json.put("public", client.isPublic());
        json.put("created_at", text(client.createdAt()));
        json.put("origin", client.origin().name().toLowerCase(Locale.ROOT));
        json.put(
                "grants",
                client.grants().stream().map(GrantType::shortName).sorted().toList());
        json.put("apis", names(client.apis()));
        json.put("scopes", names(client.scopes().tokens()));
        json.put("name", client.redirection().name());
        json.put("redirect_uris", texts(client.redirection().uris()));
        json.put("post_logout_redirect_uris", texts(client.redirection().afterLogout()));
        json.put("requires_pkce", client.redirection().requiresPkce());
        json.put("asks_consent", client.redirection().asksConsent());
        json.put("metadata", client.metadata().toObject());
        client.policy().requiredLevel().map(AssuranceLevel::wireName).ifPresent(acr -> json.put("required_acr", acr));
        json.put("registers_users", client.policy().registersUsers());
        json.put("remembers_devices", client.policy().remembersDevices());
        return json;
    }

    static Map<String, Object> api(Api api, boolean isOwn) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("audience", api.audience().value());
        json.put("path", "/apis/" + Segments.of(api.audience().value()));
        json.put("scopes", names(api.scopes().tokens()));
        json.put("algorithm", api.algorithm().joseName());
        json.put("token_lifetime", api.tokenLifetime().toSeconds());
        json.put("claims", api.claims());
        json.put("status_list", api.statusList());
        json.put("open", api.open());
        api.requiredLevel().map(AssuranceLevel::wireName).ifPresent(acr -> json.put("required_acr", acr));
        json.put("words", api.words().toObject());
        json.put("built_in", isOwn);
        json.put("created_at", text(api.createdAt()));
        return json;
    }

    static Map<String, Object> role(Role role) {
        Map<String, Object> scopes = new TreeMap<>();
        role.scopes().forEach((api, carried) -> scopes.put(api.value(), names(carried.tokens())));
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", role.name().value());
        json.put("scopes", scopes);
        return json;
    }

    /// @param owner empty: the server itself
    static Map<String, Object> brand(Optional<ClientId> owner, Brand brand) {
        Map<String, Object> json = new LinkedHashMap<>();
        owner.ifPresent(client -> json.put("client_id", client.value()));
        json.put("name", brand.name());
        brand.logo().ifPresent(logo -> json.put("logo", logo.path()));
        brand.colours().ifPresent(colours -> {
            json.put("accent", colours.accent());
            json.put("accent_dark", colours.accentDark());
        });
        return json;
    }

    static Map<String, Object> exchange(ExchangeRule rule) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("client_id", rule.client().value());
        json.put("from", rule.from().value());
        json.put("to", rule.to().value());
        json.put(
                "path",
                "/exchanges/" + Segments.of(rule.client().value()) + "/"
                        + Segments.of(rule.from().value()) + "/"
                        + Segments.of(rule.to().value()));
        json.put("scopes", new TreeMap<>(rule.scopes()));
        json.put("impersonation", rule.impersonation());
        json.put("created_at", text(rule.createdAt()));
        return json;
    }

    static Map<String, Object> issuer(AssertionIssuer issuer) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("issuer", issuer.name());
        json.put("path", "/issuers/" + Segments.of(issuer.name()));
        issuer.keys().ifPresent(keys -> json.put("jwks", keys));
        issuer.keysUri().ifPresent(uri -> json.put("jwks_uri", uri));
        json.put("subject", issuer.naming().wireName());
        json.put("clients", names(issuer.clients()));
        json.put("all_users", issuer.users().isEmpty());
        json.put("users", names(issuer.users()));
        json.put("created_at", text(issuer.createdAt()));
        return json;
    }

    static Map<String, Object> keys(Keys.Schedule schedule) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("at", text(schedule.at()));
        json.put("rotation", Math.max(1, schedule.rotation().toSeconds()));
        put(json, "next_rotation", schedule.nextRotation());
        json.put("items", schedule.keys().stream().map(Views::key).toList());
        return json;
    }

    private static Map<String, Object> key(Keys.Planned planned) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kid", planned.key().keyId());
        json.put("algorithm", planned.key().algorithm().joseName());
        planned.key().api().ifPresent(api -> json.put("audience", api.value()));
        json.put("state", planned.state().name().toLowerCase(Locale.ROOT));
        json.put("created_at", text(planned.key().createdAt()));
        put(json, "signs_from", planned.signsFrom());
        put(json, "signs_until", planned.signsUntil());
        put(json, "gone_at", planned.goneAt());
        return json;
    }

    static Map<String, Object> event(AuditEvent event) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("at", text(event.at()));
        json.put("type", event.type().wireName());
        json.put("actor", event.actor());
        json.put("target", event.target());
        json.put("client_id", event.client());
        json.put("address", event.address());
        json.put("request_id", event.requestId());
        json.put("details", event.details());
        return json;
    }

    static Map<String, Object> health(SystemHealth.Health health) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("at", text(health.at()));
        json.put("uptime", health.uptime().toSeconds());
        json.put("database", health.database().toLowerCase(Locale.ROOT));
        json.put("position", health.position());
        json.put("log_age_ms", health.logAge().toMillis());
        json.put("waiting_writes", (long) health.waitingWrites());
        json.put("hash_queue", health.hashQueue());
        json.put("revocations", health.revocations());
        json.put("heap_used", health.heapUsed());
        json.put("heap_most", health.heapMost());
        json.put("verifiers", (long) health.verifiers());
        json.put("last_hour", health.lastHour().stream().map(Views::minute).toList());
        return json;
    }

    private static Map<String, Object> minute(Pulse.Minute minute) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("begin", text(minute.begin()));
        json.put("logins", minute.logins());
        json.put("logins_failed", minute.loginsFailed());
        json.put("logins_throttled", minute.loginsThrottled());
        json.put("tokens", minute.tokens());
        json.put("refreshes", minute.refreshes());
        json.put("refreshes_refused", minute.refreshesRefused());
        json.put("introspections", minute.introspections());
        json.put("hash_queue", minute.hashQueue());
        return json;
    }

    static Map<String, Object> feed(SystemHealth.Feed feed) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("at", text(feed.at()));
        json.put("position", feed.position());
        json.put("log_age_ms", feed.logAge().toMillis());
        json.put("items", feed.verifiers().stream().map(Views::verifier).toList());
        return json;
    }

    private static Map<String, Object> verifier(ConnectedVerifier verifier) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("audience", verifier.api().value());
        json.put("address", verifier.address());
        json.put("connected_at", text(verifier.since()));
        json.put("position", verifier.position());
        json.put("age_ms", verifier.age().toMillis());
        json.put("has_taken_all", verifier.hasTakenAll());
        json.put("is_brought_up", verifier.isBroughtUp());
        return json;
    }

    static Map<String, Object> walk(TokenWalk walk) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("active", walk.isGood());
        walk.reason().ifPresent(reason -> json.put("reason", reason.code()));
        if (!walk.detail().isEmpty()) json.put("detail", walk.detail());
        walk.revoked().ifPresent(entry -> json.put("revocation", revocation(entry)));
        json.put("header", walk.header());
        json.put("claims", walk.claims());
        json.put("checks", walk.steps().stream().map(Views::step).toList());
        return json;
    }

    private static Map<String, Object> step(Step step) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("check", step.check().name().toLowerCase(Locale.ROOT));
        json.put("outcome", step.outcome().name().toLowerCase(Locale.ROOT));
        return json;
    }

    static Map<String, Object> revocation(Revocation revocation) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("position", revocation.position());
        json.put("at", text(revocation.at()));
        json.put("kind", revocation.kind().name().toLowerCase(Locale.ROOT));
        json.put("id", revocation.id());
        json.put("cause", revocation.cause());
        json.put("audiences", names(revocation.audiences()));
        return json;
    }

    static <T> Map<String, Object> all(List<T> items, Function<T, Map<String, Object>> view) {
        return new LinkedHashMap<>(Map.of("items", items.stream().map(view).toList()));
    }

    static <T> Map<String, Object> page(Page<T> page, Function<T, Map<String, Object>> view) {
        Map<String, Object> json = all(page.items(), view);
        page.next().ifPresent(next -> json.put("next", next));
        return json;
    }

    private static void put(Map<String, Object> json, String name, Optional<Instant> at) {
        at.ifPresent(instant -> json.put(name, text(instant)));
    }

    private static String text(Instant instant) {
        return instant.toString();
    }

    private static List<String> names(Collection<?> names) {
        return names.stream().map(Object::toString).sorted().toList();
    }

    private static List<String> texts(List<RedirectUri> uris) {
        return uris.stream().map(RedirectUri::value).toList();
    }

    static Optional<Duration> seconds(Optional<Long> seconds) {
        return seconds.map(Duration::ofSeconds);
    }
}
