package dev.handstamp.verifier;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a request carries in the place of an access token: one, none, or something that is refused (RFC 6750 §2).
///
/// A token is taken from the `Authorization` header (§2.1; RFC 9449 §7.1) or from the cookie `__Host-handstamp`.
/// There is never a first one that wins: two credentials, or a token in the query (§2.3, RFC 9700 §4.3.2), make
/// the request invalid. A token in a form body (§2.2) is never looked for.
public sealed interface BearerToken {

    /// The cookie that carries an access token. Its prefix makes browsers insist on `Secure`, `Path=/` and no
    /// `Domain`.
    String COOKIE = "__Host-handstamp";

    /// A token, as it was sent: nothing has been checked yet.
    ///
    /// @param token its text
    /// @param fromCookie the browser sent it by itself, so an unsafe request needs [CrossSite] too
    /// @param withProof it came under the scheme `DPoP` (RFC 9449 §7.1), so a proof of possession belongs to it
    record Found(String token, boolean fromCookie, boolean withProof) implements BearerToken {

        /// A token without a proof of possession.
        ///
        /// @param token its text
        /// @param fromCookie whether the browser sent it by itself
        public Found(String token, boolean fromCookie) {
            this(token, fromCookie, false);
        }

        @Override
        public String toString() {
            return "Found[token hidden, fromCookie=" + fromCookie + ", withProof=" + withProof + "]";
        }
    }

    /// No credential that this API understands.
    record Missing() implements BearerToken {}

    /// A request that must be answered with 400 `invalid_request`.
    ///
    /// @param detail what was wrong, without quoting the request
    record InvalidRequest(String detail) implements BearerToken {}

    /// Reads the header only; cookies are ignored.
    ///
    /// @param authorization every value of the `Authorization` header, one element a line
    /// @param rawQuery the query as sent, without the question mark, or null
    /// @return what was found; never an exception, whatever was sent
    static BearerToken read(List<String> authorization, @Nullable String rawQuery) {
        return read(authorization, List.of(), rawQuery);
    }

    /// Reads the header or the cookie.
    ///
    /// An `Authorization` header of any scheme beside the cookie counts as a second credential.
    ///
    /// @param authorization every value of the `Authorization` header, one element a line
    /// @param cookies every value of the `Cookie` header, one element a line
    /// @param rawQuery the query as sent, without the question mark, or null
    /// @return what was found; never an exception, whatever was sent
    static BearerToken read(List<String> authorization, List<String> cookies, @Nullable String rawQuery) {
        if (rawQuery != null && hasAccessToken(rawQuery)) {
            return new InvalidRequest("an access token in the query");
        }
        if (authorization.size() > 1) return new InvalidRequest("more than one Authorization header");

        List<String> inCookies = cookies.isEmpty() ? List.of() : valuesOf(COOKIE, cookies);
        if (inCookies.size() > 1) return new InvalidRequest("more than one cookie " + COOKIE);
        if (!authorization.isEmpty() && !inCookies.isEmpty()) {
            return new InvalidRequest("an Authorization header beside the cookie " + COOKIE);
        }
        if (!authorization.isEmpty()) return fromHeader(authorization.get(0));
        return inCookies.isEmpty() ? new Missing() : new Found(inCookies.get(0), true);
    }

    /// `"Bearer" 1*SP b64token`, or the same with `DPoP`; the scheme in any case (RFC 9110 §11.1).
    private static BearerToken fromHeader(String value) {
        String credentials = value.strip();
        int blank = credentials.indexOf(' ');
        String scheme = blank < 0 ? credentials : credentials.substring(0, blank);
        boolean withProof = scheme.equalsIgnoreCase("DPoP");
        if (!withProof && !scheme.equalsIgnoreCase("Bearer")) return new Missing();
        if (blank < 0) return new InvalidRequest("no token after " + (withProof ? "DPoP" : "Bearer"));

        int start = blank + 1;
        while (credentials.charAt(start) == ' ') start++; // Ends: the last character is no blank.
        // A comma joins two credentials in one line (RFC 9110 §5.3). Whatever else is wrong is wrong with the token.
        if (credentials.indexOf(',', start) >= 0)
            return new InvalidRequest("more than one credential in Authorization");
        return new Found(credentials.substring(start), false, withProof);
    }

    private static List<String> valuesOf(String name, List<String> cookies) {
        List<String> values = new ArrayList<>(1);
        for (String line : cookies) {
            int start = 0;
            while (start <= line.length()) {
                int semicolon = line.indexOf(';', start);
                int end = semicolon < 0 ? line.length() : semicolon;
                int equals = line.indexOf('=', start);
                if (equals >= 0
                        && equals < end
                        && line.substring(start, equals).strip().equals(name)) {
                    values.add(line.substring(equals + 1, end).strip());
                }
                start = end + 1;
            }
        }
        return values;
    }

    private static boolean hasAccessToken(String rawQuery) {
        for (String parameter : rawQuery.split("&", -1)) {
            int equals = parameter.indexOf('=');
            if (decoded(equals < 0 ? parameter : parameter.substring(0, equals)).equals("access_token")) return true;
        }
        return false;
    }

    private static String decoded(String name) {
        if (name.indexOf('%') < 0) return name;
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return name; // Not percent-encoding, so not a name that anyone would take for ours.
        }
    }
}
