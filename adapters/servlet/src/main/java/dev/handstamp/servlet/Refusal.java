package dev.handstamp.servlet;

import dev.handstamp.verifier.Challenge;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/// Sends a [Challenge] as a response: status, headers, JSON body. Nothing may have been written before.
///
/// For a servlet that decides more finely than paths do:
///
/// ```java
/// AccessToken token = HandstampFilter.accessToken(request).orElseThrow();
/// if (Requirement.scope("orders:write").check(token) instanceof Denied denied) {
///     Refusal.send(denied.challenge(), response);
///     return;
/// }
/// ```
public final class Refusal {

    private Refusal() {}

    /// Sends it whole; the caller writes nothing more.
    ///
    /// @param challenge what to answer
    /// @param response to which nothing was written yet
    /// @throws IOException if the connection is gone
    public static void send(Challenge challenge, HttpServletResponse response) throws IOException {
        byte[] body = challenge.body();
        response.setStatus(challenge.status());
        challenge.headers().forEach(response::setHeader);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
