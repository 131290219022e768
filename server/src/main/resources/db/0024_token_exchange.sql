-- Which client may exchange tokens for one API into tokens for another (RFC 8693).

CREATE TABLE exchange_rule (
    client_id {key} NOT NULL REFERENCES client ON DELETE CASCADE,
    from_audience {key} NOT NULL REFERENCES api ON DELETE CASCADE,
    to_audience {key} NOT NULL REFERENCES api ON DELETE CASCADE,
    scopes TEXT NOT NULL, -- JSON object: a scope there by a scope here
    impersonation BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (client_id, from_audience, to_audience)
);
CREATE INDEX exchange_rule_by_from ON exchange_rule (from_audience);
CREATE INDEX exchange_rule_by_to ON exchange_rule (to_audience);
