-- Users who are sent here by a client: where they go back to, what they have allowed, and the code they take along.

ALTER TABLE client ADD COLUMN name TEXT NOT NULL DEFAULT '';
ALTER TABLE client ADD COLUMN redirect_uris TEXT NOT NULL DEFAULT '';
ALTER TABLE client ADD COLUMN post_logout_redirect_uris TEXT NOT NULL DEFAULT '';
ALTER TABLE client ADD COLUMN requires_pkce BIGINT NOT NULL DEFAULT 1;
ALTER TABLE client ADD COLUMN asks_consent BIGINT NOT NULL DEFAULT 1;

CREATE TABLE browser_session (
    cookie_hash {key} PRIMARY KEY,
    session_id {key} NOT NULL REFERENCES session ON DELETE CASCADE,
    authenticated_at BIGINT NOT NULL
);
CREATE INDEX browser_session_by_session ON browser_session (session_id);

CREATE TABLE authorization_request (
    request_hash {key} PRIMARY KEY,
    client_id {key} NOT NULL,
    parameters TEXT NOT NULL, -- JSON object of texts
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    asked_scopes TEXT, -- what the consent page shows
    decided_by {key}, -- the session that allowed it; empty: it was denied
    allowed_scopes TEXT
);
CREATE INDEX authorization_request_by_expiry ON authorization_request (expires_at);

CREATE TABLE consent (
    subject {key} NOT NULL REFERENCES app_user ON DELETE CASCADE,
    client_id {key} NOT NULL,
    audience {key} NOT NULL, -- outlives the API
    scopes TEXT NOT NULL,
    given_at BIGINT NOT NULL,
    PRIMARY KEY (subject, client_id, audience)
);
CREATE INDEX consent_by_client ON consent (client_id);

CREATE TABLE authorization_code (
    code_hash {key} PRIMARY KEY,
    grant_id {key} NOT NULL UNIQUE REFERENCES user_grant ON DELETE CASCADE,
    redirect_uri TEXT NOT NULL,
    redirect_uri_sent BIGINT NOT NULL,
    code_challenge TEXT,
    session_id {key} NOT NULL, -- of the browser; the grant may have one of its own
    authenticated_at BIGINT NOT NULL,
    nonce TEXT,
    claims TEXT NOT NULL, -- JSON: {"userinfo": {…}, "id_token": {…}}
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    spent_at BIGINT
);
