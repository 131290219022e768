package dev.handstamp.demo;

import static dev.handstamp.demo.Asking.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a newcomer does: starts it, pastes the walk, stops it, starts it again.
class WalkTest {

    private static final String PRINTED = """
        Vera, 34 and vip, logs in once. Without her stamp the doors stay shut, with it they open:
        {} 401
        {"message":"The floor is yours, Vera Vale."} 200
        {"message":"Cheers, Vera Vale."} 200
        {"message":"Your usual table, Vera Vale."} 200
        Mia is 16 and Nick is no vip. Their stamps are good, but these doors want more:
        {"error":"insufficient_scope",\
        "error_description":"The access token does not carry the privileges that are needed"} 403
        {"error":"insufficient_scope",\
        "error_description":"The access token does not carry the privileges that are needed"} 403
        Nick may read the guest list, Vera may write it:
        {"guests":["Ada","Grace"]} 200
        {"error":"insufficient_scope",\
        "error_description":"The access token does not carry the scope that is needed",\
        "scope":"guestlist:write"} 403
        {"guests":["Ada","Grace","Zora"]} 201
        As a browser does it, with the stamp in a cookie: log in, refresh, log out. Then the door is shut:
        200
        {"message":"The floor is yours, Nick Night."} 200
        200
        {"message":"The floor is yours, Nick Night."} 200
        204
        {} 401
        Vera logs out. From now on the server says to every API that asks about her stamp:
        204
        {"active":false}
        """;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void the_walk_can_be_pasted(boolean introspect) throws IOException, InterruptedException {
        try (var demo = RunningDemo.in(folder, introspect)) {
            assertThat(run("sh", "-c", demo.walk.commands())).isEqualTo(PRINTED);
        }
    }

    @Test
    void the_readme_shows_this_walk_and_what_it_prints() throws IOException {
        Passwords passwords = Passwords.in(folder.resolve("passwords.txt"), List.of("vera"), new SplittableRandom(1));
        Walk walk = new Walk("http://localhost:9000", "http://localhost:9001", Path.of("demo-data"), passwords);

        assertThat(Files.readString(Path.of("../README.md")))
                .contains("```sh\n" + walk.commands() + "```")
                .contains("```\n" + PRINTED + "```");
    }

    @Test
    void a_later_start_finds_everybody_as_they_were_and_makes_what_was_lost_anew() throws IOException {
        String password;
        try (var first = RunningDemo.in(folder, false)) {
            password = first.password("vera");
            assertThat(first.walk.toString())
                    .contains(first.walk.server(), first.walk.nightclub(), "34, vip", "25, regular", "16", "Ctrl-C")
                    .contains(password, first.password("nick"), first.password("mia"));
        }
        try (var second = RunningDemo.in(folder, false)) {
            assertThat(second.password("vera")).isEqualTo(password);
            assertThat(second.logIn(second.walk.server(), "vera", "body").statusCode())
                    .isEqualTo(200);
            Files.delete(second.options.data().resolve("passwords.txt"));
            Files.delete(second.options.data().resolve("nightclub.secret"));
        }
        try (var third = RunningDemo.in(folder, true)) {
            assertThat(third.password("vera")).isNotEqualTo(password);
            String body = third.logIn(third.walk.server(), "vera", "body").body();
            String token = body.replaceFirst(".*\"access_token\":\"([^\"]*)\".*", "$1");
            assertThat(get(third.nightclub("/guestlist")).bearer(token).status())
                    .isEqualTo(200);
        }
    }

    @Test
    void everything_in_the_folder_is_its_owner_s_alone_and_no_secret_is_in_the_log() throws IOException {
        try (var demo = RunningDemo.in(folder, false)) {
            demo.logIn(demo.walk.nightclub(), "vera", "cookie");

            try (var files = Files.walk(demo.options.data())) {
                assertThat(files)
                        .hasSizeGreaterThan(4)
                        .allSatisfy(
                                file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                                        .endsWith("------"));
            }
            assertThat(Files.readString(demo.options.data().resolve("server.log")))
                    .contains("server started")
                    .doesNotContain(demo.password("vera"), "eyJ");
        }
    }

    @Test
    void a_taken_port_or_folder_ends_the_start_with_its_name_and_disturbs_nobody() throws IOException {
        try (var demo = RunningDemo.in(folder, false)) {
            String origin = demo.walk.nightclub();
            int port = Integer.parseInt(origin.substring(origin.lastIndexOf(':') + 1));
            var samePort = new Options(false, folder.resolve("other"), 0, 0, port);

            assertThatThrownBy(() -> Demo.start(samePort)).hasMessageContaining(Integer.toString(port));
            assertThatThrownBy(() -> Demo.start(demo.options))
                    .hasMessageContaining(demo.options.data().toString());
            assertThat(get(origin + "/").status()).isEqualTo(200);
        }
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
