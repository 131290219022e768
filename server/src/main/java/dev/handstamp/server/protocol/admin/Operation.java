package dev.handstamp.server.protocol.admin;

import dev.handstamp.server.domain.administration.AdminScope;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// One line of the table: what an operation is called, who may ask for it, and what it takes and gives.
///
/// @param path    below the API's address; a segment in braces stands for one of any kind
/// @param queries that it takes
/// @param body    of the request; empty if it takes none
/// @param answer  of the response; empty if that has no body
/// @param tagged  whether the answer has an `ETag`
/// @param matched whether it replaces what somebody may have changed meanwhile, and so needs `If-Match`
/// @param command what does the same on the command line
record Operation(
        String id,
        String method,
        String path,
        String summary,
        AdminScope scope,
        List<Query> queries,
        Optional<Schema.Shape> body,
        int status,
        Optional<Schema.Shape> answer,
        boolean tagged,
        boolean matched,
        String command,
        Handler handler) {

    private static final int LONGEST_WITH_LOGO = 144 * 1024;

    /// A parameter of the query.
    record Query(String name, Schema schema) {}

    /// Does it.
    @FunctionalInterface
    interface Handler {
        Answer handle(Call call);
    }

    Operation {
        queries = List.copyOf(queries);
    }

    static Operation of(
            String id, String method, String path, AdminScope scope, String summary, String command, Handler handler) {
        return new Operation(
                id,
                method,
                path,
                summary,
                scope,
                List.of(),
                Optional.empty(),
                204,
                Optional.empty(),
                false,
                false,
                command,
                handler);
    }

    Operation takes(Schema.Shape shape) {
        return new Operation(
                id,
                method,
                path,
                summary,
                scope,
                queries,
                Optional.of(shape),
                status,
                answer,
                tagged,
                matched,
                command,
                handler);
    }

    Operation takes(Query... more) {
        return new Operation(
                id,
                method,
                path,
                summary,
                scope,
                List.of(more),
                body,
                status,
                answer,
                tagged,
                matched,
                command,
                handler);
    }

    Operation gives(int newStatus, Schema.Shape shape) {
        return new Operation(
                id,
                method,
                path,
                summary,
                scope,
                queries,
                body,
                newStatus,
                Optional.of(shape),
                tagged,
                matched,
                command,
                handler);
    }

    Operation isTagged() {
        return new Operation(
                id, method, path, summary, scope, queries, body, status, answer, true, matched, command, handler);
    }

    Operation isMatched() {
        return new Operation(
                id, method, path, summary, scope, queries, body, status, answer, tagged, true, command, handler);
    }

    /// How long its body may be: a logo is longer than what else there is.
    int maximumBodyBytes(int usual) {
        return body.equals(Optional.of(Shapes.BRAND_CHANGE)) ? Math.max(usual, LONGEST_WITH_LOGO) : usual;
    }

    List<String> segments() {
        return Arrays.asList(path.substring(1).split("/"));
    }

    static boolean isVariable(String segment) {
        return segment.startsWith("{");
    }

    static String variable(String segment) {
        return segment.substring(1, segment.length() - 1);
    }
}
