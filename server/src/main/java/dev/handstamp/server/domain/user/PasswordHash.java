package dev.handstamp.server.domain.user;

/// A password hash in PHC string format, such as `$argon2id$v=19$m=19456,t=2,p=1$…`, or in the form of `crypt` that a
/// user brought along. Never printed.
public record PasswordHash(String value) {

    /// Of a user who has no password: none is right.
    public static final PasswordHash NONE = new PasswordHash("$none$");

    @Override
    public String toString() {
        return "PasswordHash[hidden]";
    }
}
