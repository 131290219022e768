-- Mails that wait to be sent. A row goes as soon as its mail is out, or when its time is over.

CREATE TABLE outgoing_mail (
    mail_id {key} PRIMARY KEY,
    kind TEXT NOT NULL,
    subject {key} NOT NULL, -- whom it is about; outlives the user; empty: found out when it is sent
    recipient TEXT NOT NULL, -- the address; empty: found out when it is sent
    language TEXT NOT NULL, -- empty: nobody has said
    parameters TEXT NOT NULL, -- JSON object of texts; what a stranger typed stands sealed in it
    attempts BIGINT NOT NULL,
    due_at BIGINT NOT NULL, -- not before; while it is being sent, when others may try
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX outgoing_mail_by_time ON outgoing_mail (due_at);
CREATE INDEX outgoing_mail_by_subject ON outgoing_mail (subject);
CREATE INDEX outgoing_mail_by_expiry ON outgoing_mail (expires_at);
