package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.SystemHealth.Health;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.Pulse.Minute;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/// How this node does: the last hour in small charts, and what it has in hand.
public final class HealthPage implements Entrance.Room {

    private static final long MEBIBYTE = 1 << 20;

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    /// The height of a chart, in units of its own.
    private static final int HEIGHT = 100;

    /// One bar of a chart.
    public record Bar(int x, int y, int height) {}

    /// The last hour of one number, a bar a minute.
    ///
    /// @param words what it shows, for whoever does not see it
    public record Chart(String title, String words, long now, long most, List<Bar> bars) {

        /// All bars in one path, for the attribute `d`.
        public String drawing() {
            StringBuilder path = new StringBuilder();
            for (Bar bar : bars) {
                path.append('M').append(bar.x).append(' ').append(bar.y);
                path.append("h8v").append(bar.height).append("h-8z");
            }
            return path.toString();
        }
    }

    /// One minute in numbers.
    public record Row(String at, long logins, long failed, long throttled, long tokens, long refreshes, long queue) {}

    /// What the page shows.
    public record View(
            Head head,
            Moment at,
            String uptime,
            String logAge,
            Health health,
            long heapUsed,
            long heapMost,
            List<Chart> charts,
            List<Row> rows) {}

    @Override
    public Response handle(Clerk clerk) {
        Health health = clerk.desk().system().health();
        List<Minute> hour = health.lastHour();
        List<Chart> charts = List.of(
                chart(clerk, "logins", hour, Minute::logins),
                chart(clerk, "failed", hour, Minute::loginsFailed),
                chart(clerk, "tokens", hour, Minute::tokens),
                chart(clerk, "queue", hour, Minute::hashQueue));
        View view = new View(
                clerk.head(),
                Moment.of(health.at()),
                Span.of(health.uptime()),
                health.logAge().toMillis() + " ms",
                health,
                health.heapUsed() / MEBIBYTE,
                health.heapMost() / MEBIBYTE,
                charts,
                hour.reversed().stream()
                        .filter(HealthPage::isBusy)
                        .map(HealthPage::row)
                        .toList());
        return clerk.page("admin/Health", clerk.words().text("admin.health.title"), view);
    }

    private static Chart chart(Clerk clerk, String key, List<Minute> hour, ToLongFunction<Minute> number) {
        long most = hour.stream().mapToLong(number).max().orElse(0);
        long sum = hour.stream().mapToLong(number).sum();
        List<Bar> bars = new ArrayList<>();
        for (int i = 0; i < hour.size(); i++) {
            long value = number.applyAsLong(hour.get(i));
            if (value == 0) continue;
            int height = (int) Math.max(2, value * HEIGHT / most);
            bars.add(new Bar(10 * i, HEIGHT - height, height));
        }
        String title = clerk.word("admin.health.chart", key);
        String words = clerk.words().text("admin.health.chart.words", title, sum, most);
        return new Chart(title, words, number.applyAsLong(hour.getLast()), most, bars);
    }

    private static boolean isBusy(Minute minute) {
        return minute.logins() + minute.loginsFailed() + minute.tokens() + minute.refreshes() + minute.hashQueue() > 0;
    }

    private static Row row(Minute minute) {
        return new Row(
                MINUTE.format(minute.begin()),
                minute.logins(),
                minute.loginsFailed(),
                minute.loginsThrottled(),
                minute.tokens(),
                minute.refreshes(),
                minute.hashQueue());
    }
}
