-- Whose the identifiers are that only one sector's clients know (OpenID Connect Core §8.1). Written when one is first
-- given, so that whatever is taken back from a user is taken back under these names too.

CREATE TABLE pairwise_subject (
    pairwise {key} PRIMARY KEY,
    subject {key} NOT NULL REFERENCES app_user ON DELETE CASCADE
);
CREATE INDEX pairwise_subject_by_subject ON pairwise_subject (subject);
