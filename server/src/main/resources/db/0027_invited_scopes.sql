-- What an invitation has named for the APIs of the client that was registered with it.

ALTER TABLE client ADD COLUMN invited_scopes TEXT NOT NULL DEFAULT '';

-- Of those that are there already it is not known any more: they keep what they have.
UPDATE client SET invited_scopes = scopes WHERE origin = 'registered';
