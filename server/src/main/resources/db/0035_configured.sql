-- What came by a file of configuration: it goes when the file names it no more.

CREATE TABLE configured (
    kind {key} NOT NULL, -- api, role or client
    id {key} NOT NULL,
    PRIMARY KEY (kind, id)
);
