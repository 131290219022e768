package dev.handstamp.grpc;

import dev.handstamp.jwt.AccessToken;
import dev.handstamp.verifier.Admission;
import dev.handstamp.verifier.Admission.Admitted;
import dev.handstamp.verifier.Admission.Refused;
import dev.handstamp.verifier.ApiRequest;
import dev.handstamp.verifier.Challenge;
import dev.handstamp.verifier.Doorkeeper;
import dev.handstamp.verifier.Requirement;
import dev.handstamp.verifier.TokenVerifier;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCall.Listener;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServiceDescriptor;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Lets a call through that carries a good access token, and puts the token into its [Context]. Immutable.
///
/// ```java
/// Server server = Grpc.newServerBuilderForPort(8443, credentials)
///         .addService(new Orders())
///         .intercept(HandstampInterceptor.of(verifier)
///                 .require(OrdersGrpc.getServiceDescriptor(), Requirement.scope("orders:read"))
///                 .require(OrdersGrpc.getWriteMethod(), Requirement.scope("orders:write"))
///                 .open(HealthGrpc.getServiceDescriptor()))
///         .build();
/// ```
///
/// Every call needs a valid token, also one to a method that is named nowhere. Requirements add up: a method must
/// meet its own and those of its service. Methods and services are named by their descriptors, so that a misspelled
/// name does not compile.
///
/// The token is read from the metadata `authorization`, as `Bearer` (RFC 6750 §2.1), and judged once, when the call
/// begins: a stream that should not outlive it looks at [AccessToken#expiresAt()].
///
/// | the caller | is told |
/// | --- | --- |
/// | sent no token, a bad one, or two | `UNAUTHENTICATED` |
/// | lacks a scope, a role or another privilege | `PERMISSION_DENIED` |
/// | cannot be judged at the moment | `UNAVAILABLE`, and `retry-after` in seconds |
///
/// The trailer `www-authenticate` holds the challenge as it is over HTTP (RFC 6750 §3). Why a token was refused
/// stands in the log alone.
public final class HandstampInterceptor implements ServerInterceptor {

    private static final Context.Key<AccessToken> ACCESS_TOKEN = Context.key("handstamp-access-token");
    private static final Set<String> OF_THE_BODY = Set.of("content-type", "cache-control");

    private final Doorkeeper doorkeeper;
    private final Map<String, Requirement> requirements;
    private final Set<String> open;

    private HandstampInterceptor(Doorkeeper doorkeeper, Map<String, Requirement> requirements, Set<String> open) {
        this.doorkeeper = doorkeeper;
        this.requirements = requirements;
        this.open = open;
    }

    /// Asks for a valid token on every call.
    ///
    /// @param verifier what checks them; the caller closes it
    /// @return an interceptor for the protection space `api`
    public static HandstampInterceptor of(TokenVerifier verifier) {
        return new HandstampInterceptor(Doorkeeper.of(verifier), Map.of(), Set.of());
    }

    /// The same, naming another protection space in challenges (RFC 9110 §11.5).
    ///
    /// @param name printable ASCII
    /// @return another interceptor
    /// @throws IllegalArgumentException if it holds anything else
    public HandstampInterceptor realm(String name) {
        return new HandstampInterceptor(doorkeeper.realm(name), requirements, open);
    }

    /// The same, and calls of this method must meet this requirement too.
    ///
    /// @param method as gRPC's compiler has generated it
    /// @param requirement what a token must carry
    /// @return another interceptor
    /// @throws IllegalArgumentException if the method is open
    public HandstampInterceptor require(MethodDescriptor<?, ?> method, Requirement requirement) {
        return require(method.getFullMethodName(), requirement);
    }

    /// The same, and calls of this service must meet this requirement too.
    ///
    /// @param service as gRPC's compiler has generated it
    /// @param requirement what a token must carry
    /// @return another interceptor
    /// @throws IllegalArgumentException if the service is open
    public HandstampInterceptor require(ServiceDescriptor service, Requirement requirement) {
        return require(service.getName(), requirement);
    }

    /// The same, but calls of this method need no token, and none is looked at.
    ///
    /// @param method as gRPC's compiler has generated it
    /// @return another interceptor
    /// @throws IllegalArgumentException if the method requires something
    public HandstampInterceptor open(MethodDescriptor<?, ?> method) {
        return open(method.getFullMethodName());
    }

    /// The same, but calls of this service need no token: health, reflection. A method of it that requires
    /// something does.
    ///
    /// @param service as gRPC's compiler has generated it
    /// @return another interceptor
    /// @throws IllegalArgumentException if the service requires something
    public HandstampInterceptor open(ServiceDescriptor service) {
        return open(service.getName());
    }

    /// Finds the token of the call that this code works for.
    ///
    /// @return the token that the call was let in with
    /// @throws IllegalStateException if no token was asked for: the method is open, or this is another thread
    ///     that was not given the [Context]
    public static AccessToken accessToken() {
        AccessToken token = ACCESS_TOKEN.get();
        if (token == null) throw new IllegalStateException("no call that was let in with a token");
        return token;
    }

    /// Called by gRPC, on the thread of the call. It waits for the issuer only when [TokenVerifier#verify] does.
    @Override
    public <Q, A> Listener<Q> interceptCall(ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        MethodDescriptor<Q, A> method = call.getMethodDescriptor();
        if (isOpen(method)) return next.startCall(call, headers);
        Admission admission = doorkeeper.admit(asApiRequest(headers), requirement(method));
        if (admission instanceof Refused refused) {
            call.close(status(refused.challenge()), trailers(refused.challenge()));
            return new Listener<>() {};
        }
        Context context = Context.current().withValue(ACCESS_TOKEN, ((Admitted) admission).accessToken());
        return Contexts.interceptCall(context, call, headers, next);
    }

    private HandstampInterceptor require(String name, Requirement requirement) {
        if (open.contains(name)) throw new IllegalArgumentException(name + " is open and cannot require anything");
        Map<String, Requirement> more = new HashMap<>(requirements);
        more.merge(name, requirement, Requirement::and);
        return new HandstampInterceptor(doorkeeper, Map.copyOf(more), open);
    }

    private HandstampInterceptor open(String name) {
        if (requirements.containsKey(name)) throw new IllegalArgumentException(name + " requires something");
        Set<String> more = new HashSet<>(open);
        more.add(name);
        return new HandstampInterceptor(doorkeeper, requirements, Set.copyOf(more));
    }

    /// A method that requires something is not open, whatever its service is.
    private boolean isOpen(MethodDescriptor<?, ?> method) {
        String name = method.getFullMethodName();
        return open.contains(name) || (open.contains(service(method)) && !requirements.containsKey(name));
    }

    private Requirement requirement(MethodDescriptor<?, ?> method) {
        Requirement any = Requirement.anyToken();
        Requirement ofService = requirements.getOrDefault(service(method), any);
        Requirement ofMethod = requirements.getOrDefault(method.getFullMethodName(), any);
        return ofService.and(ofMethod);
    }

    private static String service(MethodDescriptor<?, ?> method) {
        String service = method.getServiceName();
        return service == null ? "" : service;
    }

    /// gRPC is HTTP/2 with POST, without a query; cookies are not its way.
    private static ApiRequest asApiRequest(Metadata headers) {
        return new ApiRequest("POST", null, name -> values(headers, name));
    }

    private static List<String> values(Metadata headers, String name) {
        Iterable<String> found = headers.getAll(key(name));
        if (found == null) return List.of();
        List<String> values = new ArrayList<>(1);
        found.forEach(values::add);
        return values;
    }

    private static Status status(Challenge challenge) {
        Status status = switch (challenge.status()) {
            case 403 -> Status.PERMISSION_DENIED;
            case 503 -> Status.UNAVAILABLE;
            default -> Status.UNAUTHENTICATED;
        };
        return status.withDescription(challenge.error().orElse("a token is needed"));
    }

    private static Metadata trailers(Challenge challenge) {
        Metadata trailers = new Metadata();
        challenge.headers().forEach((name, value) -> {
            if (!OF_THE_BODY.contains(name.toLowerCase(Locale.ROOT))) trailers.put(key(name), value);
        });
        return trailers;
    }

    private static Metadata.Key<String> key(String name) {
        return Metadata.Key.of(name.toLowerCase(Locale.ROOT), Metadata.ASCII_STRING_MARSHALLER);
    }
}
