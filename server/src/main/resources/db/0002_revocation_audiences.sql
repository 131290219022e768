-- Whom an entry of the revocation log concerns, and why it was made.

-- Separated by blanks; empty: every API.
ALTER TABLE revocation ADD COLUMN audiences TEXT NOT NULL DEFAULT '';

-- As the audit trail names it; empty in entries older than this step.
ALTER TABLE revocation ADD COLUMN cause TEXT NOT NULL DEFAULT '';
