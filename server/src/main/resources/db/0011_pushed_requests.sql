-- Requests that a client has pushed before it sends its user here (RFC 9126).

ALTER TABLE authorization_request ADD COLUMN pushed BIGINT NOT NULL DEFAULT 0; -- 1: not begun yet; 2: the user is here
