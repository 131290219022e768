-- The second factor: one-time passwords by time (RFC 6238), recovery codes, and logins that are half way.

CREATE TABLE totp (
    subject {key} PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
    sealed_secret TEXT NOT NULL,
    last_step BIGINT NOT NULL, -- no code of this step or an earlier one counts again
    failures BIGINT NOT NULL, -- since the last right code
    blocked_until BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE recovery_code (
    code_hash {key} PRIMARY KEY,
    subject {key} NOT NULL REFERENCES app_user ON DELETE CASCADE,
    spent_at BIGINT
);
CREATE INDEX recovery_code_by_subject ON recovery_code (subject);

CREATE TABLE password_step (
    step_hash {key} PRIMARY KEY,
    subject {key} NOT NULL REFERENCES app_user ON DELETE CASCADE,
    password_digest TEXT NOT NULL, -- of the stored hash: another password makes the step worthless
    proved_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX password_step_by_expiry ON password_step (expires_at);
CREATE INDEX password_step_by_subject ON password_step (subject);

ALTER TABLE api ADD COLUMN required_acr TEXT; -- what its users have to prove; NULL: whatever there is
