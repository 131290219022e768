package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.AuditEvent.Type;
import dev.handstamp.server.domain.passkey.Passkey;
import dev.handstamp.server.domain.user.PasswordHash;
import dev.handstamp.server.domain.user.User;
import dev.handstamp.server.store.PasskeyStore;
import dev.handstamp.server.store.UserStore;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Passkeys over HTTP, with an authenticator in software that can be made to lie.
class PasskeyTest {

    private static final String VAULT = "https://api.example/vault";
    private static final String SESSION = "__Host-handstamp-session";
    private static final AtomicInteger NAMES = new AtomicInteger();

    private static RunningServer server;

    /// A user with a passkey, and the browser in which it was made.
    private record Holder(User user, SoftwareAuthenticator passkey, TestBrowser browser) {}

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        server.addApiOfTwoFactors(VAULT, "the secret of the API vault", "vault:open");
        server.addRole("keeper", VAULT, "vault:open");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void a_passkey_alone_signs_in_as_two_factors_and_tokens_say_so() {
        Holder holder = holder();
        WebClient web = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);

        Reply in = signIn(browser, holder.passkey, web.request("scope", "openid orders:read", "acr_values", "aal2"));
        assertThat(in.outcome()).isEqualTo("200");
        Map<String, Object> claims = RunningServer.claims(
                web.redeem(TestBrowser.answer(browser.open(in.string("go_on"))).get("code"))
                        .string("id_token"));
        assertThat(claims)
                .containsEntry("sub", holder.user.subject().value())
                .containsEntry("acr", "aal2")
                .containsEntry("amr", List.of("swk", "user", "mfa"));
        assertThat(server.audit(Type.LOGIN_SUCCEEDED))
                .filteredOn(event -> event.actor().equals(holder.user.subject().value()))
                .last()
                .extracting(event -> event.details().get("acr"))
                .isEqualTo("aal2");
        assertThat(only(holder).lastUsedAt()).isPresent();
    }

    @Test
    void a_passkey_that_is_on_one_device_alone_is_told_as_such() {
        SoftwareAuthenticator key = authenticator();
        key.flags = SoftwareAuthenticator.PRESENT | SoftwareAuthenticator.VERIFIED;
        Holder holder = holder(key);
        TestBrowser browser = new TestBrowser(server);
        WebClient web = WebClient.trusted(server);
        Reply in = signIn(browser, key, web.request());
        assertThat(RunningServer.claims(web.redeem(TestBrowser.answer(browser.open(in.string("go_on")))
                                .get("code"))
                        .string("access_token")))
                .containsEntry("amr", List.of("hwk", "user", "mfa"));
        assertThat(only(holder).backupEligible()).contains(false);
    }

    static Stream<Arguments> lies() {
        String here = server.issuer();
        String port = ":" + URI.create(here).getPort();
        return Stream.of(
                lie("another origin", key -> key.origin = "https://evil.example"),
                lie("another port", key -> key.origin = here.replace(port, ":1")),
                lie("no port", key -> key.origin = here.replace(port, "")),
                lie("a name below", key -> key.origin = "http://sub.localhost" + port),
                lie("another scheme", key -> key.origin = here.replace("http:", "https:")),
                lie("a path", key -> key.origin = here + "/"),
                lie("no origin", key -> key.origin = ""),
                lie("the origin null", key -> key.origin = "null"),
                lie("another relying party", key -> key.relyingParty = "evil.example"),
                lie("create for get, get for create", key -> {
                    key.typeOfNew = "webauthn.get";
                    key.typeOfUse = "webauthn.create";
                }),
                lie("no type", key -> {
                    key.typeOfNew = "";
                    key.typeOfUse = "";
                }),
                lie("payment", key -> {
                    key.typeOfNew = "payment.get";
                    key.typeOfUse = "payment.get";
                }),
                lie("a frame of another site", key -> key.crossOrigin = true),
                lie("a top origin", key -> key.topOrigin = "https://evil.example"),
                lie("nobody there", key -> key.flags &= ~SoftwareAuthenticator.PRESENT),
                lie("nobody verified", key -> key.flags &= ~SoftwareAuthenticator.VERIFIED),
                lie("backed up, though it cannot be", key -> key.flags &= ~SoftwareAuthenticator.ELIGIBLE));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    @DisplayName("A-10: wrong origin, relying party, type or frame at sign-in")
    void who_lies_is_not_let_in(String what, Consumer<SoftwareAuthenticator> lie) {
        Holder holder = holder();
        TestBrowser browser = new TestBrowser(server);
        SoftwareAuthenticator honest = copy(holder.passkey);
        lie.accept(holder.passkey);

        Reply refused =
                signIn(browser, holder.passkey, WebClient.trusted(server).request());
        assertThat(refused.outcome()).as(what).isEqualTo("403 refused");
        assertThat(browser.cookie(SESSION)).isEmpty();

        restore(holder.passkey, honest);
        assertThat(signIn(browser, holder.passkey, WebClient.trusted(server).request())
                        .outcome())
                .as("the next good one")
                .isEqualTo("200");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lies")
    @DisplayName("A-10: wrong origin, relying party, type or frame at enrolment")
    void what_lies_is_not_added(String what, Consumer<SoftwareAuthenticator> lie) {
        TestBrowser browser = signedIn(user());
        SoftwareAuthenticator key = authenticator();
        lie.accept(key);
        assertThat(enrol(browser, key).outcome()).as(what).isEqualTo("400 unsuited");
        assertThat(browser.open("/account/passkeys").text()).contains("no-passkeys");
    }

    @Test
    void a_signature_that_is_not_right_opens_nothing() {
        Holder holder = holder();
        TestBrowser browser = new TestBrowser(server);
        Asked asked = ask(browser, WebClient.trusted(server).request(), "sign_in");
        Map<String, Object> spoiled = SoftwareAuthenticator.spoiled(holder.passkey.get(asked.options()));
        assertThat(asked.bring(spoiled).outcome()).isEqualTo("403 refused");

        SoftwareAuthenticator other = authenticator();
        other.credentialId = holder.passkey.credentialId;
        other.userHandle = holder.passkey.userHandle;
        assertThat(asked.bring(other.get(asked.options())).outcome())
                .as("of another key")
                .isEqualTo("403 refused");
        assertThat(browser.cookie(SESSION)).isEmpty();
        assertThat(server.audit(Type.LOGIN_FAILED))
                .filteredOn(event -> event.target().equals(holder.user.subject().value()))
                .extracting(event -> event.details().get("reason"))
                .contains("passkey_bad_signature");
    }

    @Test
    @DisplayName("A-11: the same assertion counts once, in its own browser, for its own purpose")
    void a_challenge_is_answered_once() {
        Holder holder = holder();
        String request = WebClient.trusted(server).request();
        TestBrowser browser = new TestBrowser(server);
        Asked asked = ask(browser, request, "sign_in");
        Map<String, Object> answer = holder.passkey.get(asked.options());

        TestBrowser other = new TestBrowser(server);
        Asked elsewhere = ask(other, request, "sign_in");
        assertThat(elsewhere.bring(answer).outcome())
                .as("the challenge of another browser")
                .isEqualTo("403 start_again");
        assertThat(asked.bring(answer).outcome()).isEqualTo("200");
        assertThat(asked.bring(answer).outcome()).as("again").isEqualTo("403 start_again");
        TestBrowser later = new TestBrowser(server);
        later.setCookie(
                "__Host-handstamp-form", browser.cookie("__Host-handstamp-form").orElseThrow());
        assertThat(ask(later, request, "sign_in").bring(answer).outcome())
                .as("again, on another page of the browser")
                .isEqualTo("403 start_again");
    }

    @Test
    @DisplayName("A-11: of the same assertion many times at once, one counts")
    void a_challenge_is_answered_once_even_at_once() throws Exception {
        Holder holder = holder();
        TestBrowser browser = new TestBrowser(server);
        Asked asked = ask(browser, "/login/passkey", "sign_in");
        Map<String, Object> answer = holder.passkey.get(asked.options());
        String form = browser.cookie("__Host-handstamp-form").orElseThrow();
        List<Callable<String>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            TestBrowser same = new TestBrowser(server);
            same.setCookie("__Host-handstamp-form", form);
            Asked again = new Asked(same, "sign_in", "", asked.to(), asked.form(), asked.options());
            calls.add(() -> again.bring(answer).outcome());
        }
        List<String> outcomes = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<String> each : threads.invokeAll(calls)) outcomes.add(each.get());
        }
        assertThat(outcomes).containsOnlyOnce("200").containsOnly("200", "403 start_again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"SHA256withECDSA", "Ed25519", "SHA256withRSA"})
    void every_algorithm_that_is_offered_signs_in(String algorithm) {
        SoftwareAuthenticator key = new SoftwareAuthenticator(server.issuer(), "localhost", algorithm);
        holder(key);
        assertThat(signIn(new TestBrowser(server), key, "/login/passkey").outcome())
                .isEqualTo("200");
        Asked asked = ask(new TestBrowser(server), "/login/passkey", "sign_in");
        assertThat(asked.bring(SoftwareAuthenticator.spoiled(key.get(asked.options())))
                        .outcome())
                .isEqualTo("403 refused");
    }

    @Test
    void what_is_no_passkey_at_all_is_refused_in_peace() {
        TestBrowser browser = signedIn(user());
        byte[] deep = new byte[12_000];
        Arrays.fill(deep, (byte) 0x81);
        byte[] huge = {(byte) 0xa3, 0x63, 'f', 'm', 't', 0x5b, 0x7f, -1, -1, -1, -1, -1, -1, -1};
        byte[] endless = {(byte) 0xbf, 0x63, 'f', 'm', 't', 0x7f, 0x61};
        for (byte[] object : List.of(deep, huge, endless, SoftwareAuthenticator.random(500), new byte[1])) {
            Adding adding = adding(browser);
            Map<String, Object> made = new LinkedHashMap<>(authenticator().create(adding.options()));
            Map<String, Object> response = new LinkedHashMap<>();
            if (made.get("response") instanceof Map<?, ?> whole) {
                whole.forEach((name, value) -> response.put(name.toString(), value));
            }
            response.put("attestationObject", SoftwareAuthenticator.encoded(object));
            made.put("response", response);
            assertThat(adding.bring(made).outcome()).isEqualTo("400 unsuited");
        }
        Adding adding = adding(browser);
        SoftwareAuthenticator key = authenticator();
        Map<String, Object> renamed = new LinkedHashMap<>(key.create(adding.options()));
        renamed.put("id", authenticator().id());
        assertThat(adding.bring(renamed).outcome())
                .as("another name than it has")
                .isEqualTo("400 unsuited");
        key.credentialId = SoftwareAuthenticator.random(1_024);
        assertThat(enrol(browser, key).outcome()).as("too long").isEqualTo("400 invalid_request");
        assertThat(enrol(browser, authenticator()).outcome()).isEqualTo("200");
    }

    @Test
    @DisplayName("A-11: no challenge, an empty one, an invented one, one that was altered")
    void a_challenge_that_was_not_given_out_is_none() {
        Holder holder = holder();
        TestBrowser browser = new TestBrowser(server);
        Asked asked = ask(browser, WebClient.trusted(server).request(), "sign_in");
        String given = asked.options().get("challenge").toString();
        String text = new String(Base64.getUrlDecoder().decode(given), StandardCharsets.UTF_8);
        String[] parts = text.split("\\.", -1);
        String longer = parts[0] + "." + (Long.parseLong(parts[1]) + 600) + "." + parts[2];
        for (String challenge : List.of(
                "",
                "AA",
                given + "AA",
                given.substring(4),
                SoftwareAuthenticator.encoded(SoftwareAuthenticator.random(32)),
                SoftwareAuthenticator.encoded(longer.getBytes(StandardCharsets.UTF_8)),
                SoftwareAuthenticator.encoded("..".getBytes(StandardCharsets.UTF_8)),
                "not base64url!",
                "A".repeat(2_000))) {
            assertThat(asked.bring(holder.passkey.get(challenge)).outcome())
                    .as(challenge)
                    .isEqualTo("403 start_again");
        }
        assertThat(browser.cookie(SESSION)).isEmpty();
    }

    @Test
    @DisplayName("A-11: a challenge of another purpose or for another user is none")
    void a_challenge_is_good_for_one_purpose_and_one_user() {
        Holder holder = holder();
        TestBrowser signedOut = new TestBrowser(server);
        String known = "__Host-handstamp-form";
        signedOut.setCookie(known, holder.browser.cookie(known).orElseThrow());
        Asked signIn = ask(signedOut, "/login/passkey", "sign_in");
        Asked confirm = confirming(holder.browser);
        assertThat(confirm.bring(holder.passkey.get(signIn.options())).outcome())
                .isEqualTo("403 start_again");
        assertThat(signIn.bring(holder.passkey.get(confirm.options())).outcome())
                .isEqualTo("403 start_again");

        Holder other = holder();
        Map<String, Object> answer = other.passkey.get(confirm.options());
        assertThat(confirm.bring(answer).outcome()).as("another user's passkey").isEqualTo("403 refused");
        assertThat(confirm.bring(holder.passkey.get(confirming(holder.browser).options()))
                        .outcome())
                .isEqualTo("200");
    }

    @Test
    @DisplayName("A-12: a credential that another account has, or this one, is not added")
    void a_credential_belongs_to_one_account() {
        Holder holder = holder();
        TestBrowser thief = signedIn(user());
        SoftwareAuthenticator same = authenticator();
        same.credentialId = holder.passkey.credentialId;
        assertThat(enrol(thief, same).outcome()).isEqualTo("409 taken");
        assertThat(enrol(holder.browser, same).outcome()).isEqualTo("409 taken");
        assertThat(signIn(new TestBrowser(server), holder.passkey, "/login/passkey")
                        .outcome())
                .isEqualTo("200");
    }

    @Test
    @DisplayName("A-12: a user handle of somebody else, or none, opens nothing")
    void the_user_handle_has_to_fit() {
        Holder holder = holder();
        Holder other = holder();
        String own = holder.passkey.userHandle;
        for (String handle : List.of(
                other.passkey.userHandle, "", "AAAA", holder.user.subject().value())) {
            holder.passkey.userHandle = handle;
            assertThat(signIn(new TestBrowser(server), holder.passkey, "/login/passkey")
                            .status())
                    .as(handle)
                    .isIn(400, 403);
        }
        assertThat(own).isNotEqualTo(holder.user.subject().value());
        holder.passkey.userHandle = own;
        assertThat(signIn(new TestBrowser(server), holder.passkey, "/login/passkey")
                        .outcome())
                .isEqualTo("200");
    }

    @Test
    @DisplayName("A-12: nothing is added without a fresh sign-in, in another session, or a second time")
    void adding_needs_a_fresh_sign_in() {
        User user = user();
        TestBrowser browser = signedIn(user);
        Adding adding = adding(browser);
        SoftwareAuthenticator key = authenticator();
        Map<String, Object> made = key.create(adding.options());

        TestBrowser elsewhere = signedIn(user);
        assertThat(adding(elsewhere).bring(made).outcome())
                .as("another session")
                .isEqualTo("403 start_again");
        assertThat(adding.bring(made).outcome()).isEqualTo("200");
        assertThat(adding.bring(made).outcome()).as("again").isEqualTo("403 start_again");

        Adding late = adding(browser);
        SoftwareAuthenticator second = authenticator();
        Map<String, Object> tooLate = second.create(late.options());
        age(user);
        assertThat(late.bring(tooLate).outcome()).isEqualTo("403 confirm");
        assertThat(post(browser, "/account/passkeys/options", Map.of("purpose", "enrol", "form", late.form()))
                        .outcome())
                .isEqualTo("403 confirm");
        Reply page = browser.open("/account/passkeys");
        assertThat(page.text()).contains("/login?to=%2Faccount%2Fpasskeys").doesNotContain("value=\"remove\"");

        Reply confirmed = confirming(browser).answered(key);
        assertThat(confirmed.string("go_on")).isEqualTo("/account/passkeys");
        assertThat(enrol(browser, second).outcome()).as("after a passkey").isEqualTo("200");

        age(user);
        Reply form = browser.open("/login?to=/account/passkeys");
        assertThat(form.text()).contains(user.username().value());
        browser.submit(form, "password", RunningServer.PASSWORD);
        assertThat(browser.isAt("/account/passkeys")).isTrue();
        assertThat(enrol(browser, authenticator()).outcome())
                .as("after the password")
                .isEqualTo("200");
    }

    @Test
    void nobody_adds_a_passkey_without_being_signed_in_or_from_another_site() {
        assertThat(post(new TestBrowser(server), "/account/passkeys/options", Map.of("purpose", "enrol"))
                        .status())
                .isEqualTo(401);
        TestBrowser browser = signedIn(user());
        Adding adding = adding(browser);
        for (String form : List.of("", "forged", adding(signedIn(user())).form())) {
            assertThat(post(browser, "/account/passkeys/options", Map.of("purpose", "enrol", "form", form))
                            .outcome())
                    .isEqualTo("403 forged");
        }
        Reply foreign = browser.send(server.call("POST", "/account/passkeys/options")
                .header("Sec-Fetch-Site", "cross-site")
                .json(Json.text(Map.of("purpose", "enrol", "form", adding.form()))));
        assertThat(foreign.outcome()).isEqualTo("403 forged");
        Reply simple = browser.send(server.call("POST", "/account/passkeys/options")
                .body("text/plain", Json.text(Map.of("purpose", "enrol", "form", adding.form()))));
        assertThat(simple.status()).isEqualTo(400);
    }

    @Test
    void signing_in_is_guarded_against_forged_and_malformed_calls() {
        Holder holder = holder();
        TestBrowser browser = new TestBrowser(server);
        Asked asked = ask(browser, "/login/passkey", "sign_in");
        Map<String, Object> answer = holder.passkey.get(asked.options());
        for (Map<String, Object> body : List.<Map<String, Object>>of(
                Map.of(),
                Map.of("purpose", "nothing", "form", asked.form()),
                Map.of("purpose", "sign_in", "form", asked.form()),
                Map.of("purpose", "sign_in", "form", asked.form(), "credential", "text"),
                Map.of("purpose", "sign_in", "form", asked.form(), "credential", Map.of("id", "short")),
                Map.of("purpose", "sign_in", "form", asked.form(), "credential", answer, "more", true))) {
            assertThat(post(browser, "/login/passkey", body).outcome())
                    .as(body.toString())
                    .isEqualTo("400 invalid_request");
        }
        assertThat(post(browser, "/login/passkey", Map.of("purpose", "sign_in", "form", "x", "credential", answer))
                        .outcome())
                .isEqualTo("403 forged");
        Reply foreign = browser.send(server.call("POST", "/login/passkey")
                .header("Origin", "https://evil.example")
                .json(Json.text(Map.of("purpose", "sign_in", "form", asked.form(), "credential", answer))));
        assertThat(foreign.outcome()).isEqualTo("403 forged");
        assertThat(asked.bring(answer).outcome()).isEqualTo("200");
    }

    @Test
    void a_counter_that_goes_back_suspends_the_passkey_and_says_so() {
        SoftwareAuthenticator key = authenticator();
        key.counter = 5;
        Holder holder = holder(key);
        key.counter = 6;
        TestBrowser copy = new TestBrowser(server);
        assertThat(signIn(copy, key, "/login/passkey").outcome()).isEqualTo("200");
        Reply tokens = server.logIn(holder.user.username().value(), RunningServer.PASSWORD);
        assertThat(signIn(new TestBrowser(server), key, "/login/passkey").outcome())
                .as("the same count again")
                .isEqualTo("403 refused");
        for (TestBrowser open : List.of(copy, holder.browser)) {
            open.open("/account");
            assertThat(open.isAt("/login")).as("whoever is signed in").isTrue();
        }
        assertThat(server.isActive(tokens.string("access_token"))).isFalse();
        assertThat(server.refresh(tokens.string("refresh_token")).outcome()).isEqualTo("401 invalid_grant");
        key.counter = 100;
        assertThat(signIn(new TestBrowser(server), key, "/login/passkey").outcome())
                .as("suspended by now")
                .isEqualTo("403 refused");

        assertThat(only(holder).suspendedAt()).isPresent();
        assertThat(server.audit(Type.PASSKEY_CLONED))
                .filteredOn(event -> event.target().equals(holder.user.subject().value()))
                .singleElement()
                .satisfies(event -> assertThat(event.details())
                        .containsEntry("counter", "6")
                        .containsEntry("shown", "6")
                        .containsEntry("passkey", only(holder).id().value()));
        assertThat(signedIn(holder.user).open("/account/passkeys").text()).contains("Suspended");
    }

    @Test
    void a_passkey_that_does_not_count_is_no_copy() {
        Holder holder = holder();
        for (int i = 0; i < 3; i++) {
            assertThat(signIn(new TestBrowser(server), holder.passkey, "/login/passkey")
                            .outcome())
                    .isEqualTo("200");
        }
        holder.passkey.flags = SoftwareAuthenticator.PRESENT | SoftwareAuthenticator.VERIFIED;
        assertThat(signIn(new TestBrowser(server), holder.passkey, "/login/passkey")
                        .outcome())
                .as("no passkey turns into one of a single device")
                .isEqualTo("403 refused");
    }

    @Test
    void a_disabled_or_deleted_user_is_refused() {
        Holder holder = holder();
        server.database.inTransaction(tx -> new UserStore().update(tx, holder.user.withDisabled(true)));
        assertThat(signIn(new TestBrowser(server), holder.passkey, "/login/passkey")
                        .outcome())
                .isEqualTo("403 refused");
        server.database.inTransaction(tx -> new UserStore().delete(tx, holder.user.subject()));
        assertThat(signIn(new TestBrowser(server), holder.passkey, "/login/passkey")
                        .outcome())
                .isEqualTo("403 unknown_passkey");
    }

    @Test
    @DisplayName("A-01: what a browser is asked to sign names nobody")
    void the_question_tells_nobody_who_has_an_account() {
        holder();
        Map<String, Object> options =
                ask(new TestBrowser(server), "/login/passkey", "sign_in").options();
        assertThat(options)
                .containsEntry("allowCredentials", List.of())
                .containsEntry("userVerification", "required")
                .containsEntry("rpId", "localhost")
                .containsOnlyKeys("challenge", "timeout", "rpId", "allowCredentials", "userVerification");
        for (String purpose : List.of("second_factor", "confirm")) {
            TestBrowser stranger = new TestBrowser(server);
            stranger.open("/login/passkey");
            assertThat(post(stranger, "/login/passkey/options", Map.of("purpose", purpose, "form", "x"))
                            .outcome())
                    .isEqualTo("403 forged");
        }
    }

    @Test
    void what_a_browser_is_asked_to_make_is_discoverable_verified_and_not_there_yet() {
        Holder holder = holder();
        Map<String, Object> options = adding(holder.browser).options();
        assertThat(options)
                .containsEntry("attestation", "none")
                .containsEntry("rp", Map.of("id", "localhost", "name", "localhost"))
                .containsEntry(
                        "authenticatorSelection",
                        Map.of("residentKey", "required", "requireResidentKey", true, "userVerification", "required"))
                .extractingByKey("excludeCredentials")
                .asString()
                .contains(holder.passkey.id());
    }

    @Test
    void makers_that_are_known_give_the_name_and_two_of_one_are_told_apart() {
        TestBrowser browser = signedIn(user());
        for (int i = 0; i < 2; i++) {
            SoftwareAuthenticator key = authenticator();
            key.aaguid = HexFormat.of().parseHex("ea9b8d664d011d213ce4b6b48cb575d4");
            assertThat(enrol(browser, key).outcome()).isEqualTo("200");
        }
        assertThat(browser.open("/account/passkeys").text())
                .contains("value=\"Google Password Manager\"", "value=\"Google Password Manager 2\"");
    }

    @Test
    void a_user_renames_own_passkeys_alone() {
        Holder holder = holder();
        Reply page = holder.browser.open("/account/passkeys");
        Reply renamed = submit(holder.browser, page, "rename", "name", "Schlüssel <b>");
        assertThat(renamed.text()).contains("value=\"Schlüssel &lt;b").contains("new name");
        assertThat(server.audit(Type.PASSKEY_RENAMED)).isNotEmpty();
        assertThat(submit(holder.browser, renamed, "rename", "name", "x".repeat(65))
                        .status())
                .isEqualTo(400);

        Holder other = holder();
        Reply own = other.browser.open("/account/passkeys");
        assertThat(submit(
                                other.browser,
                                own,
                                "rename",
                                "target",
                                only(holder).id().value(),
                                "name",
                                "mine")
                        .status())
                .isEqualTo(403);
    }

    @Test
    void a_removed_passkey_opens_nothing_and_ends_every_other_session() {
        Holder holder = holder();
        TestBrowser elsewhere = new TestBrowser(server);
        signIn(elsewhere, holder.passkey, "/login/passkey");
        assertThat(elsewhere.open("/account/passkeys").text()).contains("id=\"passkeys\"");
        Reply tokens = server.logIn(holder.user.username().value(), RunningServer.PASSWORD);

        Reply removed = submit(holder.browser, holder.browser.open("/account/passkeys"), "remove");
        assertThat(removed.text()).contains("no-passkeys", "was removed");
        assertThat(signIn(new TestBrowser(server), holder.passkey, "/login/passkey")
                        .outcome())
                .isEqualTo("403 unknown_passkey");
        elsewhere.open("/account/passkeys");
        assertThat(elsewhere.isAt("/login")).as("signed out").isTrue();
        assertThat(server.refresh(tokens.string("refresh_token")).outcome()).isEqualTo("401 invalid_grant");
        assertThat(server.audit(Type.PASSKEY_REMOVED))
                .extracting(AuditEvent::actor)
                .contains(holder.user.subject().value());
    }

    @Test
    void the_last_way_in_stays_until_there_is_a_password() {
        Holder holder = holder();
        User without = server.user(holder.user.username().value()).withPasswordHash(PasswordHash.NONE);
        server.database.inTransaction(tx -> new UserStore().update(tx, without));
        Reply page = holder.browser.open("/account/passkeys");
        assertThat(submit(holder.browser, page, "remove").status()).isEqualTo(409);
        assertThat(signIn(new TestBrowser(server), holder.passkey, "/login/passkey")
                        .outcome())
                .isEqualTo("200");
        assertThat(enrol(holder.browser, authenticator()).outcome()).isEqualTo("200");
        assertThat(submit(holder.browser, holder.browser.open("/account/passkeys"), "remove")
                        .status())
                .as("another one is there")
                .isEqualTo(200);
    }

    @Test
    void there_are_twenty_at_most() {
        TestBrowser browser = signedIn(user());
        for (int i = 0; i < Passkey.MOST; i++) {
            assertThat(enrol(browser, authenticator()).outcome()).isEqualTo("200");
        }
        Adding full = adding(browser);
        assertThat(full.reply().outcome()).isEqualTo("409 full");
    }

    @Test
    @DisplayName("RFC 9470: a level that is asked for is reached by a passkey after the password")
    void a_passkey_is_the_second_factor_after_the_password() {
        User keeper = server.addUser("keeper" + NAMES.incrementAndGet(), "keeper");
        SoftwareAuthenticator key = authenticator();
        assertThat(enrol(signedIn(keeper), key).outcome()).isEqualTo("200");
        WebClient web = WebClient.trusted(server);
        TestBrowser browser = new TestBrowser(server);
        String request = web.request("scope", "openid", "acr_values", "aal2");
        Reply login = browser.open(request);
        Reply step = browser.submit(login, "username", keeper.username().value(), "password", RunningServer.PASSWORD);
        assertThat(browser.isAt("/login/passkey")).isTrue();
        assertThat(step.text()).contains(keeper.username().value(), "data-purpose=\"second_factor\"");

        Asked asked = asked(browser, step, "second_factor");
        assertThat(asked.options().get("allowCredentials").toString()).contains(key.id());
        assertThat(asked.bring(holder().passkey.get(asked.options())).outcome())
                .as("somebody else's")
                .isEqualTo("403 refused");
        assertThat(asked.answered(key).outcome()).as("asked once").isEqualTo("403 start_again");
        Reply in = asked(browser, step, "second_factor").answered(key);
        Map<String, Object> claims = RunningServer.claims(
                web.redeem(TestBrowser.answer(browser.open(in.string("go_on"))).get("code"))
                        .string("id_token"));
        assertThat(claims).containsEntry("acr", "aal2").containsKey("amr");
        assertThat(browser.cookie("__Host-handstamp-login")).isEmpty();
    }

    @Test
    void pages_run_no_script_but_ours_and_show_nothing_that_needs_it_without_it() {
        Reply page = new TestBrowser(server).open("/login/passkey");
        assertThat(page.header("Content-Security-Policy").orElseThrow())
                .contains("script-src 'self'", "connect-src 'self'")
                .doesNotContain("unsafe");
        assertThat(page.text())
                .contains(
                        "<div id=\"passkey\" class=\"stack waiting\"",
                        "<noscript><p class=\"notice\">Passkeys need a browser")
                .containsPattern("<script src=\"/assets/[^\"]+-passkey.js\" defer>");
        Matcher script = Pattern.compile("/assets/[^\"]+-passkey.js").matcher(page.text());
        assertThat(script.find()).isTrue();
        assertThat(server.call("GET", script.group()).send().header("Content-Type"))
                .contains("text/javascript;charset=utf-8");
        Reply german = server.call("GET", "/login/passkey")
                .header("Accept-Language", "de")
                .send();
        assertThat(german.text()).contains("Mit einem Passkey anmelden", "Wählen Sie einen anderen Weg");
    }

    /// What a browser was asked to sign.
    private record Asked(
            TestBrowser browser, String purpose, String request, String to, String form, Map<String, Object> options) {

        Reply bring(Map<String, Object> credential) {
            Map<String, Object> body = body(purpose, request, to, form);
            body.put("credential", credential);
            return post(browser, "/login/passkey", body);
        }

        Reply answered(SoftwareAuthenticator key) {
            return bring(key.get(options));
        }
    }

    /// What a browser was asked to make.
    private record Adding(TestBrowser browser, String form, Reply reply) {

        Map<String, Object> options() {
            return reply.json();
        }

        Reply bring(Map<String, Object> credential) {
            return post(
                    browser,
                    "/account/passkeys/add",
                    Map.of("purpose", "enrol", "form", form, "credential", credential));
        }
    }

    private static Reply signIn(TestBrowser browser, SoftwareAuthenticator key, String path) {
        return ask(browser, path, "sign_in").answered(key);
    }

    /// Opens the page of passkeys for whatever request waits there.
    private static Asked ask(TestBrowser browser, String path, String purpose) {
        Reply page = browser.open(path);
        if (browser.isAt("/login")) {
            page = browser.open("/login/passkey?" + browser.at().split("\\?", 2)[1]);
        }
        return asked(browser, page, purpose);
    }

    private static Asked asked(TestBrowser browser, Reply page, String purpose) {
        String said = attribute(page, "purpose");
        String form = attribute(page, "form");
        String request = attribute(page, "request");
        String to = attribute(page, "to");
        if (!said.equals(purpose)) throw new AssertionError("the page asks for " + said);
        Reply options = post(browser, "/login/passkey/options", body(purpose, request, to, form));
        assertThat(options.outcome()).isEqualTo("200");
        return new Asked(browser, purpose, request, to, form, options.json());
    }

    private static Asked confirming(TestBrowser browser) {
        server.execute("UPDATE browser_session SET authenticated_at = authenticated_at - 700000000"
                + ", synced_passkey_at = synced_passkey_at - 700000000");
        return asked(browser, browser.open("/login?to=/account/passkeys"), "confirm");
    }

    private static Map<String, Object> body(String purpose, String request, String to, String form) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("purpose", purpose);
        body.put("request", request);
        body.put("to", to);
        body.put("form", form);
        return body;
    }

    private static Adding adding(TestBrowser browser) {
        String form = attribute(browser.open("/account/passkeys"), "form");
        return new Adding(
                browser, form, post(browser, "/account/passkeys/options", Map.of("purpose", "enrol", "form", form)));
    }

    private static Reply enrol(TestBrowser browser, SoftwareAuthenticator key) {
        Adding adding = adding(browser);
        return adding.reply().status() == 200 ? adding.bring(key.create(adding.options())) : adding.reply();
    }

    private static Reply post(TestBrowser browser, String path, Map<String, Object> body) {
        return browser.send(server.call("POST", path)
                .header("Sec-Fetch-Site", "same-origin")
                .json(Json.text(body)));
    }

    private static Reply submit(TestBrowser browser, Reply page, String action, String... filled) {
        Matcher form = Pattern.compile(
                        "<form[^>]*>\\s*<input type=\"hidden\" name=\"action\" value=\"" + action + "\">.*?</form>",
                        Pattern.DOTALL)
                .matcher(page.text());
        if (!form.find()) throw new AssertionError("no form " + action + " in " + page.text());
        Reply part = new Reply(page.status(), page.headers(), form.group().getBytes(StandardCharsets.UTF_8));
        return browser.submit(part, filled);
    }

    private static String attribute(Reply page, String name) {
        Matcher matcher = Pattern.compile("data-" + name + "=\"([^\"]*)\"").matcher(page.text());
        if (!matcher.find()) throw new AssertionError("no data-" + name + " in " + page.text());
        return matcher.group(1);
    }

    /// Signed in, but not just now.
    private static void age(User user) {
        server.execute("UPDATE browser_session SET authenticated_at = authenticated_at - 700000000"
                + ", synced_passkey_at = synced_passkey_at - 700000000"
                + " WHERE session_id IN (SELECT session_id FROM session WHERE subject = '" + user.subject() + "')");
    }

    private static TestBrowser signedIn(User user) {
        TestBrowser browser = new TestBrowser(server);
        browser.submit(
                browser.open("/account"), "username", user.username().value(), "password", RunningServer.PASSWORD);
        assertThat(browser.cookie(SESSION)).isPresent();
        return browser;
    }

    private static User user() {
        return server.addUser("holder" + NAMES.incrementAndGet(), "buyer");
    }

    private static Holder holder() {
        return holder(authenticator());
    }

    private static Holder holder(SoftwareAuthenticator key) {
        User user = user();
        TestBrowser browser = signedIn(user);
        assertThat(enrol(browser, key).outcome()).isEqualTo("200");
        return new Holder(user, key, browser);
    }

    private static Passkey only(Holder holder) {
        List<Passkey> all = server.database.read(tx -> new PasskeyStore().list(tx, holder.user.subject()));
        assertThat(all).hasSize(1);
        return all.getFirst();
    }

    private static SoftwareAuthenticator authenticator() {
        URI issuer = URI.create(server.issuer());
        return new SoftwareAuthenticator(server.issuer(), issuer.getHost());
    }

    private static SoftwareAuthenticator copy(SoftwareAuthenticator key) {
        SoftwareAuthenticator copy = authenticator();
        restore(copy, key);
        return copy;
    }

    private static void restore(SoftwareAuthenticator key, SoftwareAuthenticator from) {
        key.origin = from.origin;
        key.relyingParty = from.relyingParty;
        key.typeOfNew = from.typeOfNew;
        key.typeOfUse = from.typeOfUse;
        key.crossOrigin = from.crossOrigin;
        key.topOrigin = from.topOrigin;
        key.flags = from.flags;
    }

    private static Arguments lie(String what, Consumer<SoftwareAuthenticator> lie) {
        return Arguments.of(what, lie);
    }
}
