package dev.handstamp.server.protocol.authorize;

import dev.handstamp.server.domain.Directory;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.grant.AuthorizationRequest;
import dev.handstamp.server.domain.grant.PendingRequest;
import dev.handstamp.server.domain.grant.PendingRequest.Origin;
import dev.handstamp.server.domain.grant.RequestUri;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.AssuranceLevel;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.html.Look;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Form;
import dev.handstamp.server.http.FormResult;
import dev.handstamp.server.http.HostCookie;
import dev.handstamp.server.http.MalformedForm;
import dev.handstamp.server.http.Request;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.issuance.AnswerSigners;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.issuance.ClientDocuments;
import dev.handstamp.server.issuance.ClientDocuments.Found;
import dev.handstamp.server.issuance.IdTokens;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.live.Snapshot;
import dev.handstamp.server.protocol.Callers;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.authorize.CheckedRequest.Refused;
import dev.handstamp.server.protocol.authorize.CheckedRequest.Sound;
import dev.handstamp.server.protocol.authorize.CheckedRequest.Untrusted;
import dev.handstamp.server.protocol.authorize.GivenRequest.Plain;
import dev.handstamp.server.protocol.authorize.GivenRequest.Signed;
import dev.handstamp.server.protocol.authorize.GivenRequest.Unreadable;
import dev.handstamp.server.protocol.authorize.NextStep.AskConsent;
import dev.handstamp.server.protocol.authorize.NextStep.AskLogin;
import dev.handstamp.server.protocol.authorize.NextStep.AskNewFactor;
import dev.handstamp.server.protocol.authorize.NextStep.AskSecondFactor;
import dev.handstamp.server.protocol.authorize.NextStep.IssueCode;
import dev.handstamp.server.protocol.authorize.NextStep.Refuse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where a client sends its user, and where the user comes back to after each page: the only door that decides what
/// comes next and that answers the client.
///
/// A request that needs the user is kept here and goes on under its name; so does one that was posted, since a browser
/// brings our cookie along only when it follows a link or a redirect.
///
/// @see <a href="https://www.rfc-editor.org/rfc/rfc6749#section-3.1">RFC 6749 §3.1, authorization endpoint</a>
public final class AuthorizeEndpoint implements Endpoint {

    private static final String PATH = "/authorize";
    private static final Provenance BARE = new Provenance(false, false);
    private static final Provenance SIGNED = new Provenance(false, true);
    private static final String TITLE = "authorize.error.title";

    /// A request that is under way.
    ///
    /// @param name    of the kept request; empty for one that came just now
    /// @param pending what is kept of it
    private record Course(Map<String, String> parameters, Optional<RequestUri> name, Optional<PendingRequest> pending) {

        static Course begun(Map<String, String> parameters) {
            return new Course(parameters, Optional.empty(), Optional.empty());
        }
    }

    private final Live live;
    private final ClientDocuments documents;
    private final Browsers browsers;
    private final Authorizations authorizations;
    private final IdTokens idTokens;
    private final RequestObjects objects;
    private final AuthorizationResponse responses;
    private final InstantSource clock;

    public AuthorizeEndpoint(
            Live live,
            ClientDocuments documents,
            Browsers browsers,
            Authorizations authorizations,
            IdTokens idTokens,
            RequestObjects objects,
            AnswerSigners signers,
            String issuer,
            InstantSource clock) {
        this.live = live;
        this.documents = documents;
        this.browsers = browsers;
        this.authorizations = authorizations;
        this.idTokens = idTokens;
        this.objects = objects;
        this.responses = new AuthorizationResponse(issuer, signers, clock);
        this.clock = clock;
    }

    @Override
    public Response handle(Request request) {
        boolean posted = request.method().equals("POST");
        if (!posted && !request.method().equals("GET"))
            return Response.empty(405).header("Allow", "GET, POST");
        FormResult read = posted ? Form.parse(request) : Form.parseQuery(request);
        return switch (read) {
            case MalformedForm malformed -> {
                Messages words = words(request, Map.of());
                yield page(words, malformed.status(), words.text("authorize.malformed"));
            }
            case Form form -> handle(request, form.toMap(), posted);
        };
    }

    private Response handle(Request request, Map<String, String> parameters, boolean posted) {
        Messages words = words(request, parameters);
        Optional<RequestUri> name =
                Optional.ofNullable(parameters.get(RequestObjects.REQUEST_URI)).flatMap(RequestUri::parse);
        if (name.isPresent()) return resume(request, parameters, name.get());
        Found found = find(parameters, request);
        if (found.problem().isPresent()) return page(words, 400, found.problem().get());
        Directory directory = found.known().directory();
        return switch (objects.read(parameters, RequestCheck.client(parameters, directory), Callers.of(request))) {
            case Plain(var given) -> check(request, Course.begun(given), BARE, posted, found.known());
            case Signed(var given) -> check(request, Course.begun(given), SIGNED, posted, found.known());
            case Unreadable(var code, var description) ->
                answer(words, RequestCheck.refuse(parameters, directory, code, description));
        };
    }

    private Response resume(Request request, Map<String, String> parameters, RequestUri name) {
        Messages plain = words(request, parameters);
        Optional<PendingRequest> pending =
                authorizations.find(name).filter(found -> found.client().value().equals(parameters.get("client_id")));
        // A device is answered at its own page.
        if (pending.filter(found -> found.origin() == Origin.DEVICE).isPresent()) pending = Optional.empty();
        if (pending.isEmpty()) return wrong(plain, "authorize.unknown-request");
        // Whoever comes at the same moment finds it begun, and goes on as well.
        boolean isLate = pending.get().origin() == Origin.PUSHED
                && !authorizations.begin(name)
                && !pending.get().isOpenAt(clock.instant());
        if (isLate) return wrong(plain, "authorize.late");
        Optional<PendingRequest> begun = authorizations.find(name);
        if (begun.isEmpty()) return wrong(plain, "authorize.answered");
        Found found = find(begun.get().parameters(), request);
        if (found.problem().isPresent()) return page(plain, 400, found.problem().get());
        Course course = new Course(begun.get().parameters(), Optional.of(name), begun);
        return check(request, course, Provenance.KEPT, false, found.known());
    }

    /// What is known, with a client that describes itself among it.
    private Found find(Map<String, String> parameters, Request request) {
        return documents.find(parameters.getOrDefault("client_id", ""), live.current(), Callers.of(request));
    }

    private Response check(Request request, Course course, Provenance provenance, boolean posted, Snapshot known) {
        CheckedRequest checked = RequestCheck.check(course.parameters, known.directory(), provenance);
        if (!(checked instanceof Sound(var sound))) return answer(words(request, course.parameters), checked);
        return posted
                ? Response.seeOther(
                        PATH + "?" + keep(course, sound).query(sound.client().id()))
                : proceed(request, course, sound, known);
    }

    /// Tells whom it may concern what is wrong with a request.
    private Response answer(Messages words, CheckedRequest wrong) {
        return switch (wrong) {
            case Untrusted(var problem, var home) ->
                home.map(uri -> Page.linked(400, words, look(), "authorize.error", uri, words.text(problem))
                                .toResponse())
                        .orElseGet(() -> wrong(words, problem));
            case Refused(var to, var code, var description) -> responses.error(words, to, code, description);
            case Sound _ -> throw new IllegalStateException("nothing is wrong with it");
        };
    }

    private Response proceed(Request request, Course course, AuthorizationRequest sound, Snapshot known) {
        ReturnAddress to = ReturnAddress.of(sound);
        Messages words = words(request, course.parameters);
        Instant now = clock.instant();
        boolean tooLate =
                course.pending.filter(pending -> !pending.isOpenAt(now)).isPresent();
        if (tooLate) return responses.error(words, to, ErrorCode.ACCESS_DENIED, "Signing in took too long.");

        Optional<Visitor> visitor =
                HostCookie.SESSION.read(request).map(Secret::new).flatMap(browsers::visitor);
        return switch (NextStep.decide(situation(course, sound, visitor, known, now))) {
            case AskLogin _ -> ask("/login", keep(course, sound));
            case AskSecondFactor _ -> ask("/login/totp", keep(course, sound));
            case AskNewFactor _ -> ask("/login/factor", keep(course, sound));
            case AskConsent(var scopes) -> {
                RequestUri name = keep(course, sound);
                authorizations.ask(name, scopes);
                yield ask("/consent", name);
            }
            case IssueCode(var who, var granted, var remembered) ->
                authorizations
                        .issueCode(sound, once(course), who, granted, remembered, Callers.of(request))
                        .map(code -> responses.code(words, to, code))
                        .orElseGet(() -> wrong(words, "authorize.answered"));
            case Refuse(var code, var description) -> responses.error(words, to, code, description);
        };
    }

    private Situation situation(
            Course course, AuthorizationRequest sound, Optional<Visitor> visitor, Snapshot known, Instant now) {
        Directory directory = known.directory();
        Scopes grantable = visitor.map(found -> directory.grantableScopesOf(found.user(), sound.client(), sound.api()))
                .orElse(Scopes.NONE);
        Optional<Scopes> remembered = visitor.flatMap(found -> authorizations.consent(
                found.user().subject(), sound.client().id(), sound.api().audience()));
        return new Situation(
                sound,
                course.pending.map(PendingRequest::createdAt).orElse(now),
                visitor,
                hasMoreToShow(sound, visitor),
                isHinted(course, sound, visitor, known),
                grantable,
                remembered,
                course.pending.flatMap(PendingRequest::decision),
                now);
    }

    /// Looked up only where it makes a difference.
    private boolean hasMoreToShow(AuthorizationRequest sound, Optional<Visitor> visitor) {
        boolean matters = !sound.acr().values().isEmpty() || sound.client().levelAt(sound.api()) != AssuranceLevel.AAL1;
        return matters
                && visitor.filter(found -> found.proofs().level() == AssuranceLevel.AAL1)
                        .map(found -> browsers.hasSecondFactor(found.user().subject()))
                        .orElse(true);
    }

    /// A hint that cannot be read says nothing: it may be of a key that is long gone.
    private boolean isHinted(Course course, AuthorizationRequest sound, Optional<Visitor> visitor, Snapshot known) {
        boolean isAsked = visitor.isEmpty()
                || sound.subjects().isEmpty()
                || idTokens.isAmong(sound.subjects(), visitor.get().user(), sound.client());
        if (!isAsked) return false;
        Optional<IdTokens.Hint> hint = Optional.ofNullable(course.parameters.get("id_token_hint"))
                .flatMap(token -> idTokens.read(token, known));
        return hint.isEmpty()
                || visitor.isEmpty()
                || idTokens.isAbout(hint.get(), visitor.get().user(), known);
    }

    /// A request that was pushed is answered once (RFC 9126 §4); one that came with a browser goes on in every tab.
    private static Optional<RequestUri> once(Course course) {
        boolean pushed = course.pending
                .filter(pending -> pending.origin() != Origin.BROWSER)
                .isPresent();
        return pushed ? course.name : Optional.empty();
    }

    private RequestUri keep(Course course, AuthorizationRequest sound) {
        return course.name.orElseGet(() -> authorizations.keep(sound.client().id(), course.parameters));
    }

    private static Response ask(String page, RequestUri name) {
        return Response.seeOther(page + "?request=" + name.id().value()).noStore();
    }

    /// The language that the client has named for its user, or else that of the browser.
    private static Messages words(Request request, Map<String, String> parameters) {
        List<String> browser = Messages.ranges(request.header("Accept-Language").orElse(""));
        return Messages.of(Messages.wanted(Optional.ofNullable(parameters.get("ui_locales")), browser));
    }

    /// What a page wears that leads to no client: the server's brand.
    private Look look() {
        return Look.of(live.current().directory().brands().server());
    }

    /// @param problem key of the words that say what is wrong
    private Response wrong(Messages words, String problem) {
        return page(words, 400, words.text(problem));
    }

    private Response page(Messages words, int status, String problem) {
        return Page.problem(status, words, look(), words.text(TITLE), List.of(problem, words.text("authorize.back")))
                .toResponse();
    }
}
