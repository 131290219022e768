-- Clients that describe themselves: registered by themselves (RFC 7591), or by a document at their identifier.

ALTER TABLE api ADD COLUMN open BIGINT NOT NULL DEFAULT 0; -- 1: such clients may ask for it, in a user's name

ALTER TABLE client ADD COLUMN origin TEXT NOT NULL DEFAULT 'administered'; -- administered, registered, document
ALTER TABLE client ADD COLUMN registration_token_hash TEXT;
ALTER TABLE client ADD COLUMN used_at BIGINT; -- the last grant, by the day; only of clients that describe themselves
ALTER TABLE client ADD COLUMN fresh_until BIGINT; -- when a document has to be read again
CREATE INDEX client_by_use ON client (origin, used_at);

-- Initial access tokens (RFC 7591 §1.2).
CREATE TABLE invitation (
    token_hash {key} PRIMARY KEY,
    invitation_id {key} NOT NULL UNIQUE,
    apis TEXT NOT NULL,
    scopes TEXT NOT NULL,
    uses_left BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX invitation_by_end ON invitation (expires_at);
