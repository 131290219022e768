package dev.handstamp.servlet;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.verifier.Admission;
import dev.handstamp.verifier.ApiRequest;
import dev.handstamp.verifier.Challenge;
import dev.handstamp.verifier.Doorkeeper;
import dev.handstamp.verifier.Requirement;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Lets in who has a good token, and answers everyone else with the right challenge.
///
/// ```java
/// HandstampFilter.builder(Doorkeeper.of(verifier))
///         .open("/health")
///         .require("/admin/*", Requirement.role("admin"))
///         .build()
///         .register(servletContext);
/// ```
///
/// Behind it `getUserPrincipal()` is a [TokenPrincipal], `getRemoteUser()` its subject, `isUserInRole()` asks
/// the token's roles, and [#accessToken(ServletRequest)] answers the token itself. What is refused never
/// reaches the application.
///
/// Every request is checked when it comes in. Later dispatches of the same request (async, forward, include)
/// keep the token that it came in with; an error page is shown to everyone.
public final class HandstampFilter implements Filter {

    /// The request attribute that holds the [AccessToken]; [#accessToken(ServletRequest)] reads it.
    public static final String ACCESS_TOKEN = "dev.handstamp.accessToken";

    private volatile @Nullable Gate gate;
    private volatile @Nullable AutoCloseable owned;

    /// For `web.xml` and `@WebFilter`: everything comes from init-params. Lists are separated by blanks or
    /// commas.
    ///
    /// | init-param | |
    /// | --- | --- |
    /// | `issuer` | required; exactly as it stands in `iss` |
    /// | `audience` | required; one or more names of this API |
    /// | `algorithms` | the only ones that are taken, such as `RS256 ES256` |
    /// | `clock-skew` | seconds, 0 to 60 |
    /// | `load-at-start` | `true`: the application does not start without the issuer's keys |
    /// | `realm` | of the challenges |
    /// | `cookie-origin` | takes tokens from the cookie too; see [Doorkeeper#acceptCookie(String)] |
    /// | `scope`, `role` | what every request needs |
    /// | `open` | patterns that need no token |
    public HandstampFilter() {}

    private HandstampFilter(Gate gate) {
        this.gate = gate;
    }

    /// A filter that asks this doorkeeper; any token will do until something is required.
    ///
    /// @param doorkeeper with the verifier, which stays the caller's to close
    /// @return a builder
    public static Builder builder(Doorkeeper doorkeeper) {
        return new Builder(doorkeeper);
    }

    /// Finds the token that the request was let in with.
    ///
    /// @param request behind the filter, wrapped or not
    /// @return empty where the door is open to everyone
    public static Optional<AccessToken> accessToken(ServletRequest request) {
        return request.getAttribute(ACCESS_TOKEN) instanceof AccessToken token ? Optional.of(token) : Optional.empty();
    }

    /// Registers the filter as `handstamp` before every other one, for all paths, with support for async
    /// requests.
    ///
    /// @param context of an application that has not started yet
    /// @throws IllegalStateException if a filter of that name is there already, or the context has started
    public void register(ServletContext context) {
        FilterRegistration.Dynamic registration = context.addFilter("handstamp", this);
        if (registration == null) throw new IllegalStateException("a filter named handstamp is already registered");
        registration.setAsyncSupported(true);
        registration.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), false, "/*");
    }

    /// Reads the init-params, unless the filter was built in Java. Called by the container.
    ///
    /// @param config with the init-params that stand above
    /// @throws ServletException naming the init-param that is missing, unknown or wrong
    @Override
    public void init(FilterConfig config) throws ServletException {
        if (gate == null) InitParameters.of(config).applyTo(this);
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        Gate standing = gate;
        if (standing == null) throw new ServletException("the filter was not initialised");
        if (request instanceof HttpServletRequest asked && response instanceof HttpServletResponse answer) {
            filter(standing, asked, answer, chain);
        } else {
            throw new ServletException("only HTTP requests can carry a token");
        }
    }

    /// Ends the verifier, if the filter made it from init-params. Called by the container.
    @Override
    public void destroy() {
        AutoCloseable own = owned;
        gate = null;
        owned = null;
        if (own == null) return;
        try {
            own.close();
        } catch (Exception e) {
            throw new IllegalStateException("the verifier did not close", e);
        }
    }

    void open(Gate made, AutoCloseable toClose) {
        this.owned = toClose;
        this.gate = made;
    }

    private static void filter(Gate gate, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        DispatcherType dispatch = request.getDispatcherType();
        Optional<AccessToken> known = dispatch == DispatcherType.REQUEST ? Optional.empty() : accessToken(request);
        if (known.isPresent()) {
            chain.doFilter(new AuthenticatedRequest(request, known.get()), response);
            return;
        }
        if (dispatch == DispatcherType.ERROR) {
            chain.doFilter(request, response);
            return;
        }
        Optional<Admission> admission = gate.admit(request);
        if (admission.isEmpty()) {
            chain.doFilter(request, response);
        } else if (admission.get() instanceof Admission.Refused refused) {
            Refusal.send(refused.challenge(), response);
        } else if (admission.get() instanceof Admission.Admitted admitted) {
            request.setAttribute(ACCESS_TOKEN, admitted.accessToken());
            chain.doFilter(new AuthenticatedRequest(request, admitted.accessToken()), response);
        }
    }

    /// Who is asked, about what.
    record Gate(Doorkeeper doorkeeper, Doors doors) {

        /// Empty when the door is open to everyone.
        Optional<Admission> admit(HttpServletRequest request) {
            String path = path(request);
            if (doors.isAmbiguous(path)) {
                return Optional.of(new Admission.Refused(Challenge.invalidRequest("the path is ambiguous")));
            }
            return doors.requirementAt(path).map(requirement -> doorkeeper.admit(asApiRequest(request), requirement));
        }

        /// As the container has decoded and normalised it, without the context path.
        private static String path(HttpServletRequest request) {
            String info = request.getPathInfo();
            return info == null ? request.getServletPath() : request.getServletPath() + info;
        }

        private static ApiRequest asApiRequest(HttpServletRequest request) {
            var asked = new ApiRequest(request.getMethod(), request.getQueryString(), name -> values(request, name));
            Optional<URI> address = address(request);
            if (address.isPresent()) asked = asked.at(address.get());
            Optional<X509Certificate> certificate = clientCertificate(request);
            return certificate.isPresent() ? asked.presenting(certificate.get()) : asked;
        }

        private static Optional<URI> address(HttpServletRequest request) {
            try {
                return Optional.of(new URI(request.getRequestURL().toString()));
            } catch (URISyntaxException e) {
                return Optional.empty(); // No proof can be for an address that is none.
            }
        }

        /// The client's own comes first (Jakarta Servlet §3.9).
        private static Optional<X509Certificate> clientCertificate(HttpServletRequest request) {
            Object chain = request.getAttribute("jakarta.servlet.request.X509Certificate");
            return chain instanceof X509Certificate[] certificates && certificates.length > 0
                    ? Optional.of(certificates[0])
                    : Optional.empty();
        }

        private static List<String> values(HttpServletRequest request, String name) {
            var values = request.getHeaders(name);
            return values == null ? List.of() : Collections.list(values);
        }
    }

    /// Collects what is required where.
    ///
    /// A pattern is `/exact`, `/prefix/*` (which includes `/prefix` itself) or `/*`, under the context path.
    /// The most specific that matches decides alone.
    public static final class Builder {

        private final Doorkeeper doorkeeper;
        private final List<Doors.Door> doors = new ArrayList<>();
        private final Set<String> patterns = new HashSet<>();
        private Requirement elsewhere = Requirement.anyToken();

        private Builder(Doorkeeper doorkeeper) {
            this.doorkeeper = doorkeeper;
        }

        /// Asks for this at these paths.
        ///
        /// @param pattern `/exact`, `/prefix/*` or `/*`
        /// @param requirement what a token must carry there
        /// @return this builder
        /// @throws IllegalArgumentException if it is no pattern, or was given before
        public Builder require(String pattern, Requirement requirement) {
            return add(pattern, Optional.of(requirement));
        }

        /// Asks for nothing at these paths: a token is not even looked at.
        ///
        /// @param pattern `/exact`, `/prefix/*` or `/*`
        /// @return this builder
        /// @throws IllegalArgumentException if it is no pattern, or was given before
        public Builder open(String pattern) {
            return add(pattern, Optional.empty());
        }

        /// Asks for this at every path that no pattern matches; any valid token unless set.
        ///
        /// @param requirement what a token must carry there
        /// @return this builder
        public Builder elsewhere(Requirement requirement) {
            this.elsewhere = requirement;
            return this;
        }

        /// Makes the filter. The verifier stays the caller's to close.
        ///
        /// @return the filter, to be registered
        public HandstampFilter build() {
            return new HandstampFilter(gate());
        }

        Gate gate() {
            return new Gate(doorkeeper, new Doors(doors, elsewhere));
        }

        private Builder add(String pattern, Optional<Requirement> requirement) {
            doors.add(Doors.Door.of(pattern, requirement));
            if (!patterns.add(pattern)) throw new IllegalArgumentException("given twice: " + pattern);
            return this;
        }
    }
}
