-- Wrong codes of second factors, by where they come from: the guesses of strangers do not keep the owner out.

CREATE TABLE wrong_code (
    subject {key} NOT NULL REFERENCES app_user ON DELETE CASCADE,
    place {key} NOT NULL, -- a browser or network that the user has signed in from, all of these, or everywhere else
    failures BIGINT NOT NULL, -- a guess under way is one
    since BIGINT NOT NULL, -- of the first of them: a count is of one day
    blocked_until BIGINT NOT NULL,
    PRIMARY KEY (subject, place)
);
CREATE INDEX wrong_code_by_time ON wrong_code (since);

INSERT INTO wrong_code (subject, place, failures, since, blocked_until)
SELECT subject, 'elsewhere', failures, blocked_until, blocked_until FROM totp WHERE failures > 0;

ALTER TABLE totp DROP COLUMN failures;
ALTER TABLE totp DROP COLUMN blocked_until;
