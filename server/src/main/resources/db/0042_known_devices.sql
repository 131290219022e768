-- Browsers that a user has signed in with, and those that need no second factor for a while.

CREATE TABLE known_device (
    device_id {key} PRIMARY KEY,
    device_hash {key} NOT NULL, -- of what the browser holds; a browser may know several users
    subject {key} NOT NULL REFERENCES app_user ON DELETE CASCADE,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    removed_at BIGINT, -- by its user: a stranger again
    trusted_until BIGINT, -- without a second factor; NULL: not at all
    password_digest TEXT -- of the stored hash when it was trusted: another password ends that
);
CREATE UNIQUE INDEX known_device_by_hash ON known_device (device_hash, subject);
CREATE INDEX known_device_by_subject ON known_device (subject, used_at);
CREATE INDEX known_device_by_use ON known_device (used_at);
