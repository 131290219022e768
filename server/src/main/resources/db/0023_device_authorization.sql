-- How users were authenticated, and devices that ask a user who sits at another one (RFC 8628).

ALTER TABLE user_grant ADD COLUMN authenticated_at BIGINT;
ALTER TABLE user_grant ADD COLUMN acr TEXT;
ALTER TABLE user_grant ADD COLUMN amr TEXT NOT NULL DEFAULT '';

-- When the second factor was shown; authenticated_at is the time of the password.
ALTER TABLE browser_session ADD COLUMN second_factor_at BIGINT;

CREATE TABLE device_authorization (
    device_code_hash {key} PRIMARY KEY,
    user_code_hash {key} NOT NULL UNIQUE, -- keyed: a short code is found by trying
    client_id {key} NOT NULL,
    audience {key} NOT NULL,
    scopes TEXT, -- NULL: none were named
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    poll_interval BIGINT NOT NULL,
    polled_at BIGINT,
    decided_at BIGINT,
    grant_id {key}, -- NULL although decided: the user said no
    spent_at BIGINT
);
CREATE INDEX device_authorization_by_expiry ON device_authorization (expires_at);
