-- What a client registered beyond the columns (RFC 7591 §2).

ALTER TABLE client ADD COLUMN metadata TEXT NOT NULL DEFAULT '{}'; -- JSON object
