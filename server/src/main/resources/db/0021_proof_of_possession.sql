-- What a refresh token is bound to (RFC 9449 §5, RFC 8705 §4), and the key that a code waits for (RFC 9449 §10).

ALTER TABLE refresh_token ADD COLUMN bound_key {key};
ALTER TABLE refresh_token ADD COLUMN bound_certificate {key};
ALTER TABLE authorization_code ADD COLUMN dpop_jkt {key};
