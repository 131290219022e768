-- Users who sign in with what is mailed to them.

ALTER TABLE browser_session ADD COLUMN mail_at BIGINT; -- when the user has shown what came by mail
ALTER TABLE password_step ADD COLUMN method TEXT NOT NULL DEFAULT 'pwd'; -- what was shown; 'mca': what came by mail
