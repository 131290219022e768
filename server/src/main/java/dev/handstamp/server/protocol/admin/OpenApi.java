package dev.handstamp.server.protocol.admin;

import dev.handstamp.server.domain.administration.AdminScope;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.protocol.admin.Schema.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// The document of the admin API, made from the one table of its operations.
///
/// @see <a href="https://spec.openapis.org/oas/v3.1.0">OpenAPI 3.1</a>
final class OpenApi {

    private static final String SCHEME = "handstamp";
    private static final String JSON = "application/json";

    private static final Map<Integer, String> REFUSALS = new TreeMap<>(Map.of(
            400, "Not possible as it was asked for.",
            401, "No good access token.",
            403, "Too little scope, or more than the administrator may pass on.",
            404, "It does not exist.",
            409, "What is there stands in its way.",
            503, "Not now."));

    private final String issuer;

    OpenApi(String issuer) {
        this.issuer = issuer;
    }

    Map<String, Object> document() {
        Map<String, Object> paths = new LinkedHashMap<>();
        Map<String, Shape> named = new TreeMap<>();
        Shapes.PROBLEM.collect(named);
        Shapes.REFUSAL.collect(named);
        for (Operation operation : Operations.ALL) {
            operation.body().ifPresent(body -> body.collect(named));
            operation.answer().ifPresent(answer -> answer.collect(named));
            methods(paths, operation.path()).put(operation.method().toLowerCase(Locale.ROOT), described(operation));
        }
        Map<String, Object> schemas = new LinkedHashMap<>();
        named.forEach((name, shape) -> schemas.put(name, shape.definition()));

        Map<String, Object> document = new LinkedHashMap<>();
        document.put("openapi", "3.1.0");
        document.put(
                "info",
                ordered(
                        "title", "Handstamp administration",
                        "version", "1",
                        "description",
                                "Every operation of an administrator. Access tokens are asked for like those of any API: the"
                                        + " resource is " + AdminScope.audience(issuer)
                                        + ". In a path, an identifier that holds a slash is written as ~ and its bytes in"
                                        + " base64url without padding."));
        document.put("servers", List.of(ordered("url", issuer + AdminEndpoint.PATH + "v1")));
        document.put("security", List.of(ordered(SCHEME, List.of())));
        document.put("paths", paths);
        document.put("components", ordered("schemas", schemas, "securitySchemes", ordered(SCHEME, scheme())));
        return document;
    }

    @SuppressWarnings("unchecked") // Made here.
    private static Map<String, Object> methods(Map<String, Object> paths, String path) {
        return (Map<String, Object>) paths.computeIfAbsent(path, _ -> new LinkedHashMap<String, Object>());
    }

    private static Map<String, Object> described(Operation operation) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("operationId", operation.id());
        described.put("summary", operation.summary());
        described.put("tags", List.of(operation.segments().getFirst()));
        described.put(
                "security", List.of(ordered(SCHEME, List.of(operation.scope().wireName()))));
        List<Object> parameters = parameters(operation);
        if (!parameters.isEmpty()) described.put("parameters", parameters);
        operation
                .body()
                .ifPresent(body -> described.put(
                        "requestBody",
                        ordered("required", true, "content", ordered(JSON, ordered("schema", body.toJson())))));
        described.put("responses", responses(operation));
        return described;
    }

    private static List<Object> parameters(Operation operation) {
        List<Object> parameters = new ArrayList<>();
        for (String segment : operation.segments()) {
            if (!Operation.isVariable(segment)) continue;
            parameters.add(ordered(
                    "name",
                    Operation.variable(segment),
                    "in",
                    "path",
                    "required",
                    true,
                    "schema",
                    ordered("type", "string")));
        }
        for (Operation.Query query : operation.queries()) {
            parameters.add(ordered(
                    "name",
                    query.name(),
                    "in",
                    "query",
                    "schema",
                    query.schema().toJson()));
        }
        if (operation.matched()) {
            parameters.add(
                    ordered("name", "If-Match", "in", "header", "required", true, "schema", ordered("type", "string")));
        }
        return parameters;
    }

    private static Map<String, Object> responses(Operation operation) {
        Map<String, Object> responses = new LinkedHashMap<>();
        Map<String, Object> done = ordered("description", "Done.");
        operation.answer().ifPresent(answer -> done.put("content", ordered(JSON, ordered("schema", answer.toJson()))));
        if (operation.tagged()) {
            done.put("headers", ordered("ETag", ordered("schema", ordered("type", "string"))));
        }
        responses.put(Integer.toString(operation.status()), done);
        REFUSALS.forEach((status, words) -> responses.put(Integer.toString(status), problem(words)));
        if (operation.matched()) {
            responses.put("412", problem("It is not what the caller has seen."));
            responses.put("428", problem("If-Match is missing."));
        }
        if (operation.body().isPresent()) {
            responses.put("413", refusedUnread(operation.maximumBodyBytes(64 * 1024)));
            responses.put("415", problem("The body is no JSON in UTF-8."));
        }
        return responses;
    }

    private static Map<String, Object> problem(String words) {
        return ordered(
                "description",
                words,
                "content",
                ordered(Problem.MEDIA_TYPE, ordered("schema", Shapes.PROBLEM.toJson())));
    }

    /// What the server says before it knows what a request is about.
    private static Map<String, Object> refusedUnread(int most) {
        return ordered(
                "description",
                "The body is larger than " + most / 1024 + " KiB.",
                "content",
                ordered(JSON, ordered("schema", Shapes.REFUSAL.toJson())));
    }

    private Map<String, Object> scheme() {
        Map<String, Object> scopes = new LinkedHashMap<>();
        for (AdminScope scope : AdminScope.values()) {
            scopes.put(scope.wireName(), Messages.ENGLISH.text(scope.words()));
        }
        return ordered(
                "type",
                "oauth2",
                "flows",
                ordered(
                        "authorizationCode",
                                ordered(
                                        "authorizationUrl", issuer + "/authorize",
                                        "tokenUrl", issuer + "/token",
                                        "refreshUrl", issuer + "/token",
                                        "scopes", scopes),
                        "clientCredentials", ordered("tokenUrl", issuer + "/token", "scopes", scopes)));
    }

    /// Names and values in turn.
    private static Map<String, Object> ordered(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) map.put((String) pairs[i], pairs[i + 1]);
        return map;
    }
}
