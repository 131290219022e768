package dev.handstamp.server.web.admin;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Claims;
import dev.handstamp.jwt.Reason;
import dev.handstamp.server.administration.TokenDebugger.Looked;
import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.key.SigningKey;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.TokenWalk;
import dev.handstamp.server.issuance.TokenWalk.Check;
import dev.handstamp.server.issuance.TokenWalk.Outcome;
import dev.handstamp.server.issuance.TokenWalk.Step;
import dev.handstamp.server.live.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Takes a token apart: its three parts, what each claim means, and how this server's checks end.
///
/// The token comes in the body of a form and goes back in the page, and that is all that ever becomes of it: it is
/// neither kept nor logged, and nobody else is asked.
public final class TokenPage implements Entrance.Room {

    private static final String LOOK = "look";
    private static final Set<String> DATES = Set.of("exp", "iat", "nbf", "auth_time");

    /// Members that there is an explanation of: `admin.token.claim.<name>`.
    private static final Set<String> EXPLAINED = Set.of(
            "acr",
            "act",
            "alg",
            "amr",
            "aud",
            "auth_time",
            "client_id",
            "cnf",
            "exp",
            "grant_id",
            "iat",
            "iss",
            "jti",
            "kid",
            "nbf",
            "rev",
            "roles",
            "scope",
            "sid",
            "status",
            "sub",
            "typ");

    /// One member of header or payload.
    ///
    /// @param meaning what it says, in pieces of a sentence
    public record Member(String name, String value, List<Object> meaning) {}

    /// One check.
    ///
    /// @param outcome  `passed`, `failed` or `not-reached`
    /// @param value    what was looked at
    /// @param sentence what was compared with what, or what is wrong
    /// @param detail   in the words of the check itself, which are English; may be empty
    public record Line(
            String name, String outcome, String mark, List<Object> value, List<Object> sentence, String detail) {}

    /// A token that was taken apart.
    ///
    /// @param parts the three of them, or all that there is
    public record Taken(
            boolean isGood, List<String> parts, List<Member> header, List<Member> claims, List<Line> lines) {}

    /// What the page shows.
    public record View(Head head, Fields fields, @Nullable Taken taken, String form) {}

    @Override
    public Response handle(Clerk clerk) {
        return clerk.attemptToLook(TokenPage::look, given -> show(given, null));
    }

    private static Response look(Clerk clerk) {
        Looked looked = clerk.desk().debugger().look(clerk.parameter("token"));
        return show(clerk, new Reading(looked.token(), looked.walk(), looked.known(), looked.at(), clerk).taken());
    }

    private static Response show(Clerk clerk, @Nullable Taken taken) {
        View view = new View(clerk.head(), Fields.of(clerk, Map.of()), taken, clerk.form(LOOK));
        return clerk.page("admin/Token", clerk.words().text("admin.token.title"), view);
    }

    /// One token, put into words.
    ///
    /// @param now when it was looked at
    private record Reading(String token, TokenWalk walk, Snapshot known, Instant now, Clerk clerk) {

        Taken taken() {
            return new Taken(
                    walk.isGood(),
                    List.of(token.split("\\.", 3)),
                    members(walk.header()),
                    members(walk.claims()),
                    walk.steps().stream().map(this::line).toList());
        }

        private List<Member> members(Map<String, Object> object) {
            List<Member> members = new ArrayList<>();
            object.forEach((name, value) -> members.add(new Member(name, text(value), meaning(name, value))));
            return members;
        }

        private List<Object> meaning(String name, Object value) {
            String words = EXPLAINED.contains(name)
                    ? clerk.word("admin.token.claim", name.replace('_', '-'))
                    : words().text("admin.token.claim-other");
            Optional<Instant> at =
                    DATES.contains(name) ? Claims.of(Map.of(name, value)).instant(name) : Optional.empty();
            return at.map(instant -> List.<Object>of(words + " ", Moment.of(instant), " (" + distance(instant) + ")"))
                    .orElse(List.of(words));
        }

        private Line line(Step step) {
            String check = step.check().name().toLowerCase(Locale.ROOT);
            String outcome = step.outcome().name().toLowerCase(Locale.ROOT).replace('_', '-');
            boolean isFailed = step.outcome() == Outcome.FAILED;
            List<Object> sentence = switch (step.outcome()) {
                case PASSED -> List.of(passed(step.check()));
                case FAILED -> failed(step.check());
                case NOT_REACHED -> List.of();
            };
            return new Line(
                    clerk.word("admin.token.check", check),
                    outcome,
                    clerk.word("admin.token.outcome", outcome),
                    step.check() == Check.TIMES ? List.of(Moment.of(now)) : List.of(value(step.check())),
                    sentence,
                    isFailed ? walk.detail() : "");
        }

        private String value(Check check) {
            return switch (check) {
                case FORM -> words().text("admin.token.characters", token.length());
                case HEADER -> String.join(" ", walk.header().keySet());
                case ALGORITHM -> member(walk.header(), "alg");
                case TYPE -> member(walk.header(), "typ");
                case KEY -> member(walk.header(), "kid");
                case SIGNATURE, REVOCATION, TIMES -> "";
                case CLAIMS -> String.join(" ", walk.claims().keySet());
                case ISSUER -> member(walk.claims(), "iss");
                case AUDIENCE -> member(walk.claims(), "aud");
            };
        }

        private String passed(Check check) {
            return switch (check) {
                case KEY -> key();
                case AUDIENCE -> audience();
                case TIMES -> times();
                case REVOCATION ->
                    words().text(
                                    "admin.token.passed.revocation",
                                    known.revocations().size(),
                                    known.revocations().position());
                default -> clerk.word("admin.token.passed", check.name().toLowerCase(Locale.ROOT));
            };
        }

        private List<Object> failed(Check check) {
            if (walk.revoked().isPresent()) return revoked(walk.revoked().get());
            Reason reason = walk.reason().orElseThrow();
            String words = clerk.word("admin.token.reason", reason.code().replace('_', '-'));
            if (check == Check.TIMES) return List.of(words + " " + times());
            return List.of(
                    check == Check.KEY
                            ? words + " "
                                    + words().text(
                                                    "admin.token.keys",
                                                    known.keys()
                                                            .published()
                                                            .keys()
                                                            .size())
                            : words);
        }

        private List<Object> revoked(Revocation entry) {
            String kind = entry.kind().name().toLowerCase(Locale.ROOT);
            return clerk.sentence("admin.token.revoked", kind, Moment.of(entry.at()), entry.cause(), entry.position());
        }

        private String key() {
            Optional<SigningKey> row = known.keys().find(member(walk.header(), "kid"));
            if (row.isEmpty()) return words().text("admin.token.passed.key");
            SigningKey key = row.get();
            Instant since = key.activatedAt().orElse(key.createdAt());
            String age = span(Duration.between(since, now));
            String state = key.stateAt(now).name().toLowerCase(Locale.ROOT);
            String sentence =
                    clerk.word("admin.token.key", state, key.algorithm().joseName(), age);
            return key.api()
                    .map(api -> sentence + " " + words().text("admin.token.key.shared", api.value()))
                    .orElse(sentence);
        }

        private String audience() {
            Directory directory = known.directory();
            List<String> names = Claims.of(walk.claims()).strings("aud");
            List<String> unknown = names.stream()
                    .filter(name -> directory.api(new Audience(name)).isEmpty()
                            && directory
                                    .userInfo()
                                    .filter(api -> api.audience().value().equals(name))
                                    .isEmpty())
                    .toList();
            return unknown.isEmpty()
                    ? words().text("admin.token.passed.audience")
                    : words().text("admin.token.audience-unknown", String.join(", ", unknown));
        }

        private String times() {
            Claims claims = Claims.of(walk.claims());
            List<String> parts = new ArrayList<>();
            claims.instant("iat").ifPresent(at -> parts.add(words().text("admin.token.issued", distance(at))));
            claims.instant("nbf").ifPresent(at -> parts.add(words().text("admin.token.not-before", distance(at))));
            claims.instant("exp").ifPresent(at -> parts.add(words().text("admin.token.expires", distance(at))));
            return String.join(" ", parts);
        }

        private String distance(Instant at) {
            Duration ahead = Duration.between(now, at);
            return ahead.isNegative()
                    ? words().text("admin.ago", span(ahead.negated()))
                    : words().text("admin.ahead", span(ahead));
        }

        private String span(Duration span) {
            return Span.of(span);
        }

        private Messages words() {
            return clerk.words();
        }

        private static String member(Map<String, Object> object, String name) {
            Object value = object.get(name);
            return value == null ? "" : text(value);
        }

        private static String text(Object value) {
            return value instanceof String text ? text : Json.text(value);
        }
    }
}
