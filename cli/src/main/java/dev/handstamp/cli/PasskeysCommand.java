package dev.handstamp.cli;

import dev.handstamp.server.domain.passkey.Passkey;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `handstamp user passkeys`: the passkeys of users.
@Command(
        name = "passkeys",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Passkeys (WebAuthn), which users add at their account.",
        footerHeading = "%nExample:%n",
        footer = "  handstamp user passkeys list vera")
final class PasskeysCommand {

    @Command(name = "list", description = "Lists the passkeys of a user, the oldest first.")
    int list(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "USER") String user) {
        return store.with(office -> {
            List<Passkey> passkeys = office.passkeys().list(user);
            Instant now = office.now();
            return printed.many(
                    passkeys.stream().map(PasskeysCommand::object).toList(),
                    List.of("PASSKEY", "NAME", "STATE", "LAST USED", "SINCE"),
                    passkeys.stream().map(passkey -> row(passkey, now)).toList(),
                    "No passkeys: users add them at their account.");
        });
    }

    @Command(
            name = "remove",
            description = "Takes a passkey from a user, and ends every session, refresh token and token at once.",
            footerHeading = "%nExample:%n",
            footer = "  handstamp user passkeys remove vera lbqJ5xJrVOc3w4qT3yKkVw")
    int remove(
            @Mixin StoreOptions store,
            @Mixin Printed printed,
            @Parameters(paramLabel = "USER") String user,
            @Parameters(paramLabel = "PASSKEY", description = "What the list calls it.") String passkey) {
        return store.with(office -> {
            Passkey removed = office.passkeys().remove(user, passkey);
            return printed.done(object(removed), "Removed the passkey " + removed.name() + " of " + user + ".");
        });
    }

    private static Map<String, Object> object(Passkey passkey) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("passkey", passkey.id().value());
        object.put("sub", passkey.subject().value());
        object.put("name", passkey.name().value());
        object.put("aaguid", passkey.aaguid());
        object.put("synced", passkey.mayBeElsewhere());
        object.put("created_at", passkey.createdAt().toString());
        passkey.lastUsedAt().ifPresent(at -> object.put("last_used_at", at.toString()));
        passkey.suspendedAt().ifPresent(at -> object.put("suspended_at", at.toString()));
        return object;
    }

    private static List<String> row(Passkey passkey, Instant now) {
        return List.of(
                passkey.id().value(),
                passkey.name().value(),
                passkey.suspendedAt().isPresent() ? "suspended" : passkey.mayBeElsewhere() ? "synced" : "one device",
                passkey.lastUsedAt().map(at -> Shown.instant(at, now)).orElse("never"),
                Shown.instant(passkey.createdAt(), now));
    }
}
