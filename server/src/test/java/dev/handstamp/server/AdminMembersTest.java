package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.json.Json;
import dev.handstamp.jwt.Algorithm;
import dev.handstamp.jwt.PrivateJwk;
import dev.handstamp.server.domain.client.Client;
import dev.handstamp.server.domain.client.ClientId;
import dev.handstamp.server.domain.client.ClientMember;
import dev.handstamp.server.domain.client.ClientMetadata;
import dev.handstamp.server.domain.client.GrantType;
import dev.handstamp.server.domain.client.MemberKind;
import dev.handstamp.server.domain.client.Redirection;
import dev.handstamp.server.domain.grant.Scopes;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.store.ClientStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/// The metadata of a client in a form: one field for each member, and JSON for those that have none.
class AdminMembersTest {

    private static final String ADDRESS = "https://shop.example/there";

    private static final Pattern FIELD = Pattern.compile("<(?:input|select|textarea)\\b[^>]* name=\"([^\"]+)\"[^>]*>");
    private static final Pattern OPEN =
            Pattern.compile("<details class=\"stack\" open>(.*?)</details>", Pattern.DOTALL);

    private static RunningServer server;
    private static TestBrowser root;
    private static Object keys;

    @BeforeAll
    static void start() {
        server = RunningServer.start();
        server.addUser("root", "administrator");
        root = AdminForms.signedIn(server, "root");
        Map<String, Object> key =
                PrivateJwk.generate(Algorithm.ES256).publicJwk().orElseThrow().toJson();
        keys = ((ClientMetadata) ClientMetadata.parse(Map.of("jwks", Map.of("keys", List.of(key)))))
                .toObject()
                .get("jwks");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    // What is typed becomes the member, and stands there again.

    @ParameterizedTest
    @EnumSource(ClientMember.class)
    void a_member_that_is_typed_is_registered_stands_in_its_field_and_is_taken_away(ClientMember member) {
        String name = member.wireName();
        Map<String, String> before = needed(member);
        String id = add(before);
        Map<String, Object> without = metadata(id);

        Reply saved = send(page(id), name, typed(member));

        assertThat(saved.text()).contains("Saved.");
        assertThat(metadata(id)).containsAllEntriesOf(without).containsEntry(name, registered(member));
        assertThat(AdminForms.fields(page(id))).containsEntry(name, typed(member));
        int events = server.audit().size();
        assertThat(send(page(id)).text()).contains("Saved.");
        assertThat(server.audit()).as("saved as it is").hasSize(events);

        assertThat(send(page(id), name, "").text()).contains("Saved.");
        assertThat(metadata(id)).isEqualTo(without);
    }

    @Test
    void every_member_has_a_field_with_a_label_in_every_language() {
        Reply page = root.open("/admin/clients/new");
        List<String> names = fields(page).stream().map(AdminMembersTest::name).toList();
        for (ClientMember member : ClientMember.values()) {
            assertThat(names).containsOnlyOnce(member.wireName());
            for (String language : Messages.languages()) {
                assertThat(Messages.of(List.of(language)).texts())
                        .containsKey("admin.member." + member.wireName().replace('_', '-'));
            }
        }
    }

    @Test
    void what_a_field_cannot_show_stays_as_it_is_registered() {
        Map<String, Object> members = Map.of(
                "require_auth_time", false,
                "software_id", " with blanks ",
                "contacts", List.of(" one@shop.example", "one@shop.example"),
                "request_object_signing_alg", "Ed25519",
                "client_name#de", "Der Laden",
                "tos_uri#fr", "https://shop.example/conditions");
        String id = "kept-" + UUID.randomUUID();
        server.addClient(new Client(
                new ClientId(id),
                Set.of(GrantType.DEVICE_CODE),
                Set.of(),
                Scopes.NONE,
                Optional.empty(),
                Redirection.NONE,
                (ClientMetadata) ClientMetadata.parse(members),
                Instant.now()));
        assertThat(metadata(id)).isEqualTo(members);

        assertThat(send(page(id), "name", "Another", "policy_uri", ADDRESS).text())
                .contains("Saved.");

        Map<String, Object> more = new LinkedHashMap<>(members);
        more.put("policy_uri", ADDRESS);
        assertThat(metadata(id)).isEqualTo(more);
        assertThat(AdminForms.fields(page(id)).get("metadata"))
                .contains("\"client_name#de\":\"Der Laden\"")
                .doesNotContain("policy_uri");
    }

    @Test
    void a_member_may_be_given_as_json_and_then_stands_in_its_field() {
        String id = add(Map.of("metadata", "{\"jwks_uri\":\"" + ADDRESS + "\",\"client_name#de\":\"Laden\"}"));
        Map<String, String> fields = AdminForms.fields(page(id));
        assertThat(fields)
                .containsEntry("jwks_uri", ADDRESS)
                .containsEntry("metadata", "{\"client_name#de\":\"Laden\"}");

        assertWrong(
                send(page(id), "metadata", "{\"jwks_uri\":\"https://other.example\"}"),
                "metadata",
                "jwks_uri has a field of its own");
        assertThat(metadata(id)).containsEntry("jwks_uri", ADDRESS);
    }

    @Test
    void how_many_of_a_group_say_something_is_said_at_its_title() {
        String id = add(Map.of("client_uri", ADDRESS, "tos_uri", ADDRESS, "backchannel_logout_uri", ADDRESS));
        assertThat(page(id).text())
                .contains("<summary>About the application <span class=\"badge\">2 set</span></summary>")
                .contains("<summary>Sign-out <span class=\"badge\">1 set</span></summary>")
                .contains("<summary>Tokens and answers</summary>");
        assertThat(open(page(id))).isEmpty();
    }

    // What is wrong is said at the field.

    static Stream<ClientMember> membersThatCanBeWrong() {
        return Stream.of(ClientMember.values()).filter(member -> member.kind() != MemberKind.FLAG);
    }

    @ParameterizedTest
    @MethodSource("membersThatCanBeWrong")
    @DisplayName("WCAG 2.2, 3.3.1: what is wrong with a member is said at its field, in a group that is open")
    void what_is_wrong_is_said_at_the_field(ClientMember member) {
        String wrong = wrong(member);
        String id = add(Map.of());

        Reply refused = send(page(id), member.wireName(), wrong);

        assertWrong(refused, member.wireName(), member.wireName() + " has to be ");
        assertThat(AdminForms.fields(refused)).containsEntry(member.wireName(), wrong);
        assertThat(metadata(id)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "jwks_uri                        | token_endpoint_auth_method=private_key_jwt",
                "jwks_uri                        | token_endpoint_auth_method=self_signed_tls_client_auth",
                "token_endpoint_auth_method      | token_endpoint_auth_method=tls_client_auth",
                "token_endpoint_auth_method      | fapi_profile=fapi2_security_profile",
                "token_endpoint_auth_signing_alg | token_endpoint_auth_method=client_secret_jwt"
                        + " token_endpoint_auth_signing_alg=ES256",
                "sector_identifier_uri           | subject_type=pairwise",
                "metadata                        | metadata={\"no_such_member\":1}",
                "metadata                        | metadata={\"redirect_uris\":[]}",
                "metadata                        | metadata={\"tos_uri#de\":1}",
                "metadata                        | metadata={\"software_id\":1}",
                "metadata                        | metadata=["
            })
    void what_contradicts_itself_is_said_at_one_field(String field, String typed) {
        List<String> filled = new ArrayList<>();
        for (String each : typed.split(" ", -1)) filled.addAll(List.of(each.split("=", 2)));
        String id = add(Map.of());

        assertWrong(send(page(id), filled.toArray(String[]::new)), field, "");
    }

    @Test
    void several_are_said_at_several_fields_and_the_first_has_the_focus() {
        Reply refused = send(page(add(Map.of())), "client_uri", "x", "jwks_uri", "y", "default_max_age", "z");

        assertThat(refused.status()).isEqualTo(400);
        assertThat(fields(refused).stream()
                        .filter(field -> field.contains(" aria-invalid=\"true\""))
                        .map(AdminMembersTest::name))
                .containsExactly("jwks_uri", "default_max_age", "client_uri");
        assertThat(fields(refused).stream()
                        .filter(field -> field.contains(" autofocus"))
                        .map(AdminMembersTest::name))
                .containsExactly("jwks_uri");
        assertThat(open(refused)).hasSize(3);
    }

    @Test
    void a_group_in_which_something_was_typed_stays_open_when_something_else_is_wrong() {
        Reply refused = send(page(add(Map.of())), "scopes", "\"", "tos_uri", ADDRESS);

        assertThat(refused.status()).isEqualTo(400);
        assertThat(open(refused)).singleElement().asString().contains("name=\"tos_uri\"", ADDRESS);
    }

    // While it is filled in.

    @Test
    void a_client_is_looked_at_as_it_would_become() {
        String id = add(Map.of("public", "on", "grant.client_credentials", "", "grant.device_code", "on"));
        Reply page = page(id);

        Reply fine = check(page, "token_endpoint_auth_method", "private_key_jwt", "jwks_uri", ADDRESS);
        assertThat(fine.text()).doesNotContain("aria-invalid", "role=\"alert\"");
        assertWrong(check(page, "token_endpoint_auth_method", "private_key_jwt"), "jwks_uri", "private_key_jwt needs");
        assertWrong(check(page, "software_id", "x".repeat(257)), "software_id", "software_id has to be ");
        assertThat(metadata(id)).isEmpty();
    }

    /// One field is wrong, says so to whoever sees the page and to whoever hears it, has the focus and can be seen.
    private static void assertWrong(Reply page, String name, String beginning) {
        assertThat(page.status()).as(page.text()).isEqualTo(400);
        assertThat(page.text())
                .containsPattern("<span id=\"problem-" + name + "\" class=\"hint problem\">" + Pattern.quote(beginning)
                        + "[^<]+</span>");
        assertThat(fields(page).stream().filter(field -> field.contains(" aria-invalid=\"true\"")))
                .singleElement()
                .satisfies(field -> assertThat(name(field)).isEqualTo(name))
                .asString()
                .containsPattern(" aria-describedby=\"problem-" + name + "[ \"]")
                .contains(" autofocus");
        assertThat(open(page)).anyMatch(group -> group.contains(" name=\"" + name + "\""));
    }

    /// What is folded open.
    private static List<String> open(Reply page) {
        return OPEN.matcher(page.text()).results().map(group -> group.group(1)).toList();
    }

    private static List<String> fields(Reply page) {
        return FIELD.matcher(page.text()).results().map(field -> field.group()).toList();
    }

    private static String name(String field) {
        Matcher name = FIELD.matcher(field);
        assertThat(name.find()).isTrue();
        return name.group(1);
    }

    private static Reply page(String id) {
        return root.open("/admin/clients/" + id);
    }

    private static Reply send(Reply page, String... filled) {
        return AdminForms.send(root, page, "change", filled);
    }

    private static Reply check(Reply page, String... filled) {
        Matcher form = Pattern.compile("data-check=\"([^\"]+)\"").matcher(page.text());
        assertThat(form.find()).isTrue();
        Map<String, String> fields = AdminForms.fields(page);
        for (int i = 0; i < filled.length; i += 2) fields.put(filled[i], filled[i + 1]);
        fields.putAll(Map.of("action", "check", "form", form.group(1)));
        return root.post(AdminForms.path(page, "change"), AdminForms.pairs(fields));
    }

    private static String add(Map<String, String> more) {
        String id = "client-" + UUID.randomUUID();
        Map<String, String> all = new LinkedHashMap<>(Map.of("id", id, "grant.client_credentials", "on"));
        all.putAll(more);
        Reply added = AdminForms.send(root, root.open("/admin/clients/new"), "add", AdminForms.pairs(all));
        assertThat(added.status()).as(added.text()).isEqualTo(200);
        return id;
    }

    private static Map<String, Object> metadata(String id) {
        return server.database.read(tx -> new ClientStore()
                .find(tx, new ClientId(id))
                .orElseThrow()
                .metadata()
                .toObject());
    }

    /// What a client has to have so that this member fits.
    private static Map<String, String> needed(ClientMember member) {
        return member == ClientMember.FAPI_PROFILE
                ? Map.of("token_endpoint_auth_method", "private_key_jwt", "jwks_uri", ADDRESS)
                : Map.of();
    }

    private static String typed(ClientMember member) {
        return switch (member.kind()) {
            case TEXT -> "anything at all";
            case ADDRESS -> ADDRESS;
            case SECONDS -> "3600";
            case CHOICE -> member.choices().getFirst();
            case FLAG -> "on";
            case TEXTS -> "somebody at the shop\naal1";
            case ADDRESSES -> ADDRESS + "\n" + ADDRESS + "#two";
            case OBJECT -> Json.text(Map.of("", keys)).replaceAll("^\\{\"\":|}$", "");
        };
    }

    private static Object registered(ClientMember member) {
        return switch (member.kind()) {
            case TEXT, ADDRESS, CHOICE -> typed(member);
            case SECONDS -> 3600L;
            case FLAG -> true;
            case TEXTS, ADDRESSES -> typed(member).lines().toList();
            case OBJECT -> keys;
        };
    }

    private static String wrong(ClientMember member) {
        return switch (member.kind()) {
            case TEXT, TEXTS -> "x".repeat(257);
            case ADDRESS, ADDRESSES -> "over there";
            case SECONDS -> "soon";
            case CHOICE -> "one of its own";
            case OBJECT -> "{\"keys\":";
            case FLAG -> throw new IllegalArgumentException(member.wireName());
        };
    }
}
