-- Mails go out by who waits for them: what is told about accounts before what strangers have asked for.

ALTER TABLE outgoing_mail ADD COLUMN lane BIGINT NOT NULL DEFAULT 3; -- 1: told; 2: of somebody known; 3: of strangers
UPDATE outgoing_mail SET lane = 1 WHERE kind = 'notice';
UPDATE outgoing_mail SET lane = 2 WHERE kind IN ('invite', 'confirm_email') OR (kind = 'reset' AND subject <> '');
DROP INDEX outgoing_mail_by_time;
CREATE INDEX outgoing_mail_by_lane ON outgoing_mail (lane, due_at);
