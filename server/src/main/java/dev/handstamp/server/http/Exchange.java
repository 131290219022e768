package dev.handstamp.server.http;

import dev.handstamp.server.log.Log;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/// One request on its way: its body is read without holding a thread, then its endpoint answers.
///
/// The thread that reads serves many connections and never waits. An endpoint that may wait gets a virtual thread,
/// and only once the whole body is there: a slow sender costs no thread at all.
final class Exchange implements Invocable.Task, Callback {

    private static final byte[] NO_BODY = {};
    private static final int FIRST_BODY_BYTES = 2_048;

    /// How much of a body that was refused is still taken in, and for how long: a browser looks for the answer
    /// only when it has sent all, and sees a broken connection where nobody takes it.
    private static final int LEFTOVER_BYTES = 4 << 20;
    private static final long LEFTOVER_NANOSECONDS = 10_000_000_000L;

    private final Service service;
    private final org.eclipse.jetty.server.Request in;
    private final org.eclipse.jetty.server.Response out;
    private final Callback callback;
    private final String id = RequestIds.next();
    private final String remoteAddress;
    private final boolean secure;
    private final boolean isFromProxy;

    private byte[] body = NO_BODY;
    private int bodyLength;
    private String route = RequestObserved.UNROUTED;
    private volatile @Nullable Outflow outflow;
    private volatile boolean bodyIsLeft;
    private int leftover;

    Exchange(
            Service service,
            org.eclipse.jetty.server.Request in,
            org.eclipse.jetty.server.Response out,
            Callback callback) {
        this.service = service;
        this.in = in;
        this.out = out;
        this.callback = callback;
        InetAddress peer = peer(in);
        this.isFromProxy = peer != null && service.proxies().trusts(peer);
        if (peer != null && isFromProxy) {
            HttpFields fields = in.getHeaders();
            this.remoteAddress = service.proxies().client(peer, fields.getValuesList("X-Forwarded-For"));
            this.secure = service.tls() || TrustedProxies.isHttps(fields.getValuesList("X-Forwarded-Proto"));
        } else {
            this.remoteAddress = peer == null ? "unknown" : peer.getHostAddress();
            this.secure = service.tls();
        }
    }

    void start() {
        if (in.getHeaders().size() > Listener.MAXIMUM_HEADERS) {
            refuse(431);
        } else if (isOddlyEncoded()) {
            refuse(400);
        } else if (!fits(in.getLength())) {
            refuseBody();
        } else {
            run();
        }
    }

    /// Reads what has arrived of the body, and comes back when there is more.
    @Override
    public void run() {
        while (true) {
            Content.Chunk chunk = in.read();
            if (chunk == null) {
                in.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                refuse(statusOf(chunk.getFailure()));
                return;
            }
            boolean fits = append(chunk);
            chunk.release();
            if (!fits) {
                refuseBody();
                return;
            }
            if (chunk.isLast()) {
                dispatch();
                return;
            }
        }
    }

    @Override
    public InvocationType getInvocationType() {
        return InvocationType.NON_BLOCKING;
    }

    /// The answer is on its way to the client.
    @Override
    public void succeeded() {
        ended();
        if (bodyIsLeft) takeLeftover();
        else callback.succeeded();
    }

    /// Takes in and forgets what still comes of a body that was refused.
    private void takeLeftover() {
        while (leftover <= LEFTOVER_BYTES && System.nanoTime() - in.getBeginNanoTime() < LEFTOVER_NANOSECONDS) {
            Content.Chunk chunk = in.read();
            if (chunk == null) {
                in.demand(Invocable.from(InvocationType.NON_BLOCKING, this::takeLeftover));
                return;
            }
            if (Content.Chunk.isFailure(chunk)) break;
            leftover += chunk.remaining();
            chunk.release();
            if (chunk.isLast()) break;
        }
        callback.succeeded();
    }

    /// The client has gone.
    @Override
    public void failed(Throwable thrown) {
        ended();
        callback.failed(thrown);
    }

    private void ended() {
        Outflow begun = outflow;
        if (begun != null) service.ended(begun, in.getConnectionMetaData().getConnection());
        service.ended();
    }

    /// Whether the message is framed in a way that somebody on the way may read otherwise (RFC 9112 §6.1): any transfer
    /// coding but chunked alone, or one in HTTP/1.0.
    private boolean isOddlyEncoded() {
        String coding = in.getHeaders().get(HttpHeader.TRANSFER_ENCODING);
        if (coding == null) return false;
        return !coding.equalsIgnoreCase("chunked")
                || in.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_1_1;
    }

    private boolean fits(long length) {
        return length <= service.maximumBodyBytes() || length <= maximumBodyBytesHere();
    }

    /// How long a body may be for the endpoint that it is sent to.
    private int maximumBodyBytesHere() {
        String path = in.getHttpURI().getPath();
        Router.Route found = service.router().find(path == null ? "" : path);
        Endpoint endpoint = found == null ? null : found.endpoint(in.getMethod());
        int usual = service.maximumBodyBytes();
        if (path == null || endpoint == null) return usual;
        return endpoint.maximumBodyBytes(in.getMethod(), path, usual);
    }

    private boolean append(Content.Chunk chunk) {
        int more = chunk.remaining();
        if (more == 0) return true;
        if (!fits((long) bodyLength + more)) return false;
        int needed = bodyLength + more;
        if (needed > body.length) {
            int expected = Math.max(needed, Math.max(FIRST_BODY_BYTES, bodyLength * 2));
            long declared = in.getLength();
            if (declared >= needed && declared < expected) expected = (int) declared;
            body = Arrays.copyOf(body, expected);
        }
        chunk.getByteBuffer().get(body, bodyLength, more);
        bodyLength = needed;
        return true;
    }

    private void dispatch() {
        String path = in.getHttpURI().getPath();
        Router.Route found = service.router().find(path == null ? "" : path);
        if (found == null) {
            Endpoint nowhere = service.router().nowhere();
            if (path == null || nowhere == null || !isForReading(in)) answer(Router.notFound(), route);
            else serve(nowhere, path);
            return;
        }
        route = found.path();
        Endpoint endpoint = found.endpoint(in.getMethod());
        if (endpoint == null) refuseMethod(found, Objects.requireNonNull(path));
        else serve(endpoint, Objects.requireNonNull(path));
    }

    private void refuseMethod(Router.Route found, String path) {
        Endpoint page = isByBrowser(in) ? service.router().otherMethod() : null;
        if (page == null) answer(found.methodNotAllowed(), route);
        else serve(request -> found.allowing(page.handle(request)), path);
    }

    /// Whether somebody has opened an address in a browser.
    static boolean isForReading(org.eclipse.jetty.server.Request request) {
        return HttpMethod.GET.is(request.getMethod()) && isByBrowser(request);
    }

    private static boolean isByBrowser(org.eclipse.jetty.server.Request request) {
        String accepted = request.getHeaders().get(HttpHeader.ACCEPT);
        return accepted != null && accepted.contains("text/html");
    }

    private void serve(Endpoint endpoint, String path) {
        ScopedValue.where(Log.REQUEST_ID, id).run(() -> serve(endpoint, request(path)));
    }

    /// Answers here and now if the endpoint can, else on a virtual thread.
    private void serve(Endpoint endpoint, Request request) {
        if (endpoint.isNonBlocking()) {
            finish(handle(endpoint, request), route, false);
        } else {
            begin(endpoint, request)
                    .whenComplete((answer, thrown) -> ScopedValue.where(Log.REQUEST_ID, id)
                            .run(() -> {
                                if (thrown == null) goOn(endpoint, request, answer);
                                else finish(broken(thrown, request), route, false);
                            }));
        }
    }

    private static CompletionStage<Optional<Response>> begin(Endpoint endpoint, Request request) {
        try {
            return endpoint.begin(request);
        } catch (Throwable thrown) {
            return CompletableFuture.failedStage(thrown);
        }
    }

    private void goOn(Endpoint endpoint, Request request, Optional<Response> answer) {
        if (answer.isPresent()) {
            finish(answer.get(), route, false);
        } else {
            Thread.startVirtualThread(() ->
                    ScopedValue.where(Log.REQUEST_ID, id).run(() -> finish(handle(endpoint, request), route, false)));
        }
    }

    private void answer(Response response, String route) {
        ScopedValue.where(Log.REQUEST_ID, id).run(() -> finish(response, route, false));
    }

    /// Answers before the body was read to its end, so that the connection is of no more use.
    private void refuse(int status) {
        ScopedValue.where(Log.REQUEST_ID, id)
                .run(() -> finish(Refusals.answer(status), RequestObserved.MALFORMED, true));
    }

    /// Answers that the body is too long.
    private void refuseBody() {
        bodyIsLeft = in.getLength() <= LEFTOVER_BYTES && !in.getHeaders().contains(HttpHeader.EXPECT);
        Endpoint page = isByBrowser(in) ? service.router().tooLong() : null;
        String path = in.getHttpURI().getPath();
        if (page == null || path == null) {
            refuse(413);
        } else {
            bodyLength = 0;
            body = NO_BODY;
            ScopedValue.where(Log.REQUEST_ID, id)
                    .run(() -> finish(handle(page, request(path)), RequestObserved.MALFORMED, true));
        }
    }

    private Response handle(Endpoint endpoint, Request request) {
        try {
            return Objects.requireNonNull(endpoint.handle(request), "the endpoint gave no response");
        } catch (Throwable thrown) {
            return broken(thrown, request);
        }
    }

    private static Response broken(Throwable thrown, Request request) {
        Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        Log.error("request failed", cause, "method", request.method(), "route", request.path());
        return Refusals.serverError();
    }

    private void finish(Response response, String route, boolean close) {
        long elapsed = System.nanoTime() - in.getBeginNanoTime();
        try {
            String method = RequestObserved.methodLabel(in.getMethod());
            service.observer().accept(new RequestObserved(method, route, response.status(), elapsed, remoteAddress));
        } catch (RuntimeException thrown) {
            Log.error("an observer failed", thrown);
        }
        boolean isLast = close || service.isClosing();
        Outflow.Watcher watcher = response.watcher();
        if (watcher == null || HttpMethod.HEAD.is(in.getMethod())) {
            Answers.write(out, response, id, secure, isLast, this);
        } else {
            Answers.head(out, response, id, secure, isLast);
            Connection connection = in.getConnectionMetaData().getConnection();
            Outflow begun = new Outflow(out, connection.getEndPoint(), watcher, this);
            outflow = begun;
            service.began(begun, connection);
            begun.begin();
            if (service.isClosing()) begun.endNow();
        }
    }

    private Request request(String path) {
        HttpURI uri = in.getHttpURI();
        byte[] whole = body.length == bodyLength ? body : Arrays.copyOf(body, bodyLength);
        return new Request(
                id,
                in.getMethod(),
                path,
                uri.getQuery(),
                pairs(in.getHeaders()),
                whole,
                remoteAddress,
                secure,
                certificates());
    }

    /// Names and values in turn.
    static String[] pairs(HttpFields fields) {
        String[] pairs = new String[fields.size() * 2];
        int i = 0;
        for (HttpField field : fields) {
            pairs[i++] = field.getName();
            String value = field.getValue();
            pairs[i++] = value == null ? "" : value;
        }
        return pairs;
    }

    /// Those of this connection, or what a trusted proxy says of its own; anybody could write the header.
    private List<byte[]> certificates() {
        if (service.clientCertificates()) return ofConnection();
        Optional<String> header = service.certificateHeader();
        if (header.isEmpty() || !isFromProxy) return List.of();
        HttpFields fields = in.getHeaders();
        return ForwardedCertificate.read(
                fields.getValuesList(header.get()), fields.getValuesList(ForwardedCertificate.chainOf(header.get())));
    }

    private List<byte[]> ofConnection() {
        EndPoint.SslSessionData session =
                in.getConnectionMetaData().getConnection().getEndPoint().getSslSessionData();
        return session == null || session.peerCertificates() == null
                ? List.of()
                : Tls.encoded(session.peerCertificates());
    }

    private static @Nullable InetAddress peer(org.eclipse.jetty.server.Request in) {
        return in.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress address
                ? address.getAddress()
                : null;
    }

    private static int statusOf(Throwable failure) {
        if (failure instanceof TimeoutException) return 408;
        return failure instanceof HttpException http && http.getCode() < 500 ? http.getCode() : 400;
    }
}
