-- The secrets that clients sign with (client_secret_jwt), encrypted under the master key.

CREATE TABLE client_secret (
    client_id {key} PRIMARY KEY REFERENCES client ON DELETE CASCADE,
    secret_sealed TEXT NOT NULL
);
