-- Shared Signals: the streams that receivers have asked for, and what of each has not been taken yet.

CREATE TABLE event_stream (
    stream_id {key} PRIMARY KEY,
    client_id {key} NOT NULL REFERENCES client ON DELETE CASCADE,
    configuration TEXT NOT NULL, -- JSON: what the receiver has supplied, but for the credential
    authorization_sealed TEXT, -- what is sent along with each push, encrypted
    status TEXT NOT NULL,
    status_reason TEXT NOT NULL,
    position BIGINT NOT NULL, -- of the revocation log: what lies behind it has become events, or never will
    verified_at BIGINT NOT NULL, -- when the receiver last asked for a verification
    failures BIGINT NOT NULL, -- pushes that failed, one after the other
    next_push_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX event_stream_by_client ON event_stream (client_id);

CREATE TABLE event_stream_without (
    stream_id {key} NOT NULL REFERENCES event_stream ON DELETE CASCADE,
    subject {key} NOT NULL,
    PRIMARY KEY (stream_id, subject)
);

CREATE TABLE pending_event (
    place {sequence},
    stream_id {key} NOT NULL REFERENCES event_stream ON DELETE CASCADE,
    event_id {key} NOT NULL,
    claims TEXT NOT NULL, -- JSON: signed when it is sent
    about_stream BIGINT NOT NULL, -- says that the stream was stopped: sent in any state
    made_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX pending_event_by_id ON pending_event (stream_id, event_id);
CREATE INDEX pending_event_in_order ON pending_event (stream_id, place);
CREATE INDEX pending_event_by_age ON pending_event (made_at);
