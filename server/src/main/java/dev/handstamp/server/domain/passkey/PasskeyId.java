package dev.handstamp.server.domain.passkey;

/// What the server calls a passkey, in forms and on the command line: 128 random bits, base64url. It opens nothing.
public record PasskeyId(String value) {

    @Override
    public String toString() {
        return value;
    }
}
