package dev.handstamp.demo;

import dev.handstamp.server.Opening;
import dev.handstamp.server.ServerConfig;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Apis;
import dev.handstamp.server.administration.Apis.NewApi;
import dev.handstamp.server.administration.Keys;
import dev.handstamp.server.administration.Roles;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.administration.Users.NewUser;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.domain.user.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// Registers Nightclub, its roles and its guests at the server: the same operations as `./handstamp api add`, `role
/// add`
/// and `user add`. What is there already stays as it is, so every start can do it.
///
/// @param passwords the guests'
/// @param apiSecret what Nightclub authenticates with at introspection
record GuestBook(Passwords passwords, String apiSecret) {

    /// Nightclub's name in tokens. It is a name and not an address: Nightclub may listen elsewhere.
    static final String AUDIENCE = "http://localhost:9001";

    private static final String READ = "guestlist:read";
    private static final String WRITE = "guestlist:write";
    private static final List<String> CLAIMS = List.of("age", "name", "preferred_username");

    static GuestBook prepare(ServerConfig config) throws IOException {
        var random = new SecureRandom();
        var secrets = new Secrets(random);
        var names = Guest.ALL.stream().map(Guest::username).toList();
        Passwords passwords = Passwords.in(config.data().resolve("passwords.txt"), names, random);
        try (Opening opening = Opening.forCommand(config, secrets, InstantSource.system())) {
            String apiSecret = registerApi(opening, secrets, config.data().resolve("nightclub.secret"));
            registerOperator(opening);
            registerGuests(opening, secrets, passwords);
            return new GuestBook(passwords, apiSecret);
        }
    }

    /// The server tells the API's secret once and keeps its hash. If it was lost on the way, the API is registered
    /// anew.
    private static String registerApi(Opening opening, Secrets secrets, Path secretFile) throws IOException {
        var clock = InstantSource.system();
        var keys = new Keys(
                opening.database(), opening::signingKeys, opening::keyEncryption, clock, Administrator.COMMAND_LINE);
        var apis = new Apis(opening.database(), opening::signingKeys, keys, secrets, clock, Administrator.COMMAND_LINE);
        boolean known =
                apis.list().stream().anyMatch(api -> api.audience().value().equals(AUDIENCE));
        if (known && Files.exists(secretFile))
            return Files.readString(secretFile).strip();

        if (known) apis.delete(AUDIENCE);
        var added = apis.add(new NewApi(AUDIENCE, List.of(READ, WRITE), Optional.empty(), Optional.empty(), CLAIMS));
        var roles = new Roles(opening.database(), clock, Administrator.COMMAND_LINE);
        roles.add("vip", Optional.of(AUDIENCE), List.of(READ, WRITE));
        roles.add("regular", Optional.of(AUDIENCE), List.of(READ));
        OwnerOnly.write(secretFile, added.secret().value() + '\n');
        return added.secret().value();
    }

    /// On its own, because a data directory may be older than this role.
    private static void registerOperator(Opening opening) {
        var roles = new Roles(opening.database(), InstantSource.system(), Administrator.COMMAND_LINE);
        boolean known =
                roles.list().stream().anyMatch(role -> role.name().value().equals("operator"));
        if (!known) roles.add("operator", Optional.of(AUDIENCE), List.of(READ));
    }

    private static void registerGuests(Opening opening, Secrets secrets, Passwords passwords) {
        try (var hasher = new PasswordHasher(1, Guest.ALL.size(), secrets)) {
            var users = new Users(
                    opening.database(), () -> hasher, secrets, InstantSource.system(), Administrator.COMMAND_LINE);
            Set<String> known = users.list().stream()
                    .map(User::username)
                    .map(username -> username.value())
                    .collect(Collectors.toSet());
            for (Guest guest : Guest.ALL) {
                String name = guest.username();
                if (!known.contains(name)) {
                    users.add(asUser(guest), passwords.of(name));
                } else if (passwords.isFresh(name)) {
                    users.changePassword(name, passwords.of(name));
                }
            }
        }
    }

    private static NewUser asUser(Guest guest) {
        return new NewUser(
                guest.username(), guest.name(), "", guest.role(), Map.of("age", Integer.toString(guest.age())));
    }
}
