package dev.handstamp.server.web.admin;

import dev.handstamp.server.administration.Refused;
import dev.handstamp.server.administration.SystemHealth.Feed;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.live.ConnectedVerifier;
import dev.handstamp.server.web.Part;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What was taken back, the newest first, and who has heard of it. A script renews the page when the log moves.
public final class RevocationsPage implements Entrance.Room {

    static final String EVERYTHING = "everything";

    private static final int ENTRIES = 25;
    private static final int VERIFIERS = 20;

    /// One entry of the log.
    ///
    /// @param apis at which there can be a token that it refuses; empty: every API
    public record Entry(long position, Moment at, String kind, String id, String cause, String apis) {}

    /// A verifier that listens to this node.
    public record Listener(String api, String address, Moment since, String position, String age, String remark) {}

    /// What the page shows.
    public record View(
            Head head,
            long position,
            Part<Listener> listeners,
            List<Entry> entries,
            boolean isAsked,
            boolean isWithSessions,
            String form) {}

    @Override
    public Response handle(Clerk clerk) {
        return clerk.attempt(RevocationsPage::act, RevocationsPage::show);
    }

    private static Response act(Clerk clerk) {
        if (!clerk.action().equals(EVERYTHING)) throw new Refused("admin.choose");
        clerk.desk().revocations().everything(clerk.parameter("sessions").equals("yes"));
        return clerk.done(clerk.path(), Clerk.Done.REVOKED);
    }

    private static Response show(Clerk clerk) {
        Feed feed = clerk.desk().system().feed();
        List<Revocation> newest = clerk.desk().revocations().newest(0, ENTRIES);
        View view = new View(
                clerk.head(),
                feed.position(),
                Part.of(feed.verifiers(), clerk.visit(), "verifiers", VERIFIERS).map(each -> listener(clerk, each)),
                newest.reversed().stream().map(each -> entry(clerk, each)).toList(),
                clerk.action().equals(EVERYTHING),
                clerk.parameter("sessions").equals("yes"),
                clerk.form(EVERYTHING));
        return clerk.renewed("admin/Revocations", clerk.words().text("admin.revocations.title"), view);
    }

    private static Listener listener(Clerk clerk, ConnectedVerifier verifier) {
        String remark = "";
        if (!verifier.hasTakenAll()) remark = clerk.words().text("admin.revocations.behind");
        if (!verifier.isBroughtUp()) remark = clerk.words().text("admin.revocations.bringing");
        return new Listener(
                verifier.api().value(),
                verifier.address(),
                Moment.of(verifier.since()),
                verifier.position() < 0 ? "" : Long.toString(verifier.position()),
                verifier.age().toSeconds() < 10 ? verifier.age().toMillis() + " ms" : Span.of(verifier.age()),
                remark);
    }

    private static Entry entry(Clerk clerk, Revocation entry) {
        String kind = entry.kind().name().toLowerCase(Locale.ROOT);
        return new Entry(
                entry.position(),
                Moment.of(entry.at()),
                clerk.word("admin.revocations.kind", kind),
                entry.id(),
                entry.cause(),
                Brief.of(
                        entry.audiences().stream().map(Audience::value).sorted().collect(Collectors.joining(", "))));
    }
}
