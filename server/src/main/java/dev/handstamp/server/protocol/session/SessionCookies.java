package dev.handstamp.server.protocol.session;

import dev.handstamp.json.JsonWriter;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Earned;
import java.util.List;

/// The two cookies of a signed-in browser.
///
/// The access token goes to every path of the host, so that APIs behind the same host see it; the refresh token only
/// to this door. Both live as long as the refresh token: a browser then still shows an access token that has expired,
/// and an API can tell "expired, refresh" from "never signed in".
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6265">RFC 6265</a>, and its successor for the name prefixes
final class SessionCookies {

    static final String ACCESS = "__Host-handstamp";
    static final String REFRESH = "__Secure-handstamp-refresh";

    private static final String ACCESS_ATTRIBUTES = "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=";
    private static final String REFRESH_ATTRIBUTES = "; Path=/session; Secure; HttpOnly; SameSite=Strict; Max-Age=";

    private SessionCookies() {}

    static List<String> accessTokens(Request request) {
        return request.cookies(ACCESS);
    }

    static List<String> refreshTokens(Request request) {
        return request.cookies(REFRESH);
    }

    /// Both tokens in cookies, and in the body what a page may know.
    static Response deliver(Earned earned) {
        long maxAge = earned.refreshLifetime().toSeconds();
        JsonWriter json = new JsonWriter()
                .beginObject()
                .member("subject", earned.subject().value())
                .member("expires_in", earned.accessToken().lifetime().toSeconds());
        if (!earned.accessToken().scopes().isEmpty()) {
            json.member("scope", earned.accessToken().scopes().toString());
        }
        json.member("refresh_token_expires_in", maxAge).endObject();
        return Response.json(200, json.toByteArray())
                .noStore()
                .header("Set-Cookie", ACCESS + "=" + earned.accessToken().token() + ACCESS_ATTRIBUTES + maxAge)
                .header("Set-Cookie", REFRESH + "=" + earned.refreshToken().value() + REFRESH_ATTRIBUTES + maxAge);
    }

    /// Makes the browser forget both.
    static Response clear(Response response) {
        // The access token last: curl 7.88 forgets only the last one of an answer for good and reads the others from
        // its jar
        // again. What it keeps is then a refresh token that has ended, not an access token that still opens doors.
        return response.header("Set-Cookie", REFRESH + "=" + REFRESH_ATTRIBUTES + 0)
                .header("Set-Cookie", ACCESS + "=" + ACCESS_ATTRIBUTES + 0);
    }
}
