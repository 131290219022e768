-- What pages wear. The logo is kept by the digest of its content, beside those who have it.

CREATE TABLE brand (
    owner {key} PRIMARY KEY, -- a client; empty: the server
    name TEXT NOT NULL,
    accent TEXT, -- both colours or none
    accent_dark TEXT,
    logo_digest {key},
    logo_type TEXT
);

CREATE TABLE brand_logo (
    digest {key} PRIMARY KEY,
    content TEXT NOT NULL -- Base64
);
