-- The first schema, for both databases. Instants are microseconds since 1970, durations microseconds; lists of names are
-- separated by blanks. A released migration is never edited.

-- The one counter of everything that a running server keeps in memory. Its row is locked until the commit, so positions
-- become visible in their order.
CREATE TABLE revision (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    position BIGINT NOT NULL,
    configuration_position BIGINT NOT NULL
);
INSERT INTO revision (id, position, configuration_position) VALUES (1, 0, 0);

CREATE TABLE setting (
    name {key} PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE api (
    audience {key} PRIMARY KEY,
    scopes TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    token_lifetime BIGINT NOT NULL,
    claims TEXT NOT NULL, -- JSON: {"claims": […]}
    secret_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE client (
    client_id {key} PRIMARY KEY,
    grant_types TEXT NOT NULL,
    scopes TEXT NOT NULL,
    secret_hash TEXT,
    created_at BIGINT NOT NULL
);

CREATE TABLE client_api (
    client_id {key} NOT NULL REFERENCES client ON DELETE CASCADE,
    audience {key} NOT NULL REFERENCES api ON DELETE CASCADE,
    PRIMARY KEY (client_id, audience)
);
CREATE INDEX client_api_by_audience ON client_api (audience);

CREATE TABLE role (
    name {key} PRIMARY KEY
);

CREATE TABLE role_scope (
    role {key} NOT NULL REFERENCES role ON DELETE CASCADE,
    audience {key} NOT NULL REFERENCES api ON DELETE CASCADE,
    scopes TEXT NOT NULL,
    PRIMARY KEY (role, audience)
);
CREATE INDEX role_scope_by_audience ON role_scope (audience);

CREATE TABLE app_user (
    subject {key} PRIMARY KEY,
    username {key} NOT NULL UNIQUE, -- in its normal form
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    roles TEXT NOT NULL, -- may name roles that do not exist yet
    attributes TEXT NOT NULL, -- JSON object
    password_hash TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE session (
    session_id {key} PRIMARY KEY,
    subject {key} NOT NULL REFERENCES app_user ON DELETE CASCADE,
    address {key} NOT NULL,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX session_by_subject ON session (subject, expires_at);
CREATE INDEX session_by_address ON session (subject, address);
CREATE INDEX session_by_expiry ON session (expires_at);

CREATE TABLE user_grant (
    grant_id {key} PRIMARY KEY,
    subject {key} NOT NULL REFERENCES app_user ON DELETE CASCADE,
    client_id {key} NOT NULL, -- the built-in client is in no table
    session_id {key} NOT NULL REFERENCES session ON DELETE CASCADE,
    audience {key} NOT NULL, -- outlives the API
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX user_grant_by_subject ON user_grant (subject);
CREATE INDEX user_grant_by_session ON user_grant (session_id);
CREATE INDEX user_grant_by_client ON user_grant (client_id);
CREATE INDEX user_grant_by_audience ON user_grant (audience);
CREATE INDEX user_grant_by_expiry ON user_grant (expires_at);

CREATE TABLE refresh_token (
    token_hash {key} PRIMARY KEY,
    grant_id {key} NOT NULL REFERENCES user_grant ON DELETE CASCADE,
    issued_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    spent_at BIGINT,
    spent_by_hash TEXT,
    successor_hash TEXT,
    successor_sealed TEXT
);
CREATE INDEX refresh_token_by_grant ON refresh_token (grant_id);
CREATE INDEX refresh_token_by_expiry ON refresh_token (expires_at);

CREATE TABLE signing_key (
    key_id {key} PRIMARY KEY,
    algorithm TEXT NOT NULL,
    audience {key}, -- the one API that shares a secret key
    encrypted_key TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    activated_at BIGINT,
    retired_at BIGINT,
    removed_at BIGINT
);

CREATE TABLE revocation (
    position BIGINT PRIMARY KEY,
    revoked_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    issued_before BIGINT NOT NULL,
    forget_at BIGINT NOT NULL
);
CREATE INDEX revocation_by_end ON revocation (forget_at);

CREATE TABLE audit_event (
    position {sequence},
    happened_at BIGINT NOT NULL,
    type TEXT NOT NULL,
    actor {key} NOT NULL,
    target {key} NOT NULL,
    client TEXT NOT NULL,
    address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    details TEXT NOT NULL -- JSON object of texts
);
CREATE INDEX audit_event_by_time ON audit_event (happened_at);
CREATE INDEX audit_event_by_actor ON audit_event (actor, happened_at);
CREATE INDEX audit_event_by_target ON audit_event (target, happened_at);
