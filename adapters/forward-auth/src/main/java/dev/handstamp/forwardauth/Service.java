package dev.handstamp.forwardauth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.handstamp.forwardauth.Proxy.Asked;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/// The one class that knows the HTTP server: a question comes in, a verdict goes out.
final class Service extends Handler.Abstract {

    private static final System.Logger LOG = System.getLogger(Service.class.getName());
    private static final int MAXIMUM_HEADERS = 100;

    private final ForwardAuthSettings settings;
    private final Gatekeeper gatekeeper;

    Service(ForwardAuthSettings settings, Gatekeeper gatekeeper) {
        this.settings = settings;
        this.gatekeeper = gatekeeper;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        write(verdict(request), request, response, callback);
        return true;
    }

    private Verdict verdict(Request request) {
        try {
            return answer(request);
        } catch (RuntimeException broken) {
            LOG.log(System.Logger.Level.ERROR, "a question was not answered", broken);
            return Verdict.problem(500, "server_error", "Something broke; the log knows more");
        }
    }

    private Verdict answer(Request request) {
        HttpFields fields = request.getHeaders();
        if (fields.size() > MAXIMUM_HEADERS) return Verdict.problem(431, "invalid_request", "Too many headers");
        Asked asked = new Asked(
                request.getMethod(),
                request.getHttpURI().getPathQuery(),
                fields::getValuesList,
                List.copyOf(fields.getFieldNamesCollection()));
        if (asked.path().equals("/health")) return Verdict.json(200, Map.of("status", "ok"));
        if (!settings.proxy.isVerify(asked.path())) return Verdict.problem(404, "not_found", "Ask /verify");
        if (!isFromProxy(request)) return notFromHere(request);
        return gatekeeper.judge(asked);
    }

    private boolean isFromProxy(Request request) {
        return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress peer
                && settings.trustedProxies.trusts(peer.getAddress());
    }

    private static Verdict notFromHere(Request request) {
        String where = Request.getRemoteAddr(request);
        LOG.log(System.Logger.Level.WARNING, "{0} asked, and is not among trusted-proxies", where);
        return Verdict.problem(403, "access_denied", "Only a trusted proxy may ask");
    }

    private static void write(Verdict verdict, Request request, Response response, Callback callback) {
        response.setStatus(verdict.status());
        // Names are sent as UTF-8, which is what proxies pass on and upstreams read.
        verdict.headers()
                .forEach((name, value) ->
                        response.getHeaders().add(new HttpField(name, new String(value.getBytes(UTF_8), ISO_8859_1))));
        if (hasBody(request)) response.getHeaders().put(HttpHeader.CONNECTION, "close");
        response.write(true, ByteBuffer.wrap(verdict.body().getBytes(UTF_8)), callback);
    }

    private static boolean hasBody(Request request) {
        HttpFields fields = request.getHeaders();
        return fields.contains(HttpHeader.TRANSFER_ENCODING) || fields.getLongField(HttpHeader.CONTENT_LENGTH) > 0;
    }

    /// What the HTTP server refuses by itself: malformed and oversized requests.
    static final class Refusals implements Request.Handler {

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
            response.write(true, ByteBuffer.allocate(0), callback);
            return true;
        }
    }
}
