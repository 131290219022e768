package dev.handstamp.server.issuance;

import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.grant.Confirmation;
import dev.handstamp.server.domain.grant.GrantId;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.user.User;

/// Whom an access token speaks for.
public sealed interface TokenHolder {

    ClientId client();

    /// The `sub` of the token. A client's never starts as a user's does (RFC 9700 §4.15).
    String subject();

    /// What whoever presents the token has to hold.
    Confirmation bound();

    /// A user, at a client that the user has let in.
    record ForUser(User user, ClientId client, SessionId session, GrantId grant, Confirmation bound)
            implements TokenHolder {

        /// One whose token anybody can present.
        public ForUser(User user, ClientId client, SessionId session, GrantId grant) {
            this(user, client, session, grant, Confirmation.NONE);
        }

        @Override
        public String subject() {
            return user.subject().value();
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
