package dev.handstamp.cli;

import dev.handstamp.server.administration.Keys.Listed;
import dev.handstamp.server.administration.SharedSecrets;
import dev.handstamp.server.domain.client.Audience;
import dev.handstamp.server.domain.key.SigningKey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `handstamp key`: what tokens are signed with.
@Command(
        name = "key",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description =
                "Signing keys: next (published, not yet signing), current, retired (published until its last token expired).",
        footerHeading = "%nExamples:%n",
        footer = {"  handstamp key list", "  handstamp key rotate", "  handstamp key retire KID"})
final class KeyCommand {

    @Command(name = "list", description = "Lists next, current and retired keys.")
    int list(@Mixin StoreOptions store, @Mixin Printed printed) {
        return store.with(office -> {
            List<Listed> keys = office.keys().list();
            Instant now = office.now();
            return printed.many(
                    keys.stream().map(KeyCommand::object).toList(),
                    List.of("KEY", "ALGORITHM", "STATE", "SINCE", "FOR"),
                    keys.stream().map(key -> row(key, now)).toList(),
                    "No keys yet: the server makes them when it starts, and api add those that an API needs.");
        });
    }

    @Command(
            name = "rotate",
            description = {
                "Begins to sign with the next keys, publishes new next ones, and retires those that signed "
                        + "until now.",
                "Key pairs turn by themselves on schedule. A shared secret turns only here: give its API "
                        + "the next one first."
            },
            footerHeading = "%nExamples:%n",
            footer = {
                "  handstamp key rotate",
                "  handstamp key rotate --algorithm ES256",
                "  handstamp key rotate --api https://api.example/orders"
            })
    int rotate(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Option(names = "--algorithm", paramLabel = "ALG", description = "Only the key pair of this algorithm.")
                    @Nullable
                    String algorithm,
            @Option(names = "--api", paramLabel = "URL", description = "The secret that this API shares.") @Nullable
                    String api) {
        if (algorithm != null && api != null) throw new WrongUsage("name an algorithm or an API, not both");
        return store.with(office -> {
            if (api != null) return rotated(printed, api, office.keys().rotateShared(api));
            List<SigningKey> current = office.keys().rotate(Optional.ofNullable(algorithm));
            String kids = current.stream().map(SigningKey::keyId).collect(Collectors.joining(", "));
            Map<String, Object> object =
                    Map.of("current", current.stream().map(SigningKey::keyId).toList());
            return printed.done(object, "Signing now: " + kids);
        });
    }

    private static int rotated(Printed printed, String api, SharedSecrets shared) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("audience", api);
        object.put("shared_secret", shared.current());
        object.put("next_shared_secret", shared.next());
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("API", api);
        shown.put("shared_secret", shared.current() + "   (signs now)");
        shown.put("next_shared_secret", shared.next() + "   (after the next rotation; shown only now)");
        return printed.one(object, shown);
    }

    @Command(
            name = "retire",
            description = {
                "Withdraws one key at once, for one that may have been stolen: what it signed is refused "
                        + "from now on.",
                "An API that checks locally refuses it when it next fetches the key set."
            })
    int retire(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "KID") String keyId) {
        return store.with(office -> {
            Optional<String> successor = office.keys().retire(keyId).map(SigningKey::keyId);
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("retired", keyId);
            Printed.putIfPresent(object, "current", successor);
            String more = successor.map(kid -> " Signing now: " + kid).orElse("");
            return printed.done(object, "Withdrew the key " + keyId + "." + more);
        });
    }

    private static Map<String, Object> object(Listed listed) {
        SigningKey key = listed.key();
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("kid", key.keyId());
        object.put("alg", key.algorithm().joseName());
        object.put("state", state(listed));
        Printed.putIfPresent(object, "api", key.api().map(Audience::value));
        object.put("created_at", Shown.utc(key.createdAt()));
        Printed.putIfPresent(object, "activated_at", key.activatedAt().map(Shown::utc));
        Printed.putIfPresent(object, "retired_at", key.retiredAt().map(Shown::utc));
        Printed.putIfPresent(object, "removed_at", key.removedAt().map(Shown::utc));
        return object;
    }

    private static List<String> row(Listed listed, Instant now) {
        SigningKey key = listed.key();
        Optional<Instant> since = key.retiredAt().or(key::activatedAt);
        return List.of(
                key.keyId(),
                key.algorithm().joseName(),
                state(listed),
                Shown.instant(since.orElse(key.createdAt()), now),
                key.api().map(Audience::value).orElse("every API of its algorithm"));
    }

    private static String state(Listed listed) {
        return listed.state().name().toLowerCase(Locale.ROOT);
    }
}
