-- What administrators look for: users by the beginning of what they are called, in the form that is compared; events by
-- what they have in common. The keys of a user are NULL until they are made: housekeeping makes those of older rows.
ALTER TABLE app_user ADD COLUMN name_key {key};
ALTER TABLE app_user ADD COLUMN family_key {key};
ALTER TABLE app_user ADD COLUMN email_key {key};
CREATE INDEX app_user_by_name ON app_user (name_key, subject);
CREATE INDEX app_user_by_family ON app_user (family_key, subject);
CREATE INDEX app_user_by_email ON app_user (email_key, subject);

CREATE INDEX audit_event_by_type ON audit_event (type, happened_at, position);
CREATE INDEX audit_event_by_client ON audit_event (client, happened_at, position);
CREATE INDEX audit_event_by_address ON audit_event (address, happened_at, position);
