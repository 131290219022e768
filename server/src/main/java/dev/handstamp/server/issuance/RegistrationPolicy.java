package dev.handstamp.server.issuance;

/// Who may register clients over HTTP (RFC 7591 §3), and within which bounds.
///
/// @param requiresPkce   whether confidential clients have to use PKCE too
/// @param perHour        how many clients one network may register in an hour without an invitation
/// @param unusedClients  how many clients that no user has ever let in may be registered at a time
public record RegistrationPolicy(Access access, boolean requiresPkce, int perHour, int unusedClients) {

    /// Who is let in.
    public enum Access {
        OFF,
        TOKEN, // who has been invited, with an initial access token
        OPEN
    }
}
