-- Token Status Lists: which index of which list tells whether a token still counts. Nothing is stored for a token.

ALTER TABLE api ADD COLUMN status_list BIGINT NOT NULL DEFAULT 0;

-- One node draws the indices of a list. Of a list that was taken back, every index counts as revoked.
CREATE TABLE status_list (
    list_id {key} PRIMARY KEY,
    audience {key} NOT NULL, -- outlives the API
    client_id {key} NOT NULL, -- whose tokens in its own name it has; empty: tokens of users
    opened_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL, -- when its last token has expired
    revoked_at BIGINT
);
CREATE INDEX status_list_by_audience ON status_list (audience);
CREATE INDEX status_list_by_client ON status_list (client_id);
CREATE INDEX status_list_by_end ON status_list (ends_at);

CREATE TABLE status_bit (
    list_id {key} NOT NULL REFERENCES status_list ON DELETE CASCADE,
    status_index BIGINT NOT NULL,
    PRIMARY KEY (list_id, status_index)
);

-- All tokens of a grant share an index, until they are taken back while the grant goes on.
ALTER TABLE user_grant ADD COLUMN status_list {key};
ALTER TABLE user_grant ADD COLUMN status_index BIGINT;
