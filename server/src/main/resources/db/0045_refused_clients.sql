-- Clients that a document describes and that an operator has deleted: they do not come back by themselves.

CREATE TABLE refused_client (
    client_id {key} PRIMARY KEY,
    refused_at BIGINT NOT NULL
);
