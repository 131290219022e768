package dev.handstamp.forwardauth;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// How each kind of proxy tells of the visitor's request, and which answers it understands.
///
/// Only the headers that the configured proxy sets itself are read: the others may be the visitor's own.
enum Proxy {
    /// `auth_request`: our documentation's `X-Original-Method` and `X-Original-URL`. It knows 2xx, 401 and 403.
    NGINX {
        @Override
        VisitorRequest visitorRequest(Asked asked) throws UnclearQuestion {
            String method = asked.single("X-Original-Method");
            String url = asked.single("X-Original-URL");
            int authority = url.indexOf("://");
            int path = authority < 0 ? -1 : url.indexOf('/', authority + 3);
            if (path < 0) throw new UnclearQuestion("X-Original-URL is not $scheme://$http_host$request_uri");
            return new VisitorRequest(method, Site.parse(url.substring(0, path)), url.substring(path), asked.headers());
        }

        @Override
        int statusFor(int status) {
            return status == 400 ? 403 : status;
        }

        @Override
        int loginStatus() {
            return 401;
        }
    },

    /// `ForwardAuth`, with `X-Forwarded-Method`, `-Proto`, `-Host` and `-Uri`.
    TRAEFIK {
        @Override
        VisitorRequest visitorRequest(Asked asked) throws UnclearQuestion {
            return forwarded(asked);
        }
    },

    /// `forward_auth`, with the same headers.
    CADDY {
        @Override
        VisitorRequest visitorRequest(Asked asked) throws UnclearQuestion {
            return forwarded(asked);
        }
    },

    /// `ext_authz` over HTTP with `path_prefix: /verify`: method, path and `Host` are the visitor's own.
    ENVOY {
        @Override
        VisitorRequest visitorRequest(Asked asked) throws UnclearQuestion {
            String target = asked.target().substring(VERIFY.length());
            if (!target.startsWith("/")) throw new UnclearQuestion("the path lacks what stands behind " + VERIFY);
            return new VisitorRequest(asked.method(), envoySite(asked), target, asked.headers());
        }

        @Override
        String requirements(Asked asked) throws UnclearQuestion {
            return asked.atMostOne(REQUIRE).orElse("");
        }
        // Envoy passes X-Forwarded-Proto on only when told to; without it no cookie is taken.
        private static Optional<Site> envoySite(Asked asked) throws UnclearQuestion {
            Optional<String> scheme = asked.atMostOne("X-Forwarded-Proto");
            return scheme.isEmpty() ? Optional.empty() : Site.parse(scheme.get() + "://" + asked.single("Host"));
        }
    };

    /// Where every proxy asks.
    static final String VERIFY = "/verify";

    /// The header that says what is needed, where the address cannot: Envoy's address is the visitor's path.
    static final String REQUIRE = "X-Handstamp-Require";

    /// What the proxy says of the visitor's request.
    abstract VisitorRequest visitorRequest(Asked asked) throws UnclearQuestion;

    /// What the proxy's configuration asks of the token: what stands behind `/verify?`, or `/verify/`, or both.
    ///
    /// nginx can name a path for each of its locations, and no query.
    String requirements(Asked asked) throws UnclearQuestion {
        String inPath = asked.path().equals(VERIFY) ? "" : asked.path().substring(VERIFY.length() + 1);
        int question = asked.target().indexOf('?');
        String inQuery = question < 0 ? "" : asked.target().substring(question + 1);
        return inPath + (inPath.isEmpty() || inQuery.isEmpty() ? "" : "&") + inQuery;
    }

    boolean isVerify(String path) {
        return path.equals(VERIFY) || path.startsWith(VERIFY + "/");
    }

    /// The status by which this proxy passes a refusal on.
    int statusFor(int status) {
        return status;
    }

    /// The status of an answer whose `Location` is the login.
    int loginStatus() {
        return 302;
    }

    static Proxy named(String name) {
        return valueOf(name.toUpperCase(Locale.ROOT));
    }

    private static VisitorRequest forwarded(Asked asked) throws UnclearQuestion {
        String method = asked.single("X-Forwarded-Method");
        String target = asked.single("X-Forwarded-Uri");
        if (!target.startsWith("/")) throw new UnclearQuestion("X-Forwarded-Uri is not a path");
        String scheme = switch (asked.single("X-Forwarded-Proto")) {
            case "ws" -> "http";
            case "wss" -> "https";
            default -> asked.single("X-Forwarded-Proto");
        };
        Optional<Site> site = Site.parse(scheme + "://" + asked.single("X-Forwarded-Host"));
        return new VisitorRequest(method, site, target, asked.headers());
    }

    /// The proxy's own request to us.
    ///
    /// @param target  path and query, as sent
    /// @param headers every value of a header, by its name in any case
    /// @param names   the names of all headers, as sent
    record Asked(
            String method,
            String target,
            java.util.function.Function<String, List<String>> headers,
            List<String> names) {

        String path() {
            int question = target.indexOf('?');
            return question < 0 ? target : target.substring(0, question);
        }

        String single(String header) throws UnclearQuestion {
            return atMostOne(header).orElseThrow(() -> new UnclearQuestion("no " + header));
        }

        Optional<String> atMostOne(String header) throws UnclearQuestion {
            List<String> values = headers.apply(header);
            if (values.size() > 1) throw new UnclearQuestion("more than one " + header);
            return values.isEmpty() || values.get(0).isEmpty() ? Optional.empty() : Optional.of(values.get(0));
        }
    }
}
