package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.Keys.Planned;
import dev.handstamp.server.administration.Keys.Schedule;
import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.administration.SharedSecrets;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.key.KeySlot;
import dev.handstamp.server.domain.key.SigningKey;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.web.Part;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The signing keys, what is to become of each, and the buttons that turn or withdraw them.
public final class KeysPage implements Entrance.Room {

    static final String ROTATE = "rotate";
    static final String ROTATE_SHARED = "rotate-shared";
    static final String RETIRE = "retire";

    private static final int SLOTS = 3;

    /// The width of the time line, in parts of a thousand.
    private static final int WIDTH = 1000;

    /// The height of a key's line with the room around it, and of what is above and below all of them.
    private static final int LINE = 32;

    private static final int MARGIN = 8;

    private static final int MOST_TICKS = 3;

    /// Half as wide as a date may be where the drawing is narrowest.
    private static final int HALF_OF_WORDS = 145;

    private static final Duration DAY = Duration.ofDays(1);
    private static final List<Duration> STEPS = List.of(
            Duration.ofHours(1),
            Duration.ofHours(3),
            Duration.ofHours(12),
            DAY,
            Duration.ofDays(2),
            Duration.ofDays(7),
            Duration.ofDays(14),
            Duration.ofDays(30),
            Duration.ofDays(90),
            Duration.ofDays(180));

    /// A stretch of a key's life on the time line.
    ///
    /// @param phase `published`, `signing` or `retired`
    /// @param from  as a share of the drawing's width, such as `12.5%`
    public record Stretch(String phase, String from, String width) {}

    /// A day, or an hour, that stands below the time line.
    ///
    /// @param at    where it is
    /// @param words where its words stand: within the drawing
    public record Tick(String at, String words, String text) {}

    /// One key.
    ///
    /// @param row the place of its line in the drawing
    public record Key(
            String id,
            String state,
            String stateWords,
            Moment made,
            @Nullable Moment signsFrom,
            @Nullable Moment signsUntil,
            @Nullable Moment goneAt,
            int row,
            List<Stretch> stretches,
            UserPage.Button retire) {}

    /// The keys that sign for the same.
    ///
    /// @param api     the one API that shares them; empty for key pairs
    /// @param now     where now is on the time line
    /// @param height  of the drawing
    /// @param drawing what it shows, in words
    public record Slot(
            String algorithm,
            String api,
            UserPage.Button rotate,
            String action,
            String now,
            int height,
            List<Tick> ticks,
            String drawing,
            List<Key> keys) {}

    /// What the page shows.
    ///
    /// @param secrets what an API is told once, after its secret was turned
    public record View(
            Head head,
            String rotation,
            @Nullable Moment next,
            Part<Slot> slots,
            @Nullable SharedSecrets secrets) {}

    @Override
    public Response handle(Clerk clerk) {
        return clerk.attempt(KeysPage::act, given -> show(given, null));
    }

    private static Response act(Clerk clerk) {
        var keys = clerk.desk().keys();
        return switch (clerk.action()) {
            case ROTATE -> {
                keys.rotate(Optional.of(clerk.target()));
                yield clerk.done(clerk.path(), Clerk.Done.ROTATED);
            }
            case ROTATE_SHARED -> show(clerk, keys.rotateShared(clerk.target()));
            case RETIRE -> {
                keys.retire(clerk.target());
                yield clerk.done(clerk.path(), Clerk.Done.RETIRED);
            }
            default -> throw new Refused("admin.choose");
        };
    }

    private static Response show(Clerk clerk, @Nullable SharedSecrets secrets) {
        Schedule schedule = clerk.desk().keySchedule();
        Map<KeySlot, List<Planned>> slots = new LinkedHashMap<>();
        schedule.keys().stream()
                .sorted(Comparator.comparing((Planned each) -> each.key().api().isPresent())
                        .thenComparing(each -> each.key().algorithm().joseName())
                        .thenComparing(
                                each -> each.key().api().map(Audience::value).orElse(""))
                        .thenComparing(each -> each.signsFrom().orElse(Instant.MAX)) // The first two are of one moment.
                        .thenComparing(each -> each.key().createdAt()))
                .forEach(each -> slots.computeIfAbsent(each.key().slot(), _ -> new ArrayList<>())
                        .add(each));
        Part<Slot> shown = Part.of(List.copyOf(slots.entrySet()), clerk.visit(), "page", SLOTS)
                .map(each -> slot(clerk, schedule, each.getKey(), each.getValue()));
        View view = new View(
                clerk.head(),
                inWords(clerk, schedule.rotation()),
                schedule.nextRotation().map(Moment::of).orElse(null),
                shown,
                secrets);
        return clerk.page("admin/Keys", clerk.words().text("admin.keys.title"), view);
    }

    private static String inWords(Clerk clerk, Duration span) {
        long days = span.toDays();
        return span.equals(Duration.ofDays(days)) ? clerk.words().count("admin.days", days) : Span.of(span);
    }

    private static Slot slot(Clerk clerk, Schedule schedule, KeySlot slot, List<Planned> keys) {
        String algorithm = slot.algorithm().joseName();
        String api = slot.api().map(Audience::value).orElse("");
        String action = slot.isShared() ? ROTATE_SHARED : ROTATE;
        String target = slot.isShared() ? api : algorithm;
        Scale scale = Scale.of(schedule, keys);
        List<Key> lines = new ArrayList<>();
        for (Planned each : keys) lines.add(key(clerk, scale, each, lines.size()));
        return new Slot(
                algorithm,
                api,
                new UserPage.Button(target, clerk.form(action, target)),
                action,
                share(scale.place(schedule.at())),
                LINE * lines.size() + MARGIN,
                scale.ticks(clerk.words()),
                clerk.words().text("admin.keys.drawing", algorithm, lines.size()),
                lines);
    }

    private static Key key(Clerk clerk, Scale scale, Planned planned, int row) {
        SigningKey key = planned.key();
        String state = planned.state().name().toLowerCase(Locale.ROOT);
        return new Key(
                key.keyId(),
                state,
                clerk.word("admin.keys.state", state),
                Moment.of(key.createdAt()),
                planned.signsFrom().map(Moment::of).orElse(null),
                planned.signsUntil().map(Moment::of).orElse(null),
                planned.goneAt().map(Moment::of).orElse(null),
                LINE * row + MARGIN,
                scale.stretches(planned),
                new UserPage.Button(key.keyId(), clerk.form(RETIRE, key.keyId())));
    }

    private static String share(int thousandths) {
        return thousandths / 10 + "." + thousandths % 10 + "%";
    }

    /// Where on the line an instant is.
    private record Scale(Instant begin, Instant end) {

        static Scale of(Schedule schedule, List<Planned> keys) {
            Instant begin = schedule.at().minus(schedule.rotation().dividedBy(2));
            Instant end = schedule.at().plus(schedule.rotation());
            for (Planned each : keys) {
                Instant made = each.key().createdAt();
                if (made.isBefore(begin)) begin = made;
                Instant last = each.goneAt().or(each::signsUntil).orElse(end);
                if (last.isAfter(end)) end = last;
            }
            // A key that has signed for years would leave no room for what is to come.
            Instant earliest =
                    schedule.at().minus(Duration.between(schedule.at(), end).multipliedBy(2));
            return new Scale(begin.isBefore(earliest) ? earliest : begin, end);
        }

        int place(Instant instant) {
            double whole = Math.max(1, Duration.between(begin, end).toSeconds());
            double part = Duration.between(begin, instant).toSeconds() / whole;
            return (int) Math.round(WIDTH * Math.clamp(part, 0, 1));
        }

        List<Stretch> stretches(Planned planned) {
            List<Stretch> stretches = new ArrayList<>();
            Instant from = planned.signsFrom().orElse(end);
            Instant until = planned.signsUntil().orElse(end);
            add(stretches, "published", planned.key().createdAt(), from);
            add(stretches, "signing", from, until);
            planned.goneAt().ifPresent(gone -> add(stretches, "retired", until, gone));
            return stretches;
        }

        /// As many round points of time as there is room for on a telephone.
        List<Tick> ticks(Messages messages) {
            Duration whole = Duration.between(begin, end);
            Duration step = STEPS.stream()
                    .filter(each -> each.multipliedBy(MOST_TICKS).compareTo(whole) >= 0)
                    .findFirst()
                    .orElseGet(() -> Duration.ofDays(whole.toDays() / MOST_TICKS + 1));
            String pattern = messages.text(step.compareTo(DAY) < 0 ? "page.hour" : "page.day");
            DateTimeFormatter form =
                    DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
            long seconds = step.toSeconds();
            List<Tick> ticks = new ArrayList<>();
            for (long at = Math.ceilDiv(begin.getEpochSecond(), seconds) * seconds;
                    at <= end.getEpochSecond();
                    at += seconds) {
                Instant instant = Instant.ofEpochSecond(at);
                int place = place(instant);
                int words = Math.clamp(place, HALF_OF_WORDS, WIDTH - HALF_OF_WORDS);
                ticks.add(new Tick(share(place), share(words), form.format(instant)));
            }
            return ticks;
        }

        private void add(List<Stretch> stretches, String phase, Instant from, Instant until) {
            int left = place(from);
            int width = place(until) - left;
            if (width > 0) stretches.add(new Stretch(phase, share(left), share(width)));
        }
    }
}
