package dev.handstamp.server.domain.client;

import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.AssuranceLevel;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// An application that asks for tokens (RFC 6749 §2).
///
/// @param grants     the grant types that it may use
/// @param apis       the APIs that it may ask tokens for
/// @param scopes     the most that it may ask for, over all its APIs
/// @param secretHash  empty for a public client
/// @param redirection how users are sent to it and back
/// @param metadata    what it registered beyond these
/// @param origin      how it came to be known
/// @param invited     the scopes that the invitation it has registered with names for its APIs
/// @param policy      what an administrator asks of the users that it sends
public record Client(
        ClientId id,
        Set<GrantType> grants,
        Set<Audience> apis,
        Scopes scopes,
        Optional<SecretHash> secretHash,
        Redirection redirection,
        ClientMetadata metadata,
        Instant createdAt,
        ClientOrigin origin,
        Scopes invited,
        ClientPolicy policy) {

    /// The value of `fapi_profile`.
    static final String FAPI2_SECURITY_PROFILE = "fapi2_security_profile";

    public Client {
        grants = Set.copyOf(grants);
        apis = Set.copyOf(apis);
    }

    /// A client of which nothing is asked that is not asked of all.
    public Client(
            ClientId id,
            Set<GrantType> grants,
            Set<Audience> apis,
            Scopes scopes,
            Optional<SecretHash> secretHash,
            Redirection redirection,
            ClientMetadata metadata,
            Instant createdAt,
            ClientOrigin origin,
            Scopes invited) {
        this(
                id,
                grants,
                apis,
                scopes,
                secretHash,
                redirection,
                metadata,
                createdAt,
                origin,
                invited,
                ClientPolicy.NONE);
    }

    /// A client that nobody has invited.
    public Client(
            ClientId id,
            Set<GrantType> grants,
            Set<Audience> apis,
            Scopes scopes,
            Optional<SecretHash> secretHash,
            Redirection redirection,
            ClientMetadata metadata,
            Instant createdAt,
            ClientOrigin origin) {
        this(id, grants, apis, scopes, secretHash, redirection, metadata, createdAt, origin, Scopes.NONE);
    }

    /// A client that an administrator has registered.
    public Client(
            ClientId id,
            Set<GrantType> grants,
            Set<Audience> apis,
            Scopes scopes,
            Optional<SecretHash> secretHash,
            Redirection redirection,
            ClientMetadata metadata,
            Instant createdAt) {
        this(id, grants, apis, scopes, secretHash, redirection, metadata, createdAt, ClientOrigin.ADMINISTERED);
    }

    /// A client that no user is ever sent to.
    public Client(
            ClientId id,
            Set<GrantType> grants,
            Set<Audience> apis,
            Scopes scopes,
            Optional<SecretHash> secretHash,
            Instant createdAt) {
        this(id, grants, apis, scopes, secretHash, Redirection.NONE, ClientMetadata.NONE, createdAt);
    }

    /// The client that stands for the issuer's own applications at `POST /session`. It is public and never stored.
    public static Client firstParty() {
        return new Client(
                ClientId.FIRST_PARTY,
                Set.of(GrantType.REFRESH_TOKEN),
                Set.of(),
                Scopes.NONE,
                Optional.empty(),
                Instant.EPOCH);
    }

    /// This client, invited to ask for these scopes at its APIs.
    public Client withInvited(Scopes named) {
        return new Client(
                id, grants, apis, scopes, secretHash, redirection, metadata, createdAt, origin, named, policy);
    }

    public Client withApis(Set<Audience> named) {
        return new Client(
                id, grants, named, scopes, secretHash, redirection, metadata, createdAt, origin, invited, policy);
    }

    public Client withScopes(Scopes most) {
        return new Client(
                id, grants, apis, most, secretHash, redirection, metadata, createdAt, origin, invited, policy);
    }

    public Client withSecretHash(Optional<SecretHash> hash) {
        return new Client(id, grants, apis, scopes, hash, redirection, metadata, createdAt, origin, invited, policy);
    }

    public Client withPolicy(ClientPolicy asked) {
        return new Client(
                id, grants, apis, scopes, secretHash, redirection, metadata, createdAt, origin, invited, asked);
    }

    public boolean isFirstParty() {
        return id.equals(ClientId.FIRST_PARTY);
    }

    /// Whether nobody but the client itself vouches for what it says of itself.
    public boolean isSelfDescribed() {
        return origin != ClientOrigin.ADMINISTERED;
    }

    /// Whether it leaves it to the APIs that are open what it may ask for.
    public boolean takesWhatIsOpen() {
        return origin == ClientOrigin.DOCUMENT && scopes.isEmpty();
    }

    /// Whether users have an identifier there that no client of another sector knows (OpenID Connect Core §8).
    public boolean isPairwise() {
        return metadata.text(ClientMember.SUBJECT_TYPE).equals(Optional.of("pairwise"));
    }

    /// The sector of a pairwise client: the host that is behind it (OpenID Connect Core §8.1).
    public Optional<String> sector() {
        if (!isPairwise()) return Optional.empty();
        Optional<String> document = metadata.text(ClientMember.SECTOR_IDENTIFIER_URI);
        if (document.isPresent())
            return Optional.ofNullable(URI.create(document.get()).getHost());
        boolean owned = redirection.uris().stream().allMatch(RedirectUri::isOwned);
        List<String> hosts = redirection.uris().stream()
                .map(RedirectUri::recipient)
                .distinct()
                .toList();
        return owned && hosts.size() == 1 ? Optional.of(hosts.getFirst()) : Optional.empty();
    }

    /// Whether users would have another `sub` at it than at that one.
    public boolean renamesUsersOf(Client other) {
        return isPairwise() != other.isPairwise() || !sector().equals(other.sector());
    }

    /// What users know it by.
    public String name() {
        return redirection.name().isEmpty() ? id.value() : redirection.name();
    }

    /// The same in the first of these languages that it has registered a name in (RFC 7591 §2.2).
    ///
    /// @param languages tags of BCP 47, the one that is liked best first
    public String name(List<String> languages) {
        return metadata.translation("client_name", languages).orElse(name());
    }

    public boolean isPublic() {
        return authentication() == ClientAuthenticationMethod.NONE;
    }

    /// How it proves who it is: as it registered, or else by whichever way its secret is sent.
    public ClientAuthenticationMethod authentication() {
        return registeredMethod()
                .orElse(
                        secretHash.isPresent()
                                ? ClientAuthenticationMethod.CLIENT_SECRET_BASIC
                                : ClientAuthenticationMethod.NONE);
    }

    /// Whether it has to do all that FAPI 2.0 asks of clients: requests that are pushed, with PKCE; a key of its own
    /// for authentication, and tokens that are bound to one; nothing that is signed with RS256, by either side.
    ///
    /// @see <a href="https://openid.net/specs/fapi-security-profile-2_0-final.html#section-5.3">FAPI 2.0 Security
    /// Profile §5.3</a>
    public boolean isHeldToFapi() {
        return metadata.isHeldToFapi();
    }

    /// Whether it may authenticate this way. A client that registered none uses its secret in either way.
    public boolean mayAuthenticateBy(ClientAuthenticationMethod method) {
        if (isHeldToFapi() && !method.isByKey()) return false;
        return registeredMethod()
                .map(method::equals)
                .orElse(secretHash.isPresent() ? method.isBySecret() : method == ClientAuthenticationMethod.NONE);
    }

    private Optional<ClientAuthenticationMethod> registeredMethod() {
        return metadata.text(ClientMember.TOKEN_ENDPOINT_AUTH_METHOD).flatMap(ClientAuthenticationMethod::named);
    }

    /// How sure it has to be who a user is, so that this client gets tokens of the user for this API.
    public AssuranceLevel levelAt(Api api) {
        AssuranceLevel own = policy.level();
        return own.isAtLeast(api.level()) ? own : api.level();
    }

    public boolean mayUse(GrantType type) {
        return grants.contains(type);
    }

    /// Whether users are asked what it may do.
    public boolean asksUsers() {
        return mayUse(GrantType.AUTHORIZATION_CODE) || mayUse(GrantType.DEVICE_CODE);
    }

    /// The first-party client serves every API; any other only those that it was registered for.
    public boolean mayAskFor(Audience audience) {
        return isFirstParty() || apis.contains(audience);
    }
}
