package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.Grant;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.session.AuthenticationContext;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.User;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// Whom an access token speaks for.
public sealed interface TokenHolder {

    ClientId client();

    /// The `sub` of the token. A client's never starts as a user's does (RFC 9700 §4.15).
    String subject();

    /// What whoever presents the token has to hold.
    Confirmation bound();

    /// A user, at a client that the user has let in.
    ///
    /// @param authentication how the user was authenticated, where that is known
    /// @param delegation     by what another client than the grant's speaks for the user
    record ForUser(
            User user,
            ClientId client,
            SessionId session,
            GrantId grant,
            Optional<AuthenticationContext> authentication,
            Optional<Delegation> delegation,
            Confirmation bound)
            implements TokenHolder {

        /// The client that the user has let in by this grant.
        public static ForUser of(User user, Grant grant, Confirmation held) {
            return new ForUser(
                    user, grant.client(), grant.session(), grant.id(), grant.authentication(), Optional.empty(), held);
        }

        @Override
        public String subject() {
            return user.subject().value();
        }
    }

    /// What a token that was exchanged for another one has of it (RFC 8693).
    ///
    /// @param act      who acts for the user (§4.1); empty where the client speaks as the user
    /// @param notAfter when the other token expires: this one does not outlive it
    record Delegation(Map<String, Object> act, Instant notAfter) {

        public Delegation {
            act = Map.copyOf(act);
        }
    }

    /// A client in its own name (RFC 6749 §4.4, RFC 9068 §2.2).
    record ForClient(ClientId client, Confirmation bound) implements TokenHolder {

        /// One whose token anybody can present.
        public ForClient(ClientId client) {
            this(client, Confirmation.NONE);
        }

        @Override
        public String subject() {
            return client.value();
        }
    }
}
