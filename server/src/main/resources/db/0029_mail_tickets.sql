-- What a mail brings along: a link or a code that is good once. Only digests stand here.

CREATE TABLE mail_ticket (
    ticket_hash {key} PRIMARY KEY,
    kind TEXT NOT NULL,
    subject {key} REFERENCES app_user ON DELETE CASCADE, -- NULL: somebody who is no user yet
    email TEXT NOT NULL, -- where it was sent
    email_key {key} NOT NULL, -- its normal form
    password_digest TEXT, -- of the user's stored hash: another password makes the ticket worthless
    browser_hash {key}, -- who asked for it
    request_sealed TEXT NOT NULL, -- the authorization request to go on to; empty: none
    details TEXT NOT NULL, -- JSON object of texts
    failures BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX mail_ticket_by_subject ON mail_ticket (subject);
CREATE INDEX mail_ticket_by_email ON mail_ticket (email_key);
CREATE INDEX mail_ticket_by_browser ON mail_ticket (browser_hash);
CREATE INDEX mail_ticket_by_expiry ON mail_ticket (expires_at);

-- How many mails an account or an address has got, and how many codes were wrong, in a span of time.
CREATE TABLE mail_count (
    counted {key} PRIMARY KEY,
    since BIGINT NOT NULL,
    number BIGINT NOT NULL
);
CREATE INDEX mail_count_by_time ON mail_count (since);

ALTER TABLE app_user ADD COLUMN mail_key TEXT NOT NULL DEFAULT ''; -- the normal form of the address
UPDATE app_user SET mail_key = lower(email);
CREATE INDEX app_user_by_mail ON app_user (mail_key);

ALTER TABLE app_user ADD COLUMN verified_email {key}; -- the normal form, if its owner has shown to read it
CREATE UNIQUE INDEX app_user_by_verified_email ON app_user (verified_email);
