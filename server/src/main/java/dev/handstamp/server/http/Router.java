package dev.handstamp.server.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The table of paths: which endpoint answers which method of which path.
///
/// A path matches exactly, byte by byte, or it is 404: no trailing slash, no case folding, no decoding. Only a path
/// that was routed with a slash at its end is followed by one segment more, which its endpoint knows or not. A method
/// that a path does not know is 405 with `Allow` (RFC 9110 §15.5.6). HEAD is answered as GET is; no header renames
/// a method.
public final class Router {

    private final Map<String, Route> routes;
    private final List<Route> trees;
    private final @Nullable Endpoint nowhere;
    private final @Nullable Endpoint otherMethod;
    private final @Nullable Endpoint tooLong;
    private final @Nullable Endpoint malformed;

    private Router(
            Map<String, Route> routes,
            List<Route> trees,
            @Nullable Endpoint nowhere,
            @Nullable Endpoint otherMethod,
            @Nullable Endpoint tooLong,
            @Nullable Endpoint malformed) {
        this.routes = routes;
        this.trees = trees;
        this.nowhere = nowhere;
        this.otherMethod = otherMethod;
        this.tooLong = tooLong;
        this.malformed = malformed;
    }

    public static Builder builder() {
        return new Builder("");
    }

    /// The table of a server that stands below a path of its host.
    ///
    /// @param base such as `/auth`, without a slash at its end; empty for the whole host
    public static Builder builder(String base) {
        return new Builder(base);
    }

    /// Answers a request by its endpoint, or with 404 or 405 in JSON.
    public Response route(Request request) {
        Route route = find(request.path());
        if (route == null) return notFound();
        Endpoint endpoint = route.endpoint(request.method());
        return endpoint == null ? route.methodNotAllowed() : endpoint.handle(request);
    }

    @Nullable
    Route find(String path) {
        Route exact = routes.get(path);
        if (exact != null || path.isEmpty()) return exact != null && exact.isBeginning() ? null : exact;
        Route beginning = routes.get(path.substring(0, path.lastIndexOf('/') + 1));
        return beginning != null && beginning.isBeginning() ? beginning : tree(path);
    }

    private @Nullable Route tree(String path) {
        for (Route tree : trees) {
            if (path.startsWith(tree.path)) return tree;
        }
        return null;
    }

    /// What answers whoever reads pages where nothing is routed, if anything does: machines get JSON.
    @Nullable
    Endpoint nowhere() {
        return nowhere;
    }

    /// What answers a browser whose method the path does not know, if anything does; it knows nothing of `Allow`.
    @Nullable
    Endpoint otherMethod() {
        return otherMethod;
    }

    /// What answers a browser that has sent too much, if anything does. It must not wait.
    @Nullable
    Endpoint tooLong() {
        return tooLong;
    }

    /// What answers a browser whose address is none that is served, such as one with an empty segment; null if
    /// nothing does. It must not wait.
    @Nullable
    Endpoint malformed() {
        return malformed;
    }

    static Response notFound() {
        return Response.error(404, "not_found", "Nothing is served at this path.");
    }

    /// One path and its methods.
    static final class Route {
        private final String path;
        private final Map<String, Endpoint> endpoints;
        private final @Nullable Endpoint any;
        private final String allow;

        /// Everything below a path, whatever the method.
        private Route(String path, Endpoint any) {
            this.path = path;
            this.endpoints = Map.of();
            this.any = any;
            this.allow = "";
        }

        private Route(String path, Map<String, Endpoint> endpoints) {
            this.any = null;
            this.path = path;
            this.endpoints = Map.copyOf(endpoints);
            this.allow = String.join(", ", endpoints.keySet());
        }

        String path() {
            return path;
        }

        /// Whether it is followed by one segment more.
        boolean isBeginning() {
            return path.length() > 1 && path.endsWith("/");
        }

        @Nullable
        Endpoint endpoint(String method) {
            return any != null ? any : endpoints.get(method);
        }

        Response methodNotAllowed() {
            return allowing(
                    Response.error(405, "method_not_allowed", "This path does not know this method; see Allow."));
        }

        /// The answer with the methods that the path does know.
        Response allowing(Response response) {
            return response.header("Allow", allow);
        }
    }

    /// Collects routes; one path and method twice is a mistake and throws.
    public static final class Builder {
        private final Map<String, Map<String, Endpoint>> table = new LinkedHashMap<>();
        private final List<Route> trees = new ArrayList<>();

        private @Nullable Endpoint nowhere;
        private @Nullable Endpoint otherMethod;
        private @Nullable Endpoint tooLong;
        private @Nullable Endpoint malformed;

        private final String base;

        private Builder(String base) {
            this.base = base;
        }

        /// A well-known document of this server (RFC 8615): where the server stands, and at the root of the host with
        /// the
        /// server's path behind it (RFC 8414 §3.1).
        public Builder wellKnown(String path, Endpoint endpoint) {
            return base.isEmpty() ? get(path, endpoint) : get(path, endpoint).rooted(path + base, endpoint);
        }

        private Builder rooted(String path, Endpoint endpoint) {
            return put("GET", path, endpoint).put("HEAD", path, endpoint);
        }

        public Builder get(String path, Endpoint endpoint) {
            return add("GET", path, endpoint).add("HEAD", path, endpoint);
        }

        public Builder post(String path, Endpoint endpoint) {
            return add("POST", path, endpoint);
        }

        public Builder put(String path, Endpoint endpoint) {
            return add("PUT", path, endpoint);
        }

        public Builder patch(String path, Endpoint endpoint) {
            return add("PATCH", path, endpoint);
        }

        /// What a browser asks before it lets a page of another origin send a request (Fetch, CORS protocol).
        public Builder options(String path, Endpoint endpoint) {
            return add("OPTIONS", path, endpoint);
        }

        public Builder delete(String path, Endpoint endpoint) {
            return add("DELETE", path, endpoint);
        }

        /// Everything below a path that is routed nowhere else, whatever the method: the endpoint has a table of its
        /// own.
        ///
        /// @param path with a slash at its end
        public Builder below(String path, Endpoint endpoint) {
            trees.add(new Route(base + path, base.isEmpty() ? endpoint : new Mounted(base, endpoint)));
            return this;
        }

        /// The page for whoever comes with a browser to a path that is routed nowhere.
        ///
        /// @param page sees the path as it was asked for, wherever the server stands
        public Builder nowhere(Endpoint page) {
            nowhere = under(page);
            return this;
        }

        /// The page for whoever comes with a browser to a path that does not know the method.
        public Builder otherMethod(Endpoint page) {
            otherMethod = under(page);
            return this;
        }

        /// The page for whoever has sent too much with a browser. It must not wait.
        public Builder tooLong(Endpoint page) {
            tooLong = under(page);
            return this;
        }

        /// The page for whoever has opened a malformed address in a browser. It must not wait.
        public Builder malformed(Endpoint page) {
            malformed = under(page);
            return this;
        }

        private Endpoint under(Endpoint page) {
            return base.isEmpty() ? page : request -> page.handle(request).under(base);
        }

        public Router build() {
            Map<String, Route> routes = new HashMap<>();
            table.forEach((path, endpoints) -> routes.put(path, new Route(path, endpoints)));
            return new Router(Map.copyOf(routes), List.copyOf(trees), nowhere, otherMethod, tooLong, malformed);
        }

        private Builder add(String method, String path, Endpoint endpoint) {
            return put(method, base + path, base.isEmpty() ? endpoint : new Mounted(base, endpoint));
        }

        private Builder put(String method, String path, Endpoint endpoint) {
            if (!path.startsWith("/")) throw new IllegalArgumentException("a path starts with a slash: " + path);
            var before = table.computeIfAbsent(path, _ -> new LinkedHashMap<>()).put(method, endpoint);
            if (before != null) throw new IllegalArgumentException(method + " " + path + " is routed twice");
            return this;
        }
    }
}
