package dev.handstamp.server.protocol.authorize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.SecretHash;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.RedirectUri;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.grant.AuthorizationRequest;
import dev.handstamp.server.domain.grant.ClaimsRequest;
import dev.handstamp.server.domain.grant.PendingRequest.Allowed;
import dev.handstamp.server.domain.grant.PendingRequest.Decision;
import dev.handstamp.server.domain.grant.PendingRequest.Denied;
import dev.handstamp.server.domain.grant.Prompt;
import dev.handstamp.server.domain.grant.RequestedAcr;
import dev.handstamp.server.domain.grant.ResponseMode;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.domain.session.AuthenticationMethod;
import dev.handstamp.server.domain.session.Proofs;
import dev.handstamp.server.domain.session.Session;
import dev.handstamp.server.domain.session.SessionId;
import dev.handstamp.server.domain.session.Visitor;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.Subject;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.domain.user.Username;
import dev.handstamp.server.protocol.ErrorCode;
import dev.handstamp.server.protocol.authorize.NextStep.AskConsent;
import dev.handstamp.server.protocol.authorize.NextStep.AskLogin;
import dev.handstamp.server.protocol.authorize.NextStep.IssueCode;
import dev.handstamp.server.protocol.authorize.NextStep.Refuse;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The table of OpenID Connect Core §3.1.2.3 and §3.1.2.4, without server, database and clock.
class NextStepTest {

    private static final Instant ASKED = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant NOW = ASKED.plusSeconds(60);
    private static final Instant LONG_AGO = ASKED.minus(Duration.ofHours(3));
    private static final Scopes ASKED_SCOPES = scopes("openid read");

    @Test
    void nobody_is_signed_in() {
        assertThat(step(new Case())).isEqualTo(new AskLogin());
        assertThat(step(new Case().prompt(Prompt.NONE))).satisfies(refused(ErrorCode.LOGIN_REQUIRED));
    }

    @Test
    void who_is_signed_in_is_asked_once() {
        Case signedIn = new Case().signedIn(LONG_AGO);

        assertThat(step(signedIn)).isEqualTo(new AskConsent(ASKED_SCOPES));
        assertThat(step(signedIn.prompt(Prompt.NONE))).satisfies(refused(ErrorCode.CONSENT_REQUIRED));
        assertThat(step(signedIn.remembered("openid read write"))).isInstanceOf(IssueCode.class);
        assertThat(step(signedIn.remembered("openid read").prompt(Prompt.NONE))).isInstanceOf(IssueCode.class);
        assertThat(step(signedIn.remembered("read"))).isInstanceOf(AskConsent.class);
        assertThat(step(signedIn.remembered("openid read").prompt(Prompt.CONSENT)))
                .isInstanceOf(AskConsent.class);
    }

    @Test
    void what_was_allowed_for_this_very_request_is_remembered() {
        Case allowed = new Case().signedIn(LONG_AGO).decided(new Allowed(new SessionId("sid"), ASKED_SCOPES));

        assertThat(step(allowed)).isInstanceOfSatisfying(IssueCode.class, code -> {
            assertThat(code.granted()).isEqualTo(ASKED_SCOPES);
            assertThat(code.remembered()).isEqualTo(ASKED_SCOPES);
        });
        assertThat(step(allowed.prompt(Prompt.CONSENT))).isInstanceOf(IssueCode.class);
    }

    @Test
    @DisplayName("O-32: what another session has allowed counts for nothing, nor what covers less than is asked")
    void a_decision_is_bound_to_its_session_and_scopes() {
        Case signedIn = new Case().signedIn(LONG_AGO);

        assertThat(step(signedIn.decided(new Allowed(new SessionId("other"), ASKED_SCOPES))))
                .isInstanceOf(AskConsent.class);
        assertThat(step(signedIn.decided(new Allowed(new SessionId("sid"), scopes("read")))))
                .isInstanceOf(AskConsent.class);
    }

    @Test
    void who_said_no_is_believed() {
        assertThat(step(new Case().decided(new Denied()))).satisfies(refused(ErrorCode.ACCESS_DENIED));
        assertThat(step(new Case().signedIn(NOW).remembered("openid read").decided(new Denied())))
                .satisfies(refused(ErrorCode.ACCESS_DENIED));
    }

    @Test
    void a_login_asked_for_is_a_login_after_the_request() {
        for (Prompt prompt : List.of(Prompt.LOGIN, Prompt.SELECT_ACCOUNT)) {
            Case asked = new Case().prompt(prompt).remembered("openid read");
            assertThat(step(asked.signedIn(LONG_AGO))).isEqualTo(new AskLogin());
            assertThat(step(asked.signedIn(ASKED.plusSeconds(1)))).isInstanceOf(IssueCode.class);
        }
    }

    @Test
    void an_old_login_is_renewed_where_max_age_asks_for_it() {
        Case old = new Case().signedIn(LONG_AGO).remembered("openid read");

        assertThat(step(old.maxAge(Duration.ofHours(4)))).isInstanceOf(IssueCode.class);
        assertThat(step(old.maxAge(Duration.ofHours(2)))).isEqualTo(new AskLogin());
        assertThat(step(old.maxAge(Duration.ofHours(2)).prompt(Prompt.NONE)))
                .satisfies(refused(ErrorCode.LOGIN_REQUIRED));
        // Zero seconds are over when the user comes back from the login page, which must not show again.
        assertThat(step(old.signedIn(ASKED.plusSeconds(1)).maxAge(Duration.ZERO)))
                .isInstanceOf(IssueCode.class);
    }

    @Test
    void another_user_than_the_hinted_one_is_asked_to_sign_in_once() {
        Case other = new Case().remembered("openid read").notHinted();

        assertThat(step(other.signedIn(LONG_AGO))).isEqualTo(new AskLogin());
        assertThat(step(other.signedIn(LONG_AGO).prompt(Prompt.NONE))).satisfies(refused(ErrorCode.LOGIN_REQUIRED));
        assertThat(step(other.signedIn(ASKED.plusSeconds(1)))).satisfies(refused(ErrorCode.LOGIN_REQUIRED));
    }

    @Test
    @DisplayName("RFC 8252 §8.6: a client that anybody can pretend to be is asked about each time")
    void a_native_client_is_asked_about_each_time() {
        Case known = new Case().signedIn(LONG_AGO).remembered("openid read").publicClient();

        assertThat(step(known)).isInstanceOf(IssueCode.class);
        assertThat(step(known.redirectUri("http://127.0.0.1/cb"))).isInstanceOf(AskConsent.class);
        assertThat(step(known.redirectUri("com.example.app:/cb"))).isInstanceOf(AskConsent.class);
    }

    @Test
    void one_of_our_own_clients_asks_for_consent_only_where_it_says_so() {
        Case own = new Case().signedIn(LONG_AGO).trusted();

        assertThat(step(own)).isInstanceOf(IssueCode.class);
        assertThat(step(own.prompt(Prompt.CONSENT))).isInstanceOf(AskConsent.class);
    }

    @Test
    @DisplayName("O-23: granted is what was asked for, as far as user and client can; nothing is refused")
    void granted_is_what_can_be_granted() {
        Case own = new Case().signedIn(LONG_AGO).trusted();

        assertThat(step(own.asking("openid read admin")))
                .isInstanceOfSatisfying(
                        IssueCode.class, code -> assertThat(code.granted()).isEqualTo(ASKED_SCOPES));
        assertThat(step(own.asking("admin"))).satisfies(refused(ErrorCode.INVALID_SCOPE));
        assertThat(step(own.askingNothing()))
                .isInstanceOfSatisfying(
                        IssueCode.class, code -> assertThat(code.granted()).isEqualTo(scopes("read write")));
    }

    @Test
    void single_claims_are_asked_about_like_their_scopes() {
        Case claims = new Case()
                .signedIn(LONG_AGO)
                .remembered("openid read")
                .claims(new ClaimsRequest(Set.of("name"), Set.of("email")));

        assertThat(step(claims)).isEqualTo(new AskConsent(scopes("openid read profile email")));
    }

    private static Consumer<NextStep> refused(ErrorCode code) {
        return step -> assertThat(step)
                .isInstanceOfSatisfying(
                        Refuse.class, refuse -> assertThat(refuse.code()).isEqualTo(code));
    }

    private static NextStep step(Case each) {
        return NextStep.decide(each.situation());
    }

    private static Scopes scopes(String text) {
        return Scopes.parse(text).orElseThrow();
    }

    /// A situation with everything at its plainest.
    private record Case(
            Set<Prompt> prompts,
            Optional<Duration> maxAge,
            Optional<Instant> authenticatedAt,
            Optional<Scopes> remembered,
            Optional<Decision> decision,
            boolean hinted,
            boolean isPublic,
            boolean isTrusted,
            String redirectUri,
            Optional<Scopes> asked,
            ClaimsRequest claims) {

        Case() {
            this(
                    Set.of(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    true,
                    false,
                    false,
                    "https://app.example/cb",
                    Optional.of(ASKED_SCOPES),
                    ClaimsRequest.NONE);
        }

        Case prompt(Prompt... some) {
            return new Case(
                    Set.copyOf(Arrays.asList(some)),
                    maxAge,
                    authenticatedAt,
                    remembered,
                    decision,
                    hinted,
                    isPublic,
                    isTrusted,
                    redirectUri,
                    asked,
                    claims);
        }

        Case maxAge(Duration age) {
            return new Case(
                    prompts,
                    Optional.of(age),
                    authenticatedAt,
                    remembered,
                    decision,
                    hinted,
                    isPublic,
                    isTrusted,
                    redirectUri,
                    asked,
                    claims);
        }

        Case signedIn(Instant at) {
            return new Case(
                    prompts,
                    maxAge,
                    Optional.of(at),
                    remembered,
                    decision,
                    hinted,
                    isPublic,
                    isTrusted,
                    redirectUri,
                    asked,
                    claims);
        }

        Case remembered(String text) {
            return new Case(
                    prompts,
                    maxAge,
                    authenticatedAt,
                    Optional.of(scopes(text)),
                    decision,
                    hinted,
                    isPublic,
                    isTrusted,
                    redirectUri,
                    asked,
                    claims);
        }

        Case decided(Decision said) {
            return new Case(
                    prompts,
                    maxAge,
                    authenticatedAt,
                    remembered,
                    Optional.of(said),
                    hinted,
                    isPublic,
                    isTrusted,
                    redirectUri,
                    asked,
                    claims);
        }

        Case notHinted() {
            return new Case(
                    prompts,
                    maxAge,
                    authenticatedAt,
                    remembered,
                    decision,
                    false,
                    isPublic,
                    isTrusted,
                    redirectUri,
                    asked,
                    claims);
        }

        Case publicClient() {
            return new Case(
                    prompts,
                    maxAge,
                    authenticatedAt,
                    remembered,
                    decision,
                    hinted,
                    true,
                    isTrusted,
                    redirectUri,
                    asked,
                    claims);
        }

        Case trusted() {
            return new Case(
                    prompts,
                    maxAge,
                    authenticatedAt,
                    remembered,
                    decision,
                    hinted,
                    isPublic,
                    true,
                    redirectUri,
                    asked,
                    claims);
        }

        Case redirectUri(String uri) {
            return new Case(
                    prompts,
                    maxAge,
                    authenticatedAt,
                    remembered,
                    decision,
                    hinted,
                    isPublic,
                    isTrusted,
                    uri,
                    asked,
                    claims);
        }

        Case asking(String text) {
            return new Case(
                    prompts,
                    maxAge,
                    authenticatedAt,
                    remembered,
                    decision,
                    hinted,
                    isPublic,
                    isTrusted,
                    redirectUri,
                    Optional.of(scopes(text)),
                    claims);
        }

        Case askingNothing() {
            return new Case(
                    prompts,
                    maxAge,
                    authenticatedAt,
                    remembered,
                    decision,
                    hinted,
                    isPublic,
                    isTrusted,
                    redirectUri,
                    Optional.empty(),
                    claims);
        }

        Case claims(ClaimsRequest some) {
            return new Case(
                    prompts,
                    maxAge,
                    authenticatedAt,
                    remembered,
                    decision,
                    hinted,
                    isPublic,
                    isTrusted,
                    redirectUri,
                    asked,
                    some);
        }

        Situation situation() {
            RedirectUri uri = new RedirectUri(redirectUri);
            Client client = new Client(
                    new ClientId("web"),
                    Set.of(GrantType.AUTHORIZATION_CODE),
                    Set.of(),
                    ASKED_SCOPES,
                    isPublic ? Optional.empty() : Optional.of(new SecretHash("x")),
                    new Redirection("", List.of(uri), List.of(), true, !isTrusted),
                    ClientMetadata.NONE,
                    LONG_AGO);
            Api api = new Api(
                    new Audience("https://api.example"),
                    scopes("read write"),
                    Algorithm.RS256,
                    Duration.ofMinutes(5),
                    List.of(),
                    new SecretHash("x"),
                    LONG_AGO);
            AuthorizationRequest request = new AuthorizationRequest(
                    client,
                    uri,
                    true,
                    ResponseMode.QUERY,
                    Optional.empty(),
                    api,
                    asked,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    claims,
                    Set.of(),
                    RequestedAcr.ANY,
                    prompts,
                    maxAge);
            return new Situation(
                    request,
                    ASKED,
                    authenticatedAt.map(Case::visitor),
                    false,
                    hinted,
                    scopes("openid read write"),
                    remembered,
                    decision,
                    NOW);
        }

        private static Visitor visitor(Instant at) {
            User user = new User(
                    new Subject("usr_vera"),
                    new Username("vera"),
                    "",
                    "",
                    new TreeSet<>(),
                    Map.of(),
                    new PasswordHash("x"),
                    false,
                    LONG_AGO);
            Session session = new Session(
                    new SessionId("sid"), user.subject(), "", "", LONG_AGO, NOW.plusSeconds(600), Optional.empty());
            Proofs proofs = Proofs.of(AuthenticationMethod.PASSWORD, at);
            return new Visitor(user, session, proofs, false, new Secret("cookie").hash());
        }
    }
}
