-- Whom somebody here has invited by mail to make an account. The link of the mail is good as long as the row stands: it
-- goes when the account is made, when the invitation is withdrawn, and when its time is over.

CREATE TABLE user_invitation (
    invitation_id {key} PRIMARY KEY,
    email TEXT NOT NULL, -- as it was given
    email_key {key} NOT NULL UNIQUE, -- its normal form: one invitation to an address
    name TEXT NOT NULL, -- empty: not known
    roles TEXT NOT NULL, -- what the account will have
    inviter TEXT NOT NULL, -- a subject, a client, or cli
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX user_invitation_by_end ON user_invitation (expires_at);
