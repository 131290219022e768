package dev.handstamp.server.protocol.admin;

import dev.handstamp.json.Json;
import dev.handstamp.server.administration.Desk;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.domain.administration.AdminScope;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.JsonBody;
import dev.handstamp.server.http.MalformedForm;
import dev.handstamp.server.http.MalformedJsonBody;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.AccessTokens;
import dev.handstamp.server.issuance.Subjects;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.protocol.Possession;
import dev.handstamp.server.protocol.admin.Gate.Admitted;
import dev.handstamp.server.protocol.admin.Operation.Query;
import dev.handstamp.server.protocol.admin.Schema.Text;
import dev.handstamp.server.store.StoreUnavailable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The admin API below `/admin/api/`: finds the operation, lets the administrator in, reads what the operation takes,
/// and answers with JSON, or a problem (RFC 9457).
///
/// No page of another origin can use it: it takes no cookie, and says nothing of CORS.
public final class AdminEndpoint implements Endpoint {

    public static final String PATH = "/admin/api/";

    private static final String VERSION = "v1";
    private static final String DOCUMENT = "openapi.json";

    /// What a path leads to.
    private record Found(List<Operation> operations, Map<String, String> variables) {}

    private final Live live;
    private final Gate gate;
    private final Possession possession;
    private final Desk.Wiring wiring;
    private final Audience own;
    private final String issuer;
    private volatile byte @Nullable [] document;

    public AdminEndpoint(
            Live live,
            AccessTokens accessTokens,
            Possession possession,
            Subjects subjects,
            Desk.Wiring wiring,
            String issuer) {
        this.live = live;
        this.possession = possession;
        this.own = AdminScope.audience(issuer);
        this.gate = new Gate(accessTokens, possession, subjects, wiring.database(), own, wiring.clock());
        this.wiring = wiring;
        this.issuer = issuer;
    }

    @Override
    public int maximumBodyBytes(String method, String path, int usual) {
        return find(path.substring(PATH.length())).stream()
                .flatMap(found -> found.operations.stream())
                .filter(operation -> operation.method().equals(method))
                .mapToInt(operation -> operation.maximumBodyBytes(usual))
                .findFirst()
                .orElse(usual);
    }

    @Override
    public Response handle(Request request) {
        return possession.answered(request, answered(request)); // With the nonce for the next proof (RFC 9449 §8.2).
    }

    private Response answered(Request request) {
        try {
            return found(request);
        } catch (Forbidden forbidden) {
            return Gate.insufficient(String.valueOf(forbidden.getMessage()), "");
        } catch (Changed _) {
            return new Problem(
                            412, "precondition_failed", "It was changed by somebody else just now: look at it again.")
                    .toResponse();
        } catch (BadBody bad) {
            return bad.problem.toResponse();
        } catch (BadRequest bad) {
            return new Problem(400, "invalid_request", String.valueOf(bad.getMessage())).toResponse();
        } catch (Refused refused) {
            return of(refused).toResponse();
        } catch (StoreUnavailable unavailable) {
            Log.warn("database unavailable", "path", PATH, "reason", unavailable.getMessage());
            return new Problem(503, "temporarily_unavailable", "The server cannot do this now; try again.")
                    .toResponse()
                    .header("Retry-After", "2");
        }
    }

    /// Written when it is first asked for: few servers ever are.
    private byte[] document() {
        byte[] written = document;
        if (written == null) document = written = Json.write(new OpenApi(issuer).document());
        return written.clone();
    }

    private Response found(Request request) {
        String rest = request.path().substring(PATH.length());
        boolean isRead = request.method().equals("GET") || request.method().equals("HEAD");
        if (rest.equals(DOCUMENT)) {
            return isRead ? Response.json(200, document()) : notAllowed("GET, HEAD");
        }
        Optional<Found> found = find(rest);
        if (found.isEmpty()) return new Problem(404, "not_found", "Nothing is served at this path.").toResponse();
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        Optional<Operation> operation = found.get().operations.stream()
                .filter(each -> each.method().equals(method))
                .findFirst();
        if (operation.isEmpty()) return notAllowed(allowed(found.get().operations));
        return answer(request, operation.get(), found.get().variables);
    }

    private Response answer(Request request, Operation operation, Map<String, String> variables) {
        Snapshot known = live.current();
        return switch (gate.admit(request, known)) {
            case Gate.Refused(var response) -> response;
            case Admitted(var administrator, var rights) -> {
                if (!rights.has(operation.scope())) {
                    yield Gate.insufficient(
                            "The access token does not have the scope that this needs.",
                            operation.scope().wireName());
                }
                Map<String, String> queries = queries(request, operation);
                Map<String, Object> body = body(request, operation);
                Optional<String> match = request.header("If-Match");
                if (operation.matched() && match.isEmpty()) {
                    yield new Problem(
                                    428,
                                    "precondition_required",
                                    "Say what you have seen: send the ETag of it as If-Match, or * for whatever is there.")
                            .toResponse();
                }
                Desk desk = Desk.of(wiring, administrator);
                Call call = new Call(desk, rights, known.directory(), variables, queries, body, match.orElse("*"));
                yield response(operation, operation.handler().handle(call));
            }
        };
    }

    private static Response response(Operation operation, Answer answer) {
        Response response = answer.body().isPresent()
                ? Response.json(operation.status(), answer.body().get()).noStore()
                : Response.empty(operation.status()).noStore();
        if (answer.tag().isPresent() && operation.tagged()) {
            response = response.header("ETag", answer.tag().get());
        }
        return operation.status() == 201 ? response.header("Location", location(operation, answer)) : response;
    }

    private static String location(Operation operation, Answer answer) {
        Map<String, Object> body = answer.body().orElseThrow();
        Object inner = body.getOrDefault("client", body.getOrDefault("api", body));
        Object id = "";
        if (inner instanceof Map<?, ?> members) {
            for (String name : List.of("sub", "client_id", "audience", "name", "issuer")) {
                if (!members.containsKey(name)) continue;
                id = String.valueOf(members.get(name));
                break;
            }
        }
        return PATH + VERSION + operation.path() + "/" + Segments.of(id.toString());
    }

    /// Refuses to replace what is not what the caller has seen.
    static void refuseUnmatched(Call call, Map<String, Object> now) {
        if (!Tags.match(call.ifMatch(), now)) throw new Changed();
    }

    /// Somebody was faster. Ends the transaction that it comes up in.
    static final class Changed extends RuntimeException {
        private static final long serialVersionUID = 1;

        Changed() {
            super("changed", null, false, false);
        }
    }

    private static Optional<Found> find(String rest) {
        List<String> given = List.of(rest.split("/", -1));
        if (given.isEmpty() || !given.getFirst().equals(VERSION)) return Optional.empty();
        List<String> segments = new ArrayList<>();
        for (String raw : given.subList(1, given.size())) {
            Optional<String> decoded = Segments.parse(raw);
            if (decoded.isEmpty()) return Optional.empty();
            segments.add(decoded.get());
        }
        List<Operation> matching = new ArrayList<>();
        Map<String, String> variables = new LinkedHashMap<>();
        int mostLiteral = -1;
        for (Operation operation : Operations.ALL) {
            int literal = literals(operation.segments(), segments);
            if (literal < 0 || literal < mostLiteral) continue;
            if (literal > mostLiteral) matching.clear();
            mostLiteral = literal;
            matching.add(operation);
        }
        if (matching.isEmpty()) return Optional.empty();
        List<String> template = matching.getFirst().segments();
        for (int i = 0; i < template.size(); i++) {
            if (Operation.isVariable(template.get(i)))
                variables.put(Operation.variable(template.get(i)), segments.get(i));
        }
        return Optional.of(new Found(matching, variables));
    }

    /// How many segments are the very same; -1 if the path is another one.
    private static int literals(List<String> template, List<String> segments) {
        if (template.size() != segments.size()) return -1;
        int same = 0;
        for (int i = 0; i < template.size(); i++) {
            if (Operation.isVariable(template.get(i))) continue;
            if (!template.get(i).equals(segments.get(i))) return -1;
            same++;
        }
        return same;
    }

    private static Map<String, String> queries(Request request, Operation operation) {
        if (request.query().isEmpty()) return Map.of();
        Map<String, String> queries = switch (Form.parseQuery(request)) {
            case Form form -> form.toMap();
            case MalformedForm malformed -> throw new BadRequest(malformed.problem());
        };
        for (Map.Entry<String, String> query : queries.entrySet()) {
            Query known = operation.queries().stream()
                    .filter(each -> each.name().equals(query.getKey()))
                    .findFirst()
                    .orElseThrow(
                            () -> new BadRequest("there is no parameter " + Refused.quoted(query.getKey()) + " here"));
            if (!(known.schema() instanceof Text text)) continue;
            text.problemOf(query.getValue(), known.name()).ifPresent(problem -> {
                throw new BadRequest(problem);
            });
        }
        return queries;
    }

    private static Map<String, Object> body(Request request, Operation operation) {
        if (operation.body().isEmpty()) {
            if (request.body().length > 0) throw new BadRequest("this takes no body");
            return Map.of();
        }
        Map<String, Object> object = switch (JsonBody.parse(request)) {
            case JsonBody json -> json.object();
            case MalformedJsonBody malformed ->
                throw new BadBody(new Problem(malformed.status(), "invalid_request", malformed.problem()));
        };
        operation.body().get().problemOf(object, "the body").ifPresent(problem -> {
            throw new BadRequest(problem);
        });
        return object;
    }

    /// A body that is not read.
    private static final class BadBody extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient Problem problem;

        BadBody(Problem problem) {
            super("bad body", null, false, false);
            this.problem = problem;
        }
    }

    private static Problem of(Refused refused) {
        String detail = String.valueOf(refused.getMessage());
        return switch (refused.kind()) {
            case WRONG -> new Problem(400, "invalid_request", detail);
            case UNKNOWN -> new Problem(404, "not_found", detail);
            case CONFLICT -> new Problem(409, "conflict", detail);
            case CHANGED -> new Problem(412, "precondition_failed", detail);
            case BUSY -> new Problem(503, "temporarily_unavailable", detail);
        };
    }

    private static String allowed(List<Operation> operations) {
        TreeSet<String> methods = new TreeSet<>();
        for (Operation operation : operations) {
            methods.add(operation.method());
            if (operation.method().equals("GET")) methods.add("HEAD");
        }
        return String.join(", ", methods);
    }

    private static Response notAllowed(String allowed) {
        return new Problem(405, "method_not_allowed", "This path does not know this method; see Allow.")
                .toResponse()
                .header("Allow", allowed);
    }
}
