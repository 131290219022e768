package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.server.ServerConfig.Invalid;
import dev.handstamp.server.ServerConfig.Valid;
import dev.handstamp.server.settings.Setting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerConfigTest {

    @TempDir
    Path folder;

    @Test
    void without_any_setting_it_is_a_loopback_server_on_sqlite() {
        ServerConfig config = valid(Map.of(), Map.of());
        assertThat(config.issuer(9000)).isEqualTo("http://localhost:9000");
        assertThat(config.host()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(9000);
        assertThat(config.managementHost()).isEqualTo("127.0.0.1");
        assertThat(config.managementPort()).isEqualTo(9002);
        assertThat(config.data()).isEqualTo(Path.of("data").toAbsolutePath());
        assertThat(config.database().file()).isEqualTo(config.data().resolve("handstamp.db"));
        assertThat(config.database().url()).isEmpty();
        assertThat(config.masterKeyFile()).isEqualTo(config.data().resolve("master.key"));
        assertThat(config.keyRotation()).isEqualTo(Duration.ofDays(30));
        assertThat(config.lifetimes().refreshRepeatWindow()).isEqualTo(Duration.ofSeconds(10));
        assertThat(config.auditRetention()).isEqualTo(Duration.ofDays(400));
    }

    @Test
    void the_standard_value_of_every_row_fits_its_own_rule() {
        for (Setting<?> setting : Setting.ALL) {
            if (setting.derived()) continue;
            assertThat(read(Map.of(), Map.of(setting.name(), setting.standard())))
                    .as(setting.name())
                    .isInstanceOf(Valid.class);
        }
    }

    @Test
    void names_variables_and_flags_are_unambiguous() {
        Set<String> spelled = new HashSet<>();
        for (Setting<?> setting : Setting.ALL) {
            assertThat(spelled.add(setting.name())).as(setting.name()).isTrue();
            assertThat(spelled.add(setting.variable())).as(setting.variable()).isTrue();
            setting.flag()
                    .ifPresent(flag -> assertThat(spelled.add(flag)).as(flag).isTrue());
        }
        assertThat(Setting.TLS_PRIVATE_KEY.variable()).isEqualTo("HANDSTAMP_TLS_PRIVATE_KEY");
        assertThat(Setting.TLS_PRIVATE_KEY.flag()).contains("--tls-private-key");
    }

    @Test
    void a_flag_wins_over_a_variable_and_a_variable_over_the_file() throws IOException {
        Path file = yaml("""
                port: 1001
                management: {port: 1002}
                session:
                  lifetime: 3d
                """);
        Map<String, String> environment = Map.of("HANDSTAMP_PORT", "2001", "HANDSTAMP_MANAGEMENT_PORT", "2002");
        ServerConfig config = valid(file, environment, Map.of("port", "3001"));
        assertThat(config.port()).isEqualTo(3001);
        assertThat(config.managementPort()).isEqualTo(2002);
        assertThat(config.lifetimes().session()).isEqualTo(Duration.ofDays(3));
    }

    @Test
    void a_variable_can_name_the_file() throws IOException {
        Path file = yaml("port: 1234");
        assertThat(valid(Map.of("HANDSTAMP_CONFIG", file.toString()), Map.of()).port())
                .isEqualTo(1234);
    }

    @Test
    void a_relative_path_in_the_file_counts_from_the_files_folder() throws IOException {
        assertThat(valid(yaml("data: here"), Map.of(), Map.of()).data()).isEqualTo(folder.resolve("here"));
    }

    @Test
    void everything_wrong_is_reported_at_once_with_its_name_its_origin_and_what_is_allowed() throws IOException {
        Path file = yaml("""
                prot: 9000
                session:
                  lifetime: forever
                """);
        Map<String, String> environment = Map.of("HANDSTAMP_KEYS_ROTATION", "5 days", "HANDSTAMP_NONSENSE_XYZ", "1");
        List<String> problems = invalid(file, environment, Map.of("port", "70000"));
        assertThat(problems)
                .hasSize(5)
                .contains(
                        "unknown setting \"prot\" (" + file + " line 1); did you mean port?",
                        "session.lifetime (" + file
                                + " line 3): \"forever\" is not allowed; allowed is a duration such as"
                                + " 10s, 5m, 24h or 30d, from 1s to 3650d",
                        "keys.rotation (variable HANDSTAMP_KEYS_ROTATION): \"5 days\" is not allowed; allowed is a"
                                + " duration such as 10s, 5m, 24h or 30d, from 1s to 3650d",
                        "port (flag --port): \"70000\" is not allowed; allowed is a whole number from 0 to 65535")
                .anyMatch(problem -> problem.startsWith(
                        "unknown setting \"NONSENSE_XYZ\" (variable HANDSTAMP_NONSENSE_XYZ); known are issuer, data,"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            port: 1\\nport: 2                | line 2: "port" is set twice, first on line 1
            tls:\\n  certificate: a\\ntls.certificate: b | line 3: "tls.certificate" is set twice
            port: [1, {a: 2}]               | line 1: a list of plain values is expected
            just words                      | line 1: names and values are expected
            port: *nowhere                  | line 1: not YAML
            port: "unfinished               | not YAML
            a: &x 1\\nb: *x                  | anchors and aliases are not supported
            port:                           | port
            ? [a, b]\\n: 1                   | a name is expected
            ---\\nport: 1\\n---\\nport: 2      | not YAML
            """)
    void a_strange_file_is_refused_with_its_line(String yaml, String problem) throws IOException {
        assertThat(invalid(yaml(yaml.replace("\\n", "\n")), Map.of(), Map.of()))
                .anyMatch(each -> each.contains(problem));
    }

    @Test
    void a_file_that_is_not_there_or_not_text_is_refused() throws IOException {
        assertThat(invalid(folder.resolve("none.yaml"), Map.of(), Map.of()))
                .containsExactly(folder.resolve("none.yaml") + ": there is no such configuration file");
        Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {'a', ':', (byte) 0xC3, 0x28});
        assertThat(invalid(binary, Map.of(), Map.of())).containsExactly(binary + ": not UTF-8");
        Path huge = Files.write(folder.resolve("huge.yaml"), "#".repeat(300_000).getBytes(StandardCharsets.UTF_8));
        assertThat(invalid(huge, Map.of(), Map.of())).containsExactly(huge + ": longer than 262144 bytes");
    }

    @Test
    void an_empty_file_sets_nothing() throws IOException {
        assertThat(valid(yaml("# nothing yet\n"), Map.of(), Map.of()).port()).isEqualTo(9000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://login.example.org",
                "http://192.168.1.5:9000",
                "http://localhost.example.org",
                "http://[2001:db8::1]:9000",
                "http://127.0.0.1.example.org"
            })
    @DisplayName("S-16: an issuer on a public host must be https")
    void an_issuer_that_is_not_loopback_must_be_https(String issuer) {
        assertThat(invalid(Map.of(), Map.of("issuer", issuer)))
                .containsExactly("issuer (flag --issuer): must be https: only a loopback issuer may be http");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "login.example.org",
                "ftp://localhost",
                "http://localhost:9000/",
                "http://localhost/path/",
                "http://localhost/a//b",
                "http://localhost/../b",
                "http://localhost/.b",
                "http://localhost/a%20b",
                "http://localhost?x",
                "http://localhost#x",
                "http://me@localhost",
                "http://LOCALHOST",
                "http://localhost:99999",
                "http://[1:2]:9000",
                "http://-",
                "http://a b"
            })
    void an_issuer_is_an_address_that_ends_in_no_slash(String issuer) {
        assertThat(invalid(Map.of(), Map.of("issuer", issuer)))
                .singleElement()
                .asString()
                .startsWith("issuer (flag --issuer): ")
                .contains("an address such as https://login.example.org");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:9000", "http://127.0.0.2", "http://[::1]:9000", "http://demo.localhost"})
    void a_loopback_issuer_may_be_http(String issuer) {
        assertThat(valid(Map.of(), Map.of("issuer", issuer)).issuer(1)).isEqualTo(issuer);
    }

    @Test
    @DisplayName("S-16: an https issuer needs TLS or a named proxy")
    void an_https_issuer_needs_tls_or_a_named_proxy() {
        assertThat(invalid(Map.of(), Map.of("issuer", "https://login.example.org")))
                .containsExactly(
                        "issuer (flag --issuer): is https: set tls.certificate and tls.private-key, or name the"
                                + " proxy that ends TLS in trusted-proxies");
        ServerConfig behindProxy =
                valid(Map.of(), Map.of("issuer", "https://login.example.org", "trusted-proxies", "10.0.0.1, ::1"));
        assertThat(behindProxy.host()).isEqualTo("0.0.0.0");
        assertThat(behindProxy.trustedProxies()).containsExactly("10.0.0.1", "::1");
    }

    @Test
    void a_proxy_on_this_machine_leaves_the_listener_on_loopback() {
        var flags = Map.of("issuer", "https://login.example.org", "trusted-proxies", "127.0.0.1");
        assertThat(valid(Map.of(), flags).host()).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"proxy.example", "0.0.0.0/0", "10.0.0.0/33", "10.0.0.0/", "::1/129", "10.0.0.1,,", "*"})
    @DisplayName("S-16: not everybody is a trusted proxy")
    void a_proxy_is_an_address_or_a_network_that_is_not_the_world(String proxies) {
        assertThat(invalid(Map.of(), Map.of("trusted-proxies", proxies)))
                .singleElement()
                .asString()
                .contains("allowed is IP addresses and networks");
        assertThat(valid(Map.of(), Map.of("trusted-proxies", "10.0.0.0/8,fd00::/8"))
                        .host())
                .isEqualTo("0.0.0.0");
    }

    @Test
    void with_tls_the_server_listens_everywhere_and_its_issuer_is_https() throws IOException {
        Path certificate = Files.createFile(folder.resolve("c.pem"));
        Path key = Files.createFile(folder.resolve("k.pem"));
        var tls = Map.of("tls.certificate", certificate.toString(), "tls.private-key", key.toString());
        ServerConfig config = valid(Map.of(), tls);
        assertThat(config.tls()).contains(new ServerConfig.Tls(certificate, key));
        assertThat(config.host()).isEqualTo("0.0.0.0");
        assertThat(config.issuer(9000)).isEqualTo("https://localhost:9000");
        assertThat(invalid(Map.of("HANDSTAMP_ISSUER", "http://localhost:9000"), tls))
                .containsExactly("issuer (variable HANDSTAMP_ISSUER): must be https, because TLS is set");
    }

    @Test
    @DisplayName("S-16: half of TLS is refused")
    void half_of_tls_is_refused() throws IOException {
        Path certificate = Files.createFile(folder.resolve("c.pem"));
        assertThat(invalid(Map.of(), Map.of("tls.certificate", certificate.toString())))
                .containsExactly("tls.certificate (flag --tls-certificate): needs tls.private-key too");
        assertThat(invalid(Map.of(), Map.of("tls.private-key", "/nowhere/k.pem")))
                .containsExactly(
                        "tls.private-key (flag --tls-private-key): /nowhere/k.pem does not exist or cannot be read",
                        "tls.private-key (flag --tls-private-key): needs tls.certificate too");
    }

    @Test
    @DisplayName("S-16: passwords in clear text from the network are refused")
    void passwords_in_clear_text_from_the_network_are_refused() {
        assertThat(invalid(Map.of(), Map.of("host", "0.0.0.0")))
                .singleElement()
                .asString()
                .startsWith("host (flag --host): would take passwords in clear text from the network");
    }

    @Test
    @DisplayName("S-16: debug logging of a public issuer is refused")
    void debug_logging_of_a_public_issuer_is_refused() {
        var flags = Map.of("issuer", "https://a.example", "trusted-proxies", "10.0.0.1", "log.level", "debug");
        assertThat(invalid(Map.of(), flags))
                .containsExactly(
                        "log.level (flag --log-level): debug is only for a loopback issuer; allowed here is error,"
                                + " warn, info");
    }

    @Test
    void contradictions_are_refused() {
        assertThat(invalid(Map.of(), Map.of("port", "9002")))
                .containsExactly("management.port: is the same as port; they are two listeners");
        assertThat(invalid(Map.of(), Map.of("refresh-token.idle", "31d")))
                .containsExactly(
                        "refresh-token.idle (flag --refresh-token-idle): is longer than refresh-token.lifetime");
        assertThat(invalid(Map.of(), Map.of("login-throttle.first-delay", "10m")))
                .containsExactly("login-throttle.first-delay (flag --login-throttle-first-delay): is longer than"
                        + " login-throttle.longest-delay");
        assertThat(invalid(Map.of(), Map.of("remembered-devices", "12h")))
                .containsExactly(
                        "remembered-devices (flag --remembered-devices): is less than a day: people are told in"
                                + " days; 0s is never");
        assertThat(invalid(Map.of(), Map.of("database-user", "me")))
                .containsExactly("database-user (flag --database-user): is for PostgreSQL, and database is not set");
        assertThat(invalid(Map.of("HANDSTAMP_MASTER_KEY", "k"), Map.of("master-key-file", "f")))
                .containsExactly(
                        "master-key-file (flag --master-key-file): is set, and so is master-key: only one of them"
                                + " can be the key");
    }

    @Test
    void a_database_is_postgresql_or_not_named() {
        var flags = Map.of("database", "jdbc:postgresql://db/handstamp", "database-user", "me");
        ServerConfig config = valid(Map.of("HANDSTAMP_DATABASE_PASSWORD", "s3cret-word"), flags);
        assertThat(config.database().url()).contains("jdbc:postgresql://db/handstamp");
        assertThat(config.database().password().orElseThrow().value()).isEqualTo("s3cret-word");
        assertThat(invalid(Map.of(), Map.of("database", "jdbc:mysql://db/handstamp")))
                .containsExactly("database (flag --database): \"jdbc:mysql://db/handstamp\" is not allowed; allowed is"
                        + " jdbc:postgresql://HOST[:PORT]/DATABASE");
    }

    @Test
    @DisplayName("S-16: a secret is given by variable only, is not empty, and is never shown")
    void a_secret_is_given_by_variable_only_and_never_shown() throws IOException {
        assertThat(invalid(yaml("master-key: aaaa-secret"), Map.of(), Map.of()))
                .singleElement()
                .asString()
                .endsWith("line 1): a secret; give it in the variable HANDSTAMP_MASTER_KEY");
        assertThat(invalid(Map.of(), Map.of("master-key", "aaaa-secret")))
                .containsExactly("master-key (flag): a secret; give it in the variable HANDSTAMP_MASTER_KEY");
        assertThat(invalid(Map.of("HANDSTAMP_MASTER_KEY", ""), Map.of()))
                .containsExactly(
                        "master-key (variable HANDSTAMP_MASTER_KEY): its value is not allowed; allowed is a text"
                                + " that is not empty");
        var flags = Map.of("database", "jdbc:postgresql://db/x?password=url-secret");
        ServerConfig config = valid(
                Map.of("HANDSTAMP_MASTER_KEY", "aaaa-secret", "HANDSTAMP_DATABASE_PASSWORD", "bbbb-secret"), flags);
        assertThat(config.toString()).doesNotContain("aaaa-secret", "bbbb-secret", "url-secret");
    }

    @Test
    void a_message_shows_control_characters_escaped_and_long_texts_cut() {
        String problem = invalid(Map.of(), Map.of("host", "\u001b[31m\r\n\u202e" + "x".repeat(500)))
                .getFirst();
        assertThat(problem)
                .startsWith("host (flag --host): \"\\u001b[31m\\u000d\\u000a\\u202ex")
                .contains("x…\"")
                .hasSizeLessThan(300);
    }

    @Test
    void a_program_can_set_by_name() {
        assertThat(ServerConfig.of(Map.of("port", "0", "management.port", "0")).port())
                .isZero();
        assertThatThrownBy(() -> ServerConfig.of(Map.of("port", "x"))).hasMessageContaining("a whole number");
    }

    private Path yaml(String text) throws IOException {
        return Files.writeString(folder.resolve("config.yaml"), text);
    }

    private static ServerConfig.Reading read(Map<String, String> environment, Map<String, String> flags) {
        return ServerConfig.read(Optional.empty(), environment, flags);
    }

    private static ServerConfig valid(Map<String, String> environment, Map<String, String> flags) {
        return config(read(environment, flags));
    }

    private static ServerConfig valid(Path file, Map<String, String> environment, Map<String, String> flags) {
        return config(ServerConfig.read(Optional.of(file), environment, flags));
    }

    private static ServerConfig config(ServerConfig.Reading reading) {
        assertThat(reading).isInstanceOf(Valid.class);
        return ((Valid) reading).config();
    }

    private static List<String> invalid(Map<String, String> environment, Map<String, String> flags) {
        return problems(read(environment, flags));
    }

    private static List<String> invalid(Path file, Map<String, String> environment, Map<String, String> flags) {
        return problems(ServerConfig.read(Optional.of(file), environment, flags));
    }

    private static List<String> problems(ServerConfig.Reading reading) {
        assertThat(reading).isInstanceOf(Invalid.class);
        return ((Invalid) reading).problems();
    }
}
