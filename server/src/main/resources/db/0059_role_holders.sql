-- Who has which role, so that a role's holders are found and counted without a look at everybody.

CREATE TABLE role_holder (
    role {key} NOT NULL, -- may not exist yet
    subject {key} NOT NULL REFERENCES app_user ON DELETE CASCADE,
    PRIMARY KEY (role, subject)
);
CREATE INDEX role_holder_by_subject ON role_holder (subject, role);

INSERT INTO role_holder (role, subject)
WITH RECURSIVE named (subject, role, rest) AS (
    SELECT subject, '', roles || ' ' FROM app_user WHERE roles <> ''
    UNION ALL
    SELECT subject, substr(rest, 1, {position}(rest, ' ') - 1), substr(rest, {position}(rest, ' ') + 1)
      FROM named WHERE rest <> ''
)
SELECT role, subject FROM named WHERE role <> '';
