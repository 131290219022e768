package dev.handstamp.spring;

import dev.handstamp.verifier.Challenge;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.web.filter.OncePerRequestFilter;

/// Answers 503 with `Retry-After` when nobody can judge a token: a good one must not be thrown away, and Spring
/// Security alone would answer 500.
final class RetryLaterFilter extends OncePerRequestFilter {

    /// Just outside Spring Security, whose own is -100.
    static final int ORDER = -101;

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        try {
            chain.doFilter(request, response);
        } catch (AuthenticationServiceException e) {
            if (!(e.getCause() instanceof VerificationUnavailableException unavailable) || response.isCommitted()) {
                throw e;
            }
            logger.warn(unavailable.getMessage());
            send(Challenge.invalidToken(unavailable.reason()), response);
        }
    }

    /// Sends the challenge as the whole answer.
    static void send(Challenge challenge, HttpServletResponse response) throws IOException {
        response.resetBuffer();
        response.setStatus(challenge.status());
        challenge.headers().forEach(response::setHeader);
        response.getOutputStream().write(challenge.body());
    }
}
