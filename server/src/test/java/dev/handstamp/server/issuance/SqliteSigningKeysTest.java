package dev.handstamp.server.issuance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handstamp.jwt.Algorithm;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.MasterKey;
import dev.handstamp.server.crypto.UnusableMasterKey;
import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.key.SigningKey;
import dev.handstamp.server.store.DatabaseLocation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SqliteSigningKeysTest extends SigningKeysContract {

    private static final Set<String> PRIVATE_MEMBERS = Set.of("d", "p", "q", "dp", "dq", "qi", "k", "priv");

    @Override
    DatabaseLocation emptyDatabase() {
        return new DatabaseLocation.Sqlite(directory.resolve("handstamp.db"));
    }

    @Test
    void no_private_key_material_stands_in_the_database_files() throws IOException {
        List<Algorithm> algorithms = List.of(Algorithm.ES256, Algorithm.EDDSA, Algorithm.PS256, Algorithm.HS256);
        for (Algorithm algorithm : algorithms) {
            register(new Audience("https://api.example/" + algorithm), algorithm, Api.DEFAULT_TOKEN_LIFETIME);
        }
        keys.unlock();
        keys.ensure(Author.named("test"));
        keys.rotate(keys.inUse(), Author.named("test"));
        assertThat(stored()).hasSize(15);

        String files = contentOfAllFiles();
        String hex = HexFormat.of().formatHex(files.getBytes(StandardCharsets.ISO_8859_1));
        for (SigningKey key : stored()) {
            assertThat(files).contains(key.keyId());
            for (Map.Entry<String, Object> member :
                    encryption.decrypt(key).toJson().entrySet()) {
                if (!PRIVATE_MEMBERS.contains(member.getKey())) continue;
                String value = (String) member.getValue();
                byte[] bytes = Base64.getUrlDecoder().decode(value);
                String start = HexFormat.of().formatHex(bytes, 0, Math.min(16, bytes.length));
                assertThat(files.contains(value)).isFalse();
                assertThat(files.contains(Base64.getEncoder().encodeToString(bytes)))
                        .isFalse();
                assertThat(files.contains(start)).isFalse();
                assertThat(hex.contains(start)).isFalse();
            }
        }
        String masterKey = Files.readString(directory.resolve("master.key")).strip();
        assertThat(files.contains(masterKey)).isFalse();
        assertThat(hex.contains(HexFormat.of().formatHex(Base64.getUrlDecoder().decode(masterKey))))
                .isFalse();
    }

    @Test
    void a_wrong_master_key_leaves_every_byte_of_the_database_as_it_was() throws IOException {
        keys.unlock();
        keys.ensure(Author.named("test"));
        String before = contentOfAllFiles();
        MasterKey other =
                MasterKey.readOrMake(directory.resolve("other.key"), secrets).key();
        SigningKeys wrong = new SigningKeys(database, new KeyEncryption(other, secrets), time::get);
        assertThatThrownBy(wrong::unlock).isInstanceOf(UnusableMasterKey.class);
        assertThat(contentOfAllFiles().equals(before)).isTrue();
    }

    private String contentOfAllFiles() throws IOException {
        StringBuilder content = new StringBuilder();
        try (var files = Files.list(directory)) {
            for (Path file : files.filter(each -> each.getFileName().toString().matches("handstamp\\.db(-wal)?"))
                    .toList()) {
                content.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        assertThat(content).hasSizeGreaterThan(10_000);
        return content.toString();
    }
}
