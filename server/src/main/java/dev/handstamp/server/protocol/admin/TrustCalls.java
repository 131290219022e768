package dev.handstamp.server.protocol.admin;

import dev.handstamp.server.administration.AssertionIssuers;
import dev.handstamp.server.administration.AssertionIssuers.NewIssuer;
import dev.handstamp.server.administration.AssertionIssuers.Trusted;
import dev.handstamp.server.administration.Exchanges.NewRule;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.domain.administration.AdminScope;
import dev.handstamp.server.domain.client.AssertionIssuer;
import dev.handstamp.server.domain.client.ExchangeRule;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The operations on what some clients may do beyond their registration: exchange tokens, present assertions.
///
/// Whoever writes a rule has to have what its client can get at this API; whoever writes an issuer, also what the users
/// can for whom it speaks, and everything where that is all of them: an assertion is as good as a password.
final class TrustCalls {

    private TrustCalls() {}

    static Answer exchanges(Call call) {
        return Answer.of(Views.all(call.desk().exchanges().list(), Views::exchange));
    }

    static Answer exchange(Call call) {
        return Answer.tagged(Views.exchange(
                call.desk().exchanges().find(call.variable("client"), call.variable("from"), call.variable("to"))));
    }

    static Answer putExchange(Call call) {
        Map<String, String> scopes = new LinkedHashMap<>();
        call.object("scopes").forEach((here, there) -> scopes.put(here, String.valueOf(there)));
        NewRule wanted = new NewRule(
                call.variable("client"),
                call.variable("from"),
                call.variable("to"),
                scopes,
                call.flag("impersonation").orElse(false));
        ExchangeRule rule = call.desk().exchanges().add(wanted, client -> ConfigurationCalls.refuse(call, client));
        return Answer.tagged(Views.exchange(rule));
    }

    static Answer deleteExchange(Call call) {
        String client = call.variable("client");
        try {
            ConfigurationCalls.refuse(call, call.desk().clients().find(client));
            call.desk().exchanges().delete(client, call.variable("from"), call.variable("to"));
        } catch (Refused refused) {
            if (refused.kind() != Refused.Kind.UNKNOWN) throw refused;
        }
        return Answer.NOTHING;
    }

    static Answer issuers(Call call) {
        return Answer.of(Views.all(call.desk().issuers().list(), Views::issuer));
    }

    static Answer issuer(Call call) {
        return Answer.tagged(Views.issuer(call.desk().issuers().find(call.variable("issuer"))));
    }

    static Answer addIssuer(Call call) {
        NewIssuer wanted = new NewIssuer(
                call.text("issuer").orElse(""),
                keys(call),
                call.text("jwks_uri").filter(uri -> !uri.isEmpty()),
                call.text("subject").orElse("subject"),
                call.texts("clients"),
                call.texts("users"),
                call.flag("all_users").orElse(false));
        return Answer.tagged(Views.issuer(call.desk().issuers().add(wanted, issuer -> refuse(call, issuer))));
    }

    static Answer changeIssuer(Call call) {
        AssertionIssuers.Change change = new AssertionIssuers.Change(
                keys(call),
                call.text("jwks_uri"),
                call.text("subject"),
                call.set("clients"),
                call.set("users"),
                call.flag("all_users"));
        AssertionIssuer changed = call.desk().issuers().update(call.variable("issuer"), change, (before, after) -> {
            refuse(call, before);
            refuse(call, after);
            AdminEndpoint.refuseUnmatched(call, Views.issuer(before.issuer()));
        });
        return Answer.tagged(Views.issuer(changed));
    }

    static Answer deleteIssuer(Call call) {
        try {
            refuse(call, call.desk().issuers().trusted(call.variable("issuer")));
            call.desk().issuers().delete(call.variable("issuer"));
        } catch (Refused refused) {
            if (refused.kind() != Refused.Kind.UNKNOWN) throw refused;
        }
        return Answer.NOTHING;
    }

    private static Optional<Map<String, Object>> keys(Call call) {
        return call.has("jwks") ? Optional.of(call.object("jwks")) : Optional.empty();
    }

    /// A client that is an issuer itself speaks with its own keys: whoever sets those can speak for its users.
    static void refuseVoice(Call call, String client) {
        Optional<AssertionIssuer> voice = call.directory()
                .trust()
                .issuer(client)
                .filter(issuer -> issuer.keys().isEmpty() && issuer.keysUri().isEmpty());
        if (voice.isEmpty()) return;
        if (!call.rights().has(AdminScope.ISSUERS_WRITE)) {
            throw new Forbidden(
                    "The client speaks for users with its keys: that is for those to say who may write" + " issuers.");
        }
        refuse(call, call.desk().issuers().trusted(client));
    }

    private static void refuse(Call call, Trusted trusted) {
        trusted.clients().forEach(client -> ConfigurationCalls.refuse(call, client));
        trusted.users().forEach(user -> UserCalls.refuse(call, user));
        boolean isForAll = trusted.issuer().users().isEmpty();
        if (isForAll && !call.rights().coversEverything()) {
            throw new Forbidden("Who speaks for all users is for those alone to say who have all scopes of this API.");
        }
    }
}
