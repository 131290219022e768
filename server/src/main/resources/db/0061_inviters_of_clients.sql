-- Who has made an invitation to register clients: it gives no more than they still have.

ALTER TABLE invitation ADD COLUMN inviter TEXT NOT NULL DEFAULT 'cli'; -- a subject, a client, or cli

UPDATE invitation SET inviter = COALESCE(
    (SELECT MIN(actor) FROM audit_event WHERE type = 'clients_invited' AND target = invitation_id), inviter);
