package dev.handstamp.server.domain.user;

import dev.handstamp.server.domain.ShownText;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/// Someone who logs in.
///
/// @param name       the full name, may be empty
/// @param email      may be empty
/// @param attributes free facts by name: a String, Long, BigDecimal or Boolean each; an API says which of them become
/// claims
public record User(
        Subject subject,
        Username username,
        String name,
        String email,
        SortedSet<RoleName> roles,
        Map<String, Object> attributes,
        PasswordHash passwordHash,
        boolean disabled,
        Instant createdAt) {

    /// The attribute that says that a user has shown to read the address; another address takes it away.
    public static final String EMAIL_VERIFIED = "email_verified";

    private static final int LONGEST_NAME = 256;

    public User {
        roles = Collections.unmodifiableSortedSet(new TreeSet<>(roles));
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
    }

    /// Whether a text can be a full name.
    public static boolean isName(String text) {
        return text.length() <= LONGEST_NAME && ShownText.isOneLine(text);
    }

    /// What a claim of this name would say of the user.
    public Optional<Object> attribute(String claim) {
        return switch (claim) {
            case "name" -> nonEmpty(name);
            case "email" -> nonEmpty(email);
            case "preferred_username" -> Optional.of(username.value());
            default -> Optional.ofNullable(attributes.get(claim));
        };
    }

    /// A claim of OpenID Connect Core §5.1, made of the attribute of that name; an address of those that begin with
    /// `address.` (§5.1.1).
    public Optional<Object> identityClaim(String claim) {
        return switch (claim) {
            case "sub" -> Optional.of(subject.value());
            case "address" -> address();
            case "email_verified" -> attribute("email").map(_ -> isTrue(claim));
            case "phone_number_verified" -> attribute("phone_number").map(_ -> isTrue(claim));
            default -> attribute(claim);
        };
    }

    /// The normal form of the address; empty if there is none.
    public String emailKey() {
        return EmailAddress.key(email);
    }

    /// Whether this user has shown to read the address, or an administrator vouches for it. No two users have shown it
    /// of one address.
    public boolean hasVerifiedEmail() {
        return !email.isEmpty() && isTrue(EMAIL_VERIFIED);
    }

    /// This user, who has shown to read this address.
    public User withVerifiedEmail(String address) {
        Map<String, Object> after = new TreeMap<>(attributes);
        after.put(EMAIL_VERIFIED, true);
        return withProfile(name, address, after);
    }

    public User withPasswordHash(PasswordHash hash) {
        return new User(subject, username, name, email, roles, attributes, hash, disabled, createdAt);
    }

    public User withDisabled(boolean nowDisabled) {
        return new User(subject, username, name, email, roles, attributes, passwordHash, nowDisabled, createdAt);
    }

    public User withRoles(SortedSet<RoleName> newRoles) {
        return new User(subject, username, name, email, newRoles, attributes, passwordHash, disabled, createdAt);
    }

    public User withProfile(String newName, String newEmail, Map<String, Object> newAttributes) {
        return new User(subject, username, newName, newEmail, roles, newAttributes, passwordHash, disabled, createdAt);
    }

    /// The language that the user has said to read best (OpenID Connect Core §5.1).
    public Optional<String> locale() {
        return attributes.get("locale") instanceof String locale ? Optional.of(locale) : Optional.empty();
    }

    private boolean isTrue(String attribute) {
        return Boolean.TRUE.equals(attributes.get(attribute));
    }

    private Optional<Object> address() {
        Map<String, Object> parts = new TreeMap<>();
        Object whole = attributes.get("address");
        if (whole != null) parts.put("formatted", whole.toString());
        attributes.forEach((name, value) -> {
            if (name.startsWith("address.")) parts.put(name.substring("address.".length()), value.toString());
        });
        return parts.isEmpty() ? Optional.empty() : Optional.of(parts);
    }

    private static Optional<Object> nonEmpty(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
