package dev.handstamp.server.administration;

/// What an API checks its tokens with when they are signed with a secret that only it shares, base64url.
///
/// @param current signs now
/// @param next    begins to sign at the next rotation, so that the API can be given it before
public record SharedSecrets(String current, String next) {

    @Override
    public String toString() {
        return "SharedSecrets[hidden]";
    }
}
