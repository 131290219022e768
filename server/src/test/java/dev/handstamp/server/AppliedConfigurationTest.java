package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.AssertionIssuers;
import dev.handstamp.server.administration.Branding;
import dev.handstamp.server.administration.Clients;
import dev.handstamp.server.administration.Configuration;
import dev.handstamp.server.administration.ConfigurationReader;
import dev.handstamp.server.administration.Configurations;
import dev.handstamp.server.administration.Exchanges;
import dev.handstamp.server.administration.Roles;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.outbound.OutboundHttp;
import dev.handstamp.server.outbound.OutboundHttp.Reach;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A running server heeds a file of configuration from its commit on.
class AppliedConfigurationTest {

    private static final String API = "https://api.example/by-file";
    private static final String SECRET = "a-secret-of-the-worker-that-is-long-enough";
    private static final String FILE = """
            apis:
              https://api.example/by-file: {scopes: [see, touch], algorithm: ES256}
            clients:
              worker:
                grants: [client_credentials]
                apis: [https://api.example/by-file]
                scopes: [see, touch]
                secret-from: env:SECRET
            """;

    @TempDir
    Path folder;

    @Test
    void what_is_applied_counts_at_once_and_what_it_takes_away_is_refused_at_once() throws IOException {
        try (RunningServer server = RunningServer.start()) {
            assertThat(token(server).status()).isEqualTo(401);
            String key = apply(server, FILE);
            Reply first = token(server);
            assertThat(first.status()).as(first.text()).isEqualTo(200);
            assertThat(first.string("scope")).isEqualTo("see touch");
            assertThat(server.isActiveAt(API, key, first.string("access_token")))
                    .isTrue();

            apply(server, FILE.replace("    scopes: [see, touch]\n", "    scopes: [see]\n"));
            assertThat(server.isActiveAt(API, key, first.string("access_token")))
                    .isFalse();
            assertThat(token(server).string("scope")).isEqualTo("see");
            apply(server, "clients: {}");
            assertThat(token(server).status()).isEqualTo(401);
        }
    }

    private static Reply token(RunningServer server) {
        return server.call("POST", "/token")
                .basic("worker", SECRET)
                .form("grant_type", "client_credentials", "resource", API)
                .send();
    }

    /// The secret of the API, where one was made.
    private String apply(RunningServer server, String text) throws IOException {
        Secrets secrets = new Secrets(new SecureRandom());
        InstantSource clock = InstantSource.system();
        Administrator administrator = Administrator.COMMAND_LINE;
        Configurations configurations = new Configurations(
                server.database,
                server.apis(),
                new Roles(server.database, clock, administrator),
                new Clients(server.database, server::keyEncryption, secrets, clock, administrator),
                new Branding(server.database, clock, administrator),
                new Exchanges(server.database, clock, administrator),
                new AssertionIssuers(
                        server.database,
                        new Users(
                                server.database,
                                () -> {
                                    throw new AssertionError("no password is set");
                                },
                                secrets,
                                clock,
                                administrator),
                        OutboundHttp.of(Reach.PUBLIC_ONLY, Optional.empty()),
                        clock,
                        administrator),
                server.keys(),
                secrets,
                clock);
        Path file = Files.writeString(folder.resolve("config.yaml"), text);
        Configuration wanted = (Configuration) ConfigurationReader.read(file, _ -> Optional.of(SECRET));
        return configurations.apply(wanted, false, configurations.plan(wanted, false)).told().stream()
                .map(told -> told.secrets().getOrDefault("client_secret", ""))
                .findFirst()
                .orElse("");
    }
}
