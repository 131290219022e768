package dev.handstamp.microprofile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.jwt.Reason;
import dev.handstamp.verifier.Admission;
import dev.handstamp.verifier.Admission.Admitted;
import dev.handstamp.verifier.Admission.Refused;
import dev.handstamp.verifier.ApiRequest;
import dev.handstamp.verifier.BearerToken;
import dev.handstamp.verifier.BearerToken.Found;
import dev.handstamp.verifier.Challenge;
import dev.handstamp.verifier.Doorkeeper;
import dev.handstamp.verifier.TokenVerifier;
import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.Method;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Stands before every resource method, also those of sub-resources that are found on the way.
@Priority(Priorities.AUTHENTICATION)
final class TokenFilter implements ContainerRequestFilter {

    private final Doorkeeper doorkeeper;
    private final String realm;
    private final boolean readsCookie;
    private final String cookie;
    private final OptionalLong tokenAge;
    private final InstantSource clock;
    private final Map<Place, Entry> entries = new ConcurrentHashMap<>();

    @Context
    @SuppressWarnings("NullAway.Init") // The runtime sets it: a view of whatever request is served.
    private ResourceInfo resource;

    TokenFilter(Settings settings, TokenVerifier verifier, InstantSource clock) {
        Doorkeeper byHeader = Doorkeeper.of(verifier).realm(settings.realm());
        this.readsCookie = settings.readsCookie();
        Doorkeeper placed = settings.origin().map(byHeader::reachedAt).orElse(byHeader);
        this.doorkeeper = readsCookie ? placed.acceptCookie(settings.origin().orElseThrow()) : placed;
        this.realm = settings.realm();
        this.cookie = settings.cookie();
        this.tokenAge = settings.tokenAge();
        this.clock = clock;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Entry entry = entry(resource.getResourceClass(), resource.getResourceMethod());
        if (entry.kind() == Entry.Kind.NOBODY) {
            refuse(request, Challenge.insufficientPrivileges("nobody may").realm(realm));
            return;
        }
        Admission admission = doorkeeper.admit(asApiRequest(request), entry.scopes());
        if (admission instanceof Refused refused) {
            boolean isAnonymous = refused.challenge().error().isEmpty();
            boolean mayStayAnonymous = entry.kind() == Entry.Kind.ANYBODY && isAnonymous;
            if (!mayStayAnonymous) refuse(request, refused.challenge());
            return;
        }
        AccessToken token = ((Admitted) admission).accessToken();
        if (isTooOld(token))
            refuse(request, Challenge.invalidToken(Reason.EXPIRED).realm(realm));
        else if (lacksRole(token, entry))
            refuse(request, Challenge.insufficientPrivileges("a role").realm(realm));
        else request.setSecurityContext(caller(request, token));
    }

    /// What was put together without a class or a method has no annotations, and asks for a token.
    private Entry entry(@Nullable Class<?> type, @Nullable Method method) {
        if (type == null || method == null) return Entry.UNANNOTATED;
        return entries.computeIfAbsent(new Place(type, method), place -> Entry.of(place.type(), place.method()));
    }

    /// `mp.jwt.verify.token.age`: the token may be good for longer, but not here.
    private boolean isTooOld(AccessToken token) {
        return tokenAge.isPresent() && clock.instant().isAfter(token.issuedAt().plusSeconds(tokenAge.getAsLong()));
    }

    private static boolean lacksRole(AccessToken token, Entry entry) {
        return !entry.roles().isEmpty() && Collections.disjoint(entry.roles(), TokenPrincipal.groups(token));
    }

    private Caller caller(ContainerRequestContext request, AccessToken token) {
        BearerToken sent = BearerToken.read(header(request, "Authorization"), header(request, "Cookie"), null);
        if (!(sent instanceof Found found)) throw new IllegalStateException("let in without a token");
        boolean secure = request.getSecurityContext() != null
                && request.getSecurityContext().isSecure();
        return new Caller(new TokenPrincipal(token, found.token()), token, secure);
    }

    private ApiRequest asApiRequest(ContainerRequestContext request) {
        URI address = request.getUriInfo().getRequestUri();
        return new ApiRequest(request.getMethod(), address.getRawQuery(), name -> header(request, name)).at(address);
    }

    private List<String> header(ContainerRequestContext request, String name) {
        List<String> values = request.getHeaders().get(name);
        if (values == null) return List.of();
        if (!name.equals("Cookie")) return values;
        return readsCookie ? renamed(values) : List.of();
    }

    /// The cookie that the setting names, under the name by which the verifier reads it; all others are left out.
    private List<String> renamed(List<String> lines) {
        List<String> renamed = new ArrayList<>();
        for (String line : lines) {
            for (String pair : line.split(";", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0 && pair.substring(0, equals).strip().equals(cookie)) {
                    renamed.add(BearerToken.COOKIE + pair.substring(equals));
                }
            }
        }
        return renamed;
    }

    private static void refuse(ContainerRequestContext request, Challenge challenge) {
        Response.ResponseBuilder response =
                Response.status(challenge.status()).entity(new String(challenge.body(), UTF_8));
        challenge.headers().forEach(response::header);
        request.abortWith(response.build());
    }

    private record Place(Class<?> type, Method method) {}
}
