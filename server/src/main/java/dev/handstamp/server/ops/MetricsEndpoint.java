package dev.handstamp.server.ops;

import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Tally;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.store.Database;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.SummaryWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Quantiles;
import io.prometheus.metrics.model.snapshots.Unit;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/// Shows what the server does in the text format of Prometheus: `GET /metrics`.
///
/// The figures are counted where things happen, and read only when somebody asks.
public final class MetricsEndpoint implements Endpoint {

    private final RequestCounts requests;
    private final Tally tally;
    private final PasswordHasher hasher;
    private final Live live;
    private final Database database;
    private @Nullable PrometheusRegistry registry;

    public MetricsEndpoint(RequestCounts requests, Tally tally, PasswordHasher hasher, Live live, Database database) {
        this.requests = requests;
        this.tally = tally;
        this.hasher = hasher;
        this.live = live;
        this.database = database;
    }

    @Override
    public Response handle(Request request) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, registry().scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Response.text(200, text.toString(StandardCharsets.UTF_8)).noStore();
    }

    /// Made when first asked for: the start has better things to do.
    private synchronized PrometheusRegistry registry() {
        PrometheusRegistry made = registry;
        if (made != null) return made;
        made = new PrometheusRegistry();
        registerRequests(made);
        registerLogins(made);
        registerTokens(made);
        registerRevocations(made);
        gauge(made, "handstamp_store_queue", "Writes that wait for the database.", database::waitingWrites);
        registerServer(made);
        registry = made;
        return made;
    }

    private void registerRequests(PrometheusRegistry to) {
        SummaryWithCallback.builder()
                .name("handstamp_http_request_duration_seconds")
                .help("Answered requests by method, route and status, and how long they took.")
                .unit(Unit.SECONDS)
                .labelNames("method", "route", "status")
                .callback(callback -> requests.all()
                        .forEach((kind, count) -> callback.call(
                                count.requests().sum(),
                                count.nanoseconds().sum() / 1e9,
                                Quantiles.EMPTY,
                                kind.method(),
                                kind.route(),
                                Integer.toString(kind.status()))))
                .register(to);
    }

    private void registerLogins(PrometheusRegistry to) {
        CounterWithCallback.builder()
                .name("handstamp_logins_total")
                .help("Logins by outcome.")
                .labelNames("outcome")
                .callback(callback -> {
                    call(callback, tally.loginsSucceeded, "succeeded");
                    call(callback, tally.loginsFailed, "failed");
                    call(callback, tally.loginsThrottled, "throttled");
                    call(callback, tally.loginsTurnedAway, "busy");
                })
                .register(to);
        gauge(to, "handstamp_password_hash_queue", "Passwords that wait for a hashing thread.", hasher::waiting);
    }

    private void registerTokens(PrometheusRegistry to) {
        counter(to, "handstamp_access_tokens_issued_total", "Access tokens issued.", tally.tokensIssued);
        CounterWithCallback.builder()
                .name("handstamp_refreshes_total")
                .help("Refresh tokens presented, by outcome.")
                .labelNames("outcome")
                .callback(callback -> {
                    call(callback, tally.refreshes, "refreshed");
                    call(callback, tally.refreshesRefused, "refused");
                })
                .register(to);
        counter(
                to,
                "handstamp_refresh_tokens_reused_total",
                "Refresh tokens presented again by somebody else or too late.",
                tally.refreshTokensReused);
        counter(to, "handstamp_introspections_total", "Tokens that were asked about.", tally.introspections);
    }

    private void registerRevocations(PrometheusRegistry to) {
        gauge(
                to,
                "handstamp_revocation_rules",
                "Revocations that are still remembered.",
                () -> live.latest().revocations().size());
        gauge(
                to,
                "handstamp_log_age_seconds",
                "How long ago the log of changes was last read: how old this node's knowledge is.",
                () -> live.age().toNanos() / 1e9);
        gauge(to, "handstamp_revocation_feeds", "Open feeds of revocations.", tally.feeds::sum);
        CounterWithCallback.builder()
                .name("handstamp_revocation_feeds_ended_total")
                .help("Feeds that were refused because too many are open, or cut off because their reader is slow.")
                .labelNames("reason")
                .callback(callback -> {
                    call(callback, tally.feedsRefused, "refused");
                    call(callback, tally.feedsCut, "slow");
                })
                .register(to);
        counter(
                to,
                "handstamp_revocation_feed_snapshots_total",
                "Feeds that began with a snapshot, and not where they had ended.",
                tally.feedSnapshots);
        counter(
                to,
                "handstamp_revocation_feed_events_signed_total",
                "Events signed, each for all feeds of one API.",
                tally.feedEventsSigned);
        counter(
                to,
                "handstamp_revocation_feed_events_sent_total",
                "Events handed to connections.",
                tally.feedEventsSent);
    }

    private static void registerServer(PrometheusRegistry to) {
        var runtime = ManagementFactory.getRuntimeMXBean();
        var memory = ManagementFactory.getMemoryMXBean();
        var threads = ManagementFactory.getThreadMXBean();
        gauge(to, "handstamp_uptime_seconds", "Since the start.", () -> runtime.getUptime() / 1e3);
        gauge(
                to,
                "handstamp_heap_used_bytes",
                "Java heap in use.",
                () -> memory.getHeapMemoryUsage().getUsed());
        gauge(to, "handstamp_platform_threads", "Platform threads.", threads::getThreadCount);
        gauge(to, "handstamp_gc_seconds", "Time spent collecting garbage.", MetricsEndpoint::collectionSeconds);
    }

    private static double collectionSeconds() {
        long milliseconds = 0;
        for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            milliseconds += Math.max(0, collector.getCollectionTime());
        }
        return milliseconds / 1e3;
    }

    private static void counter(PrometheusRegistry to, String name, String help, LongAdder value) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> call(callback, value))
                .register(to);
    }

    private static void call(CounterWithCallback.Callback callback, LongAdder value, String... labels) {
        callback.call(value.doubleValue(), labels);
    }

    private static void gauge(PrometheusRegistry to, String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(to);
    }
}
