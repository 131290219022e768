package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import dev.handstamp.jwt.InvalidJwkException;
import dev.handstamp.jwt.JwkSet;
import dev.handstamp.jwt.Jws;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.signal.EventStream;
import dev.handstamp.server.store.Counted;
import dev.handstamp.server.store.EventStreamStore;
import dev.handstamp.server.store.RevisionStore;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// The transmitter of shared signals, over real HTTP, with a receiver that polls and one that is pushed to.
class SharedSignalsTest {

    private static final String SECRET = "the-secret-of-the-receiver";
    private static final String CAEP = "https://schemas.openid.net/secevent/caep/event-type/";
    private static final String SSF = "https://schemas.openid.net/secevent/ssf/event-type/";
    private static final Map<String, String> SETTINGS =
            Map.of("issuer", "http://localhost:1", "outbound.addresses", "any");
    private static final PasswordHasher HASHER = new PasswordHasher(1, 1, new Secrets(new SecureRandom()));

    private static RunningServer server;

    @BeforeAll
    static void start() {
        server = RunningServer.start(SETTINGS);
        Set<GrantType> own = Set.of(GrantType.CLIENT_CREDENTIALS);
        server.addClient("soc", SECRET, own, List.of(RunningServer.ORDERS), "ssf.manage", "ssf.read");
        server.addClient("warehouse", SECRET, own, List.of(RunningServer.STOCK), "ssf.manage");
    }

    @AfterAll
    static void stop() {
        HASHER.close();
        server.close();
    }

    @AfterEach
    void deleteStreams() {
        EventStreamStore streams = new EventStreamStore();
        server.database.inTransaction(tx -> {
            for (EventStream stream : streams.list(tx)) streams.delete(tx, stream.id(), stream.client());
            return true;
        });
    }

    @Test
    @DisplayName("SSF 1.0 §7: the configuration document names what works, and nothing else")
    void the_configuration_document_names_what_works() {
        Map<String, Object> metadata =
                server.call("GET", "/.well-known/ssf-configuration").send().json();
        assertThat(metadata)
                .containsOnlyKeys(
                        "spec_version",
                        "issuer",
                        "jwks_uri",
                        "delivery_methods_supported",
                        "configuration_endpoint",
                        "status_endpoint",
                        "add_subject_endpoint",
                        "remove_subject_endpoint",
                        "verification_endpoint",
                        "authorization_schemes",
                        "default_subjects")
                .containsEntry("spec_version", "1_0")
                .containsEntry("issuer", server.issuer())
                .containsEntry("authorization_schemes", List.of(Map.of("spec_urn", "urn:ietf:rfc:6749")));
        metadata.forEach((name, value) -> {
            if (!name.endsWith("_endpoint")) return;
            String path = value.toString().substring(server.issuer().length());
            assertThat(server.call("POST", path).json("{}").send().status())
                    .as(name)
                    .isEqualTo(401);
        });
    }

    @Test
    void a_session_that_ends_is_told_to_a_receiver_that_waits() throws Exception {
        String stream = create("soc", Map.of()).string("stream_id");
        String token = server.logIn().string("access_token");
        CompletableFuture<Reply> waiting = CompletableFuture.supplyAsync(() -> poll("soc", stream, Map.of()));

        server.call("DELETE", "/session").bearer(token).send();

        Reply reply = waiting.get(60, TimeUnit.SECONDS);
        String set = onlySet(reply);
        Map<String, Object> claims = verified(set);
        assertThat(RunningServer.header(set))
                .containsEntry("typ", "secevent+jwt")
                .containsEntry("alg", "RS256");
        assertThat(claims)
                .containsOnlyKeys("iss", "aud", "iat", "jti", "txn", "sub_id", "events")
                .containsEntry("iss", server.issuer())
                .containsEntry("aud", "soc")
                .containsEntry(
                        "sub_id",
                        Map.of(
                                "format", "complex",
                                "user", vera(),
                                "session", Map.of("format", "opaque", "id", sid(token))));
        assertThat(event(claims, CAEP + "session-revoked"))
                .containsEntry("initiating_entity", "user")
                .containsEntry("reason_admin", Map.of("en", "logged out"))
                .containsKey("event_timestamp");
    }

    @Test
    @DisplayName("RFC 8936 §2: an event comes again, the same one, until it is acknowledged")
    void an_event_comes_again_until_it_is_acknowledged() {
        String stream = create("soc", Map.of()).string("stream_id");
        endSession();
        endSession();
        Map<String, Object> first = sets(awaitSets("soc", stream, 2));

        assertThat(sets(poll("soc", stream, now(Map.of())))).containsOnlyKeys(first.keySet());
        Reply one = poll("soc", stream, now(Map.of("maxEvents", 1)));
        assertThat(sets(one)).hasSize(1);
        assertThat(one.json()).containsEntry("moreAvailable", true);

        String taken = sets(one).keySet().iterator().next();
        Reply rest = poll("soc", stream, now(Map.of("ack", List.of(taken))));
        assertThat(sets(rest)).hasSize(1).doesNotContainKey(taken);
        assertThat(rest.json()).doesNotContainKey("moreAvailable");

        Map<String, Object> refusal = Map.of(onlyKey(rest), Map.of("err", "invalid_key", "description", "no"));
        Reply none = poll("soc", stream, Map.of("maxEvents", 0, "setErrs", refusal));
        assertThat(sets(none)).isEmpty();
        assertThat(sets(poll("soc", stream, now(Map.of())))).isEmpty();
    }

    @Test
    void what_a_receiver_has_not_taken_outlives_a_restart_of_the_server() {
        String stream = create("soc", Map.of()).string("stream_id");
        endSession();
        Map<String, Object> before = sets(awaitSets("soc", stream, 1));
        server = server.restarted(SETTINGS);
        endSession();

        assertThat(sets(awaitSets("soc", stream, 2)))
                .hasSize(2)
                .containsKeys(before.keySet().iterator().next());
    }

    @Test
    void what_is_revoked_while_no_server_runs_is_told_afterwards() {
        String stream = create("soc", Map.of()).string("stream_id");
        String token = server.logIn().string("access_token");
        long position =
                server.database.read(tx -> new RevisionStore().position(tx)).position();
        server.call("DELETE", "/session").bearer(token).send();
        awaitSets("soc", stream, 1);
        // As a process leaves it that dies after the revocation and before the stream moved on.
        server.execute("DELETE FROM pending_event");
        server.execute("UPDATE event_stream SET position = " + position);

        server = server.restarted(SETTINGS);

        assertThat(subjectOf(verified(onlySet(awaitSets("soc", stream, 1))))).containsEntry("format", "complex");
    }

    @Test
    void events_are_pushed_in_order_with_the_receivers_credential_and_again_after_a_failure() throws Exception {
        try (SignalReceiver receiver = new SignalReceiver()) {
            receiver.answer(503, "");
            String stream = create("soc", Map.of("delivery", push(receiver.url(), "Bearer let-me-in")))
                    .string("stream_id");
            String first = endSession();
            SignalReceiver.Pushed refused = receiver.next();
            String second = endSession();
            server = server.restarted(SETTINGS);
            receiver.answer(202, "");

            SignalReceiver.Pushed again = next(receiver, first);
            SignalReceiver.Pushed following = next(receiver, second);

            assertThat(jti(again)).isEqualTo(jti(refused));
            assertThat(again.authorization()).isEqualTo("Bearer let-me-in");
            assertThat(again.mediaType()).isEqualTo("application/secevent+jwt");
            verified(following.token());
            await(() -> count("pending_event") == 0);
            assertThat(server.everythingStored()).doesNotContain("let-me-in");
            assertThat(show("soc", stream).text()).contains(receiver.url()).doesNotContain("let-me-in");
        }
    }

    @Test
    @DisplayName("RFC 8935 §2.3: an event that its receiver finds wrong is not sent for ever")
    void an_event_that_is_refused_for_good_does_not_stop_the_next() {
        try (SignalReceiver receiver = new SignalReceiver()) {
            receiver.answer(400, "{\"err\":\"invalid_request\",\"description\":\"no\"}");
            create("soc", Map.of("delivery", push(receiver.url(), null)));
            String first = endSession();
            assertThat(session(receiver.next())).isEqualTo(first);
            receiver.answer(202, "");
            String second = endSession();
            assertThat(session(receiver.next())).isEqualTo(second);
        }
    }

    @Test
    void a_new_password_is_a_credential_change_and_the_end_of_all_sessions_of_one_cause() {
        String stream = create("soc", Map.of()).string("stream_id");
        server.logIn();
        users().changePassword("vera", RunningServer.PASSWORD);

        List<Map<String, Object>> events = awaitSets("soc", stream, 2).json().values().stream()
                .filter(Map.class::isInstance)
                .flatMap(sets -> ((Map<?, ?>) sets).values().stream())
                .map(set -> verified(set.toString()))
                .toList();
        assertThat(events).allSatisfy(claims -> assertThat(subjectOf(claims)).isEqualTo(vera()));
        assertThat(events.get(0).get("txn")).isEqualTo(events.get(1).get("txn"));
        Map<String, Object> change = events.stream()
                .filter(claims -> claims.get("events").toString().contains("credential-change"))
                .findFirst()
                .orElseThrow();
        assertThat(event(change, CAEP + "credential-change"))
                .containsEntry("credential_type", "password")
                .containsEntry("change_type", "update")
                .containsEntry("reason_admin", Map.of("en", "password changed"));
    }

    @Test
    void a_user_who_may_less_has_other_claims_in_the_next_token() {
        String stream = create("soc", Map.of("events_requested", List.of(CAEP + "token-claims-change", "urn:unknown")))
                .string("stream_id");
        server.logIn();
        users().change("vera", roles(List.of(), List.of("buyer")));
        try {
            Map<String, Object> claims = verified(onlySet(awaitSets("soc", stream, 1)));
            assertThat(event(claims, CAEP + "token-claims-change"))
                    .containsEntry("claims", Map.of("roles", List.of(), "age", 34L, "email", "vera@example.org"));
        } finally {
            users().change("vera", roles(List.of("buyer"), List.of()));
        }
    }

    @Test
    void a_receiver_hears_of_the_users_of_its_apis_and_of_no_others() {
        String hears = create("soc", Map.of()).string("stream_id");
        String hearsNot = create("warehouse", Map.of()).string("stream_id");
        endSession();
        awaitSets("soc", hears, 1);
        verify("warehouse", hearsNot, "end");

        Map<String, Object> claims = verified(onlySet(awaitSets("warehouse", hearsNot, 1)));
        assertThat(event(claims, SSF + "verification")).containsEntry("state", "end");
        assertThat(poll("soc", hearsNot, now(Map.of())).status()).isEqualTo(404);
        assertThat(show("soc", hearsNot).status()).isEqualTo(404);
    }

    @Test
    void a_user_who_was_left_out_is_not_told_of_until_taken_in_again() {
        String stream = create("soc", Map.of()).string("stream_id");
        assertThat(subject("remove", stream, vera()).status()).isEqualTo(204);
        endSession();
        verify("soc", stream, "first");
        assertThat(subject("remove", stream, Map.of("format", "phone_number", "phone_number", "+1"))
                        .status())
                .isEqualTo(400);
        assertThat(verified(onlySet(awaitSets("soc", stream, 1)))).doesNotContainKey("txn");

        assertThat(subject("add", stream, vera()).status()).isEqualTo(200);
        Map<String, Object> byMail = Map.of("format", "email", "email", "Vera@example.org");
        assertThat(subject("remove", stream, byMail).status()).isEqualTo(204);
        endSession();
        await(() -> verify("soc", stream, "second").status() == 204);
        awaitSets("soc", stream, 2);
        assertThat(subject("add", stream, byMail).status()).isEqualTo(200);
        endSession();
        awaitSets("soc", stream, 3);
    }

    @Test
    @DisplayName("SSF 1.0 §8.1.4: a verification says the state that was sent, about the stream")
    void a_verification_says_the_state_that_was_sent() {
        String stream = create("soc", Map.of()).string("stream_id");
        assertThat(verify("soc", stream, "a state").status()).isEqualTo(204);
        assertThat(verify("soc", stream, "too soon").status()).isIn(204, 429);

        Map<String, Object> claims = verified(onlySet(poll("soc", stream, Map.of("maxEvents", 1))));
        assertThat(subjectOf(claims)).isEqualTo(Map.of("format", "opaque", "id", stream));
        assertThat(event(claims, SSF + "verification")).isEqualTo(Map.of("state", "a state"));
        assertThat(verify("warehouse", stream, "mine").status()).isEqualTo(404);
    }

    @Test
    @DisplayName("SSF 1.0 §8.1.2: a paused stream keeps events, a disabled one does not")
    void a_paused_stream_keeps_events_and_a_disabled_one_does_not() {
        String stream = create("soc", Map.of()).string("stream_id");
        assertThat(status(stream, "paused").json())
                .isEqualTo(Map.of("stream_id", stream, "status", "paused", "reason", "because"));
        endSession();
        await(() -> count("pending_event") == 1);
        assertThat(sets(poll("soc", stream, now(Map.of())))).isEmpty();
        assertThat(server.call("GET", "/ssf/status?stream_id=" + stream)
                        .bearer(token("soc", "ssf.read"))
                        .send()
                        .json())
                .containsEntry("status", "paused");
        status(stream, "enabled");
        awaitSets("soc", stream, 1);

        status(stream, "disabled");
        endSession();
        status(stream, "enabled");
        verify("soc", stream, "alone");
        assertThat(verified(onlySet(awaitSets("soc", stream, 1)))).doesNotContainKey("txn");
        assertThat(status(stream, "odd").status()).isEqualTo(400);
    }

    @Test
    void a_stream_is_read_changed_replaced_and_deleted() {
        Reply created =
                create("soc", Map.of("description", "mine", "events_requested", List.of(CAEP + "session-revoked")));
        String stream = created.string("stream_id");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json())
                .containsEntry("aud", "soc")
                .containsEntry("events_delivered", List.of(CAEP + "session-revoked"))
                .containsEntry(
                        "delivery",
                        Map.of("method", "urn:ietf:rfc:8936", "endpoint_url", server.issuer() + "/ssf/poll/" + stream));
        assertThat(show("soc", stream).json()).isEqualTo(created.json());
        assertThat(server.call("GET", "/ssf/streams")
                        .bearer(token("soc", "ssf.read"))
                        .send()
                        .text())
                .startsWith("[{")
                .contains(stream);

        Reply patched = manage("PATCH", Map.of("stream_id", stream, "description", "ours"));
        assertThat(patched.json())
                .containsEntry("description", "ours")
                .containsEntry("events_delivered", List.of(CAEP + "session-revoked"));
        assertThat(manage("PATCH", Map.of("stream_id", stream, "aud", "else")).status())
                .isEqualTo(400);
        Map<String, Object> whole = new HashMap<>(patched.json());
        whole.remove("description");
        whole.remove("events_requested");
        Reply replaced = manage("PUT", whole);
        assertThat(replaced.status()).as(replaced.text()).isEqualTo(200);
        assertThat(replaced.json()).doesNotContainKeys("description", "events_requested");
        assertThat((List<?>) replaced.json().get("events_delivered")).hasSize(3);

        String path = "/ssf/streams?stream_id=" + stream;
        assertThat(server.call("DELETE", path)
                        .bearer(token("soc", "ssf.manage"))
                        .send()
                        .status())
                .isEqualTo(204);
        assertThat(show("soc", stream).status()).isEqualTo(404);
        assertThat(manage("PATCH", Map.of("stream_id", stream)).status()).isEqualTo(404);
        assertThat(server.audit(AuditEvent.Type.STREAM_CREATED))
                .anySatisfy(event -> assertThat(event.target()).isEqualTo(stream));
        assertThat(server.audit(AuditEvent.Type.STREAM_DELETED))
                .anyMatch(
                        event -> event.target().equals(stream) && event.actor().equals("soc"));
    }

    @Test
    void only_a_token_for_it_opens_the_transmitter() {
        String read = token("soc", "ssf.read");
        assertThat(server.call("POST", "/ssf/streams").json("{}").send().status())
                .isEqualTo(401);
        Reply refused =
                server.call("POST", "/ssf/streams").bearer(read).json("{}").send();
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.header("WWW-Authenticate").orElseThrow()).contains("insufficient_scope", "ssf.manage");
        String another = server.clientCredentials().string("access_token");
        assertThat(server.call("GET", "/ssf/streams").bearer(another).send().outcome())
                .isEqualTo("401 invalid_token");
        String users = server.logIn().string("access_token");
        assertThat(server.call("GET", "/ssf/streams").bearer(users).send().outcome())
                .isEqualTo("401 invalid_token");
    }

    @Test
    @DisplayName("K-03: where events are pushed to is not inside")
    void where_events_are_pushed_to_is_not_inside() {
        Reply refused = create("soc", Map.of("delivery", push("http://10.0.0.1/events\u0000", null)));
        assertThat(refused.status()).isEqualTo(400);
        try (RunningServer filtered = RunningServer.start()) {
            filtered.addClient("soc", SECRET, Set.of(GrantType.CLIENT_CREDENTIALS), List.of(), "ssf.manage");
            String token = filtered.call("POST", "/token")
                    .basic("soc", SECRET)
                    .form("grant_type", "client_credentials")
                    .send()
                    .string("access_token");
            for (String url :
                    List.of("http://127.0.0.1:1/", "https://127.0.0.1/", "https://169.254.169.254/", "file:///x")) {
                Reply reply = filtered.call("POST", "/ssf/streams")
                        .bearer(token)
                        .json(Json.text(Map.of("delivery", push(url, null))))
                        .send();
                assertThat(reply.outcome()).as(url).isEqualTo("400 invalid_request");
            }
        }
    }

    @Test
    void a_stream_whose_receiver_takes_nothing_is_disabled_and_says_so() {
        String stream = create("soc", Map.of()).string("stream_id");
        server.execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)"
                + " INSERT INTO pending_event (stream_id, event_id, claims, about_stream, made_at)"
                + " SELECT '" + stream + "', 'e' || i, '{}', 0, " + System.currentTimeMillis() * 1000 + " FROM n");
        endSession();
        await(() -> count("pending_event") == 1);

        Map<String, Object> claims = verified(onlySet(awaitSets("soc", stream, 1)));
        assertThat(event(claims, SSF + "stream-updated")).containsEntry("status", "disabled");
        assertThat(server.call("GET", "/ssf/status?stream_id=" + stream)
                        .bearer(token("soc", "ssf.read"))
                        .send()
                        .string("reason"))
                .contains("10000");
    }

    @Test
    void an_event_that_nobody_took_for_a_week_disables_its_stream() {
        String stream = create("soc", Map.of()).string("stream_id");
        status(stream, "paused");
        endSession();
        await(() -> count("pending_event") == 1);
        server.execute("UPDATE pending_event SET made_at = 1");

        server = server.restarted(SETTINGS);

        Map<String, Object> claims = verified(onlySet(awaitSets("soc", stream, 1)));
        assertThat(event(claims, SSF + "stream-updated"))
                .containsEntry("status", "disabled")
                .containsEntry("reason", "events were not taken for 7 days");
        assertThat(server.audit(AuditEvent.Type.STREAM_DISABLED)).isNotEmpty();
    }

    private static Reply create(String client, Map<String, Object> body) {
        return server.call("POST", "/ssf/streams")
                .bearer(token(client, "ssf.manage"))
                .json(Json.text(body))
                .send();
    }

    private static Reply manage(String method, Map<String, Object> body) {
        return server.call(method, "/ssf/streams")
                .bearer(token("soc", "ssf.manage"))
                .json(Json.text(body))
                .send();
    }

    private static Reply show(String client, String stream) {
        return server.call("GET", "/ssf/streams?stream_id=" + stream)
                .bearer(token(client, "ssf.manage"))
                .send();
    }

    private static Reply status(String stream, String status) {
        return server.call("POST", "/ssf/status")
                .bearer(token("soc", "ssf.manage"))
                .json(Json.text(Map.of("stream_id", stream, "status", status, "reason", "because")))
                .send();
    }

    private static Reply subject(String change, String stream, Map<String, Object> subject) {
        return server.call("POST", "/ssf/subjects/" + change)
                .bearer(token("soc", "ssf.manage"))
                .json(Json.text(Map.of("stream_id", stream, "subject", subject)))
                .send();
    }

    private static Reply verify(String client, String stream, String state) {
        return server.call("POST", "/ssf/verify")
                .bearer(token(client, "ssf.manage"))
                .json(Json.text(Map.of("stream_id", stream, "state", state)))
                .send();
    }

    private static Reply poll(String client, String stream, Map<String, Object> body) {
        return server.call("POST", "/ssf/poll/" + stream)
                .bearer(token(client, "ssf.manage"))
                .json(Json.text(body))
                .send();
    }

    private static Map<String, Object> now(Map<String, Object> body) {
        Map<String, Object> atOnce = new HashMap<>(body);
        atOnce.put("returnImmediately", true);
        return atOnce;
    }

    private static Reply awaitSets(String client, String stream, int number) {
        Reply[] last = new Reply[1];
        await(() -> {
            last[0] = poll(client, stream, now(Map.of()));
            return sets(last[0]).size() >= number;
        });
        assertThat(sets(last[0])).hasSize(number);
        return last[0];
    }

    private static String token(String client, String scope) {
        return server.call("POST", "/token")
                .basic(client, SECRET)
                .form("grant_type", "client_credentials", "scope", scope)
                .send()
                .string("access_token");
    }

    private static Map<String, Object> push(String url, String authorization) {
        Map<String, Object> delivery = new HashMap<>(Map.of("method", "urn:ietf:rfc:8935", "endpoint_url", url));
        if (authorization != null) delivery.put("authorization_header", authorization);
        return delivery;
    }

    /// The session that was ended.
    private static String endSession() {
        String token = server.logIn().string("access_token");
        assertThat(server.call("DELETE", "/session").bearer(token).send().status())
                .isLessThan(300);
        return sid(token);
    }

    private static String sid(String token) {
        return RunningServer.claims(token).get("sid").toString();
    }

    private static Map<String, Object> vera() {
        String subject = server.user("vera").subject().value();
        return Map.of("format", "iss_sub", "iss", server.issuer(), "sub", subject);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> sets(Reply reply) {
        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        return (Map<String, Object>) reply.json().get("sets");
    }

    private static String onlySet(Reply reply) {
        assertThat(sets(reply)).hasSize(1);
        return sets(reply).values().iterator().next().toString();
    }

    private static String onlyKey(Reply reply) {
        assertThat(sets(reply)).hasSize(1);
        return sets(reply).keySet().iterator().next();
    }

    private static Map<String, Object> verified(String set) {
        try {
            JwkSet keys = JwkSet.parse(server.call("GET", "/jwks").send().body());
            String kid = RunningServer.header(set).get("kid").toString();
            byte[] payload = Jws.parse(set)
                    .orElseThrow()
                    .verify(keys.find(kid).orElseThrow())
                    .orElseThrow();
            return Json.parseObject(payload);
        } catch (JsonException | InvalidJwkException e) {
            throw new AssertionError(e);
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> event(Map<String, Object> claims, String type) {
        Map<String, Object> events = (Map<String, Object>) claims.get("events");
        assertThat(events).containsOnlyKeys(type);
        return (Map<String, Object>) events.get(type);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> subjectOf(Map<String, Object> claims) {
        return (Map<String, Object>) claims.get("sub_id");
    }

    private static String session(SignalReceiver.Pushed pushed) {
        Map<?, ?> subject = subjectOf(RunningServer.claims(pushed.token()));
        return ((Map<?, ?>) subject.get("session")).get("id").toString();
    }

    private static String jti(SignalReceiver.Pushed pushed) {
        return RunningServer.claims(pushed.token()).get("jti").toString();
    }

    /// What is pushed of a session next, past what was tried meanwhile.
    private static SignalReceiver.Pushed next(SignalReceiver receiver, String session) {
        SignalReceiver.Pushed next = receiver.next();
        for (int i = 0; i < 10 && !session(next).equals(session); i++) next = receiver.next();
        assertThat(session(next)).isEqualTo(session);
        return next;
    }

    private static long count(String table) {
        return server.database.read(tx -> Counted.rows(tx, table));
    }

    private static Users users() {
        return new Users(
                server.database,
                () -> HASHER,
                new Secrets(new SecureRandom()),
                InstantSource.system(),
                Administrator.COMMAND_LINE);
    }

    private static Users.Change roles(List<String> added, List<String> removed) {
        return new Users.Change(Optional.empty(), Optional.empty(), added, removed, Map.of(), List.of());
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) throw new AssertionError("it does not come about");
            LockSupport.parkNanos(20_000_000);
        }
    }
}
