package dev.handstamp.server.web;

import dev.handstamp.server.domain.Secret;

/// What the script for passkeys needs to know of a page: shown by the template `login/Passkey`, which the page includes
/// after its own form. The page then runs [dev.handstamp.server.html.Asset#PASSKEY].
///
/// @param purpose what it is for
/// @param request the authorization request that waits; empty for a page of ours
/// @param to      the page of ours that it leads to; empty for a request
/// @param form    the value that tells our script from forged ones
/// @param fills   whether a field of the page offers passkeys as well (`autocomplete="username webauthn"`)
public record PasskeyPart(String purpose, String request, String to, String form, boolean fills) {

    /// Nobody is named yet.
    public static final String SIGN_IN = "sign_in";

    /// Whoever has shown the password, or is signed in at too low a level.
    public static final String SECOND_FACTOR = "second_factor";

    /// Whoever is signed in proves to be still there.
    public static final String CONFIRM = "confirm";

    /// Whoever is signed in adds one.
    public static final String ENROL = "enrol";

    /// What the value is for that tells our script from forged ones.
    public static String[] subject(String purpose, Way way) {
        return new String[] {"passkey", purpose, way.id()};
    }

    /// A page where people sign in, whose field for the name offers passkeys as well.
    public static PasskeyPart signingIn(FormGuard guard, Secret browser, Way way) {
        return of(SIGN_IN, guard, browser, way, true);
    }

    /// A page where people sign in with a passkey and nothing else.
    public static PasskeyPart alone(FormGuard guard, Secret browser, Way way) {
        return of(SIGN_IN, guard, browser, way, false);
    }

    /// A page where somebody who has shown the password, or is signed in, shows a passkey.
    public static PasskeyPart secondFactor(FormGuard guard, Secret browser, Way way) {
        return of(SECOND_FACTOR, guard, browser, way, false);
    }

    /// A page that wants to know whether whoever is signed in is still there.
    public static PasskeyPart confirming(FormGuard guard, Secret browser, Way way) {
        return of(CONFIRM, guard, browser, way, true);
    }

    private static PasskeyPart of(String purpose, FormGuard guard, Secret browser, Way way, boolean fills) {
        String request = way.kept().map(Kept::id).orElse("");
        return new PasskeyPart(purpose, request, way.page(), guard.value(browser, subject(purpose, way)), fills);
    }
}
