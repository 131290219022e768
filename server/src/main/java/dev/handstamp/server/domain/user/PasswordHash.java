package dev.handstamp.server.domain.user;

/// A password hash in PHC string format, such as `$argon2id$v=19$m=19456,t=2,p=1$…`. Never printed.
public record PasswordHash(String value) {

    @Override
    public String toString() {
        return "PasswordHash[hidden]";
    }
}
