-- What scopes allow in words for users, and what an administrator asks of the users that a client sends.

ALTER TABLE api ADD COLUMN scope_words TEXT NOT NULL DEFAULT '{}'; -- JSON: a text by language by scope
ALTER TABLE client ADD COLUMN required_acr TEXT; -- NULL: however they signed in
ALTER TABLE client ADD COLUMN registers_users BIGINT NOT NULL DEFAULT 1;
ALTER TABLE client ADD COLUMN remembers_devices BIGINT NOT NULL DEFAULT 1;
