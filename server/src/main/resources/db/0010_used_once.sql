-- What counts once and never again, such as the name of a client assertion.

CREATE TABLE used_once (
    name_hash {key} PRIMARY KEY,
    forget_at BIGINT NOT NULL
);
CREATE INDEX used_once_by_age ON used_once (forget_at);
