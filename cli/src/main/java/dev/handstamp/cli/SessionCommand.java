package dev.handstamp.cli;

import dev.handstamp.server.administration.Sessions.Listed;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp session`: who is signed in.
@Command(
        name = "session",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Sessions: who is signed in, and signing them out.",
        footerHeading = "%nExamples:%n",
        footer = {"  handstamp session list --user vera", "  handstamp session revoke --user vera"})
final class SessionCommand {

    @Command(name = "list", description = "Lists live sessions, the last to expire first.")
    int list(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Option(names = "--user", paramLabel = "USER", description = "Only this user's.") @Nullable String user,
            @Option(
                            names = "--limit",
                            paramLabel = "N",
                            defaultValue = "1000",
                            description = "At most N. Default: 1000")
                    int limit) {
        if (limit < 1) throw new WrongUsage("--limit is at least 1");
        return store.with(office -> {
            List<Listed> sessions = office.sessions().list(Optional.ofNullable(user), limit);
            Instant now = office.now();
            return printed.many(
                    sessions.stream().map(SessionCommand::object).toList(),
                    List.of("SESSION", "USER", "FROM", "BEGAN", "ENDS", "AGENT"),
                    sessions.stream().map(session -> row(session, now)).toList(),
                    "Nobody is signed in.");
        });
    }

    @Command(
            name = "revoke",
            description =
                    "Ends a session, or every session of a user: its refresh tokens and tokens are refused at once.")
    int revoke(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "SESSION", arity = "0..1", description = "The session's sid.") @Nullable String id,
            @Option(names = "--user", paramLabel = "USER", description = "Every session of this user.") @Nullable
                    String user) {
        if ((id == null) == (user == null)) throw new WrongUsage("name either a session or --user USER");
        return store.with(office -> {
            List<String> ended = id != null
                    ? List.of(office.sessions().revoke(id).id().value())
                    : office.sessions().revokeAll(user == null ? "" : user).stream()
                            .map(SessionId::value)
                            .toList();
            String sentence = ended.size() == 1 ? "Ended 1 session." : "Ended " + ended.size() + " sessions.";
            return printed.done(Map.of("revoked", ended), sentence);
        });
    }

    private static Map<String, Object> object(Listed listed) {
        Session session = listed.session();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("sid", session.id().value());
        object.put("sub", session.subject().value());
        object.put("username", listed.username().value());
        object.put("address", session.address());
        object.put("user_agent", session.userAgent());
        object.put("created_at", Shown.utc(session.createdAt()));
        object.put("expires_at", Shown.utc(session.expiresAt()));
        return object;
    }

    private static List<String> row(Listed listed, Instant now) {
        Session session = listed.session();
        String agent = session.userAgent();
        return List.of(
                session.id().value(),
                listed.username().value(),
                session.address(),
                Shown.instant(session.createdAt(), now),
                Shown.instant(session.expiresAt(), now),
                Shown.orDash(agent.length() > 40 ? agent.substring(0, 40) + "…" : agent));
    }
}
