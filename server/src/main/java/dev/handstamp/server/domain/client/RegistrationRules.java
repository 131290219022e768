package dev.handstamp.server.domain.client;

/// What a client that describes itself may be.
///
/// @param actsForItself whether it may have tokens in its own name (`client_credentials`)
/// @param sharesSecrets whether a secret can be shared with it; without that, a client that names no way to
///                      authenticate is a public one
/// @param requiresPkce  whether a confidential client has to use PKCE, as a public one always has
public record RegistrationRules(boolean actsForItself, boolean sharesSecrets, boolean requiresPkce) {

    /// Those of a client that is described by a document: anybody can read that.
    public static final RegistrationRules OF_DOCUMENTS = new RegistrationRules(false, false, true);
}
