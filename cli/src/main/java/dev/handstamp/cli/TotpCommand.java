package dev.handstamp.cli;

import dev.handstamp.server.administration.TotpEnrolments.Enrolled;
import dev.handstamp.server.domain.user.User;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `handstamp user totp`: the second factor of users.
@Command(
        name = "totp",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        description = "Authenticator applications (RFC 6238): a second factor, asked for at every login.",
        footerHeading = "%nExample:%n",
        footer = "  handstamp user totp add vera")
final class TotpCommand {

    @Command(
            name = "add",
            description = {
                "Enrols a user, and prints the address for the authenticator application, to type in or as "
                        + "a QR code, and eight recovery codes.",
                "All of it is shown only now."
            },
            footerHeading = "%nExample:%n",
            footer = "  handstamp user totp add vera")
    int add(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "USER") String user) {
        return store.with(office -> {
            Enrolled enrolled = office.totp().add(user, office.host());
            Map<String, Object> object = object(enrolled.user());
            object.put("otpauth_uri", enrolled.uri());
            object.put("recovery_codes", enrolled.recoveryCodes());
            Map<String, String> shown = new LinkedHashMap<>();
            shown.put("user", enrolled.user().username().value());
            shown.put("address", enrolled.uri() + "   (shown only now)");
            List<String> codes = enrolled.recoveryCodes();
            for (int i = 0; i < codes.size(); i++) {
                shown.put("recovery code " + (i + 1), codes.get(i) + "   (shown only now, good once)");
            }
            return printed.one(object, shown);
        });
    }

    @Command(name = "remove", description = "Takes the second factor from a user: the password is enough from then on.")
    int remove(@Mixin StoreOptions store, @Mixin Printed printed, @Parameters(paramLabel = "USER") String user) {
        return store.with(office -> {
            User changed = office.totp().remove(user);
            return printed.done(object(changed), "The user " + changed.username() + " has no second factor any more.");
        });
    }

    private static Map<String, Object> object(User user) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("sub", user.subject().value());
        object.put("username", user.username().value());
        return object;
    }
}
