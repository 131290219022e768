-- Who may say by a signed assertion for which users a client gets tokens (RFC 7523 §2.1).

CREATE TABLE assertion_issuer (
    name {key} PRIMARY KEY,
    jwks TEXT, -- JSON object
    jwks_uri TEXT,
    naming TEXT NOT NULL,
    clients TEXT NOT NULL,
    users TEXT NOT NULL, -- empty: all
    created_at BIGINT NOT NULL
);

-- The one grant that every token of a user, a client and an API descends from which came by assertions of this issuer.
ALTER TABLE user_grant ADD COLUMN assertion_issuer {key};
CREATE INDEX user_grant_by_issuer ON user_grant (assertion_issuer, subject);
