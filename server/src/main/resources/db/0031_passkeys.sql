-- Passkeys (WebAuthn Level 3), and sign-ins with them.

CREATE TABLE passkey_holder (
    subject {key} PRIMARY KEY REFERENCES app_user ON DELETE CASCADE,
    user_handle {key} NOT NULL UNIQUE -- what authenticators call the user
);

CREATE TABLE passkey (
    passkey_id {key} PRIMARY KEY,
    subject {key} NOT NULL REFERENCES passkey_holder ON DELETE CASCADE,
    credential_id {key} NOT NULL UNIQUE, -- one account alone has it
    public_key TEXT NOT NULL, -- COSE, base64url
    sign_count BIGINT NOT NULL,
    backup_eligible BIGINT NOT NULL,
    backed_up BIGINT NOT NULL,
    transports TEXT NOT NULL,
    aaguid TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    suspended_at BIGINT -- its counter went back: it has been copied
);
CREATE INDEX passkey_by_subject ON passkey (subject);

-- What else was proved in a browser. By default it was the password, at authenticated_at.
ALTER TABLE browser_session ADD COLUMN device_passkey_at BIGINT;
ALTER TABLE browser_session ADD COLUMN synced_passkey_at BIGINT;
ALTER TABLE browser_session ADD COLUMN without_password BIGINT NOT NULL DEFAULT 0;
