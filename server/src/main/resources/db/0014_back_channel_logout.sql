-- Clients that are to be told that a session is over (OpenID Connect Back-Channel Logout 1.0), until they have heard it.

CREATE TABLE pending_logout (
    session_id {key} NOT NULL, -- outlives the session
    client_id {key} NOT NULL REFERENCES client ON DELETE CASCADE,
    subject {key} NOT NULL, -- outlives the user
    made_at BIGINT NOT NULL,
    failures BIGINT NOT NULL, -- deliveries that failed
    next_try_at BIGINT NOT NULL,
    PRIMARY KEY (session_id, client_id)
);
CREATE INDEX pending_logout_by_client ON pending_logout (client_id, next_try_at);
CREATE INDEX pending_logout_by_time ON pending_logout (next_try_at);

-- Which clients know a session from an ID token.
CREATE INDEX authorization_code_by_session ON authorization_code (session_id);
