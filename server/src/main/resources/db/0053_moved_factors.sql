-- Second factors that can move: from other systems to this one, and from this one to another.

-- How the codes are made; every application that was set up here does it so.
ALTER TABLE totp ADD COLUMN algorithm TEXT NOT NULL DEFAULT 'SHA1';
ALTER TABLE totp ADD COLUMN digits BIGINT NOT NULL DEFAULT 6;
ALTER TABLE totp ADD COLUMN period BIGINT NOT NULL DEFAULT 30; -- seconds

-- What a user's recovery codes are hashed with. No row: with a key of this server alone, which never leaves it.
CREATE TABLE recovery_code_key (
    subject {key} PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
    key_sealed TEXT NOT NULL
);

-- 0: where it came from, nobody wrote down whether it may be on several devices; its first use tells.
ALTER TABLE passkey ADD COLUMN eligibility_known BIGINT NOT NULL DEFAULT 1;
