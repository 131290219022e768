package dev.handstamp.cli;

import dev.handstamp.server.Opening;
import dev.handstamp.server.ServerConfig;
import dev.handstamp.server.administration.Administrator;
import dev.handstamp.server.administration.Apis;
import dev.handstamp.server.administration.AssertionIssuers;
import dev.handstamp.server.administration.AuditLog;
import dev.handstamp.server.administration.Branding;
import dev.handstamp.server.administration.Clients;
import dev.handstamp.server.administration.Configurations;
import dev.handstamp.server.administration.EnrolledPasskeys;
import dev.handstamp.server.administration.Exchanges;
import dev.handstamp.server.administration.Grants;
import dev.handstamp.server.administration.Invitations;
import dev.handstamp.server.administration.Keys;
import dev.handstamp.server.administration.Revocations;
import dev.handstamp.server.administration.Roles;
import dev.handstamp.server.administration.Sessions;
import dev.handstamp.server.administration.Tokens;
import dev.handstamp.server.administration.TotpEnrolments;
import dev.handstamp.server.administration.UserExport;
import dev.handstamp.server.administration.UserImport;
import dev.handstamp.server.administration.UserMails;
import dev.handstamp.server.administration.UserSearch;
import dev.handstamp.server.administration.Users;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.WebAuthn;
import dev.handstamp.server.outbound.OutboundHttp;
import dev.handstamp.server.store.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.logging.LogManager;
import org.jspecify.annotations.Nullable;

/// The administration of one store, wired for one command. Each part is made when it is asked for.
final class Office implements AutoCloseable {

    private final ServerConfig config;
    private final Terminal terminal;
    private final InstantSource clock;
    private final Secrets secrets = new Secrets(new SecureRandom());
    private final Opening opening;
    private final Database database;
    private @Nullable PasswordHasher hasher;

    private Office(ServerConfig config, Terminal terminal) {
        this.config = config;
        this.terminal = terminal;
        this.clock = terminal.clock();
        this.opening = Opening.forCommand(config, secrets, clock);
        this.database = opening.database();
    }

    static Office open(ServerConfig config, Terminal terminal) {
        // The connection pool to PostgreSQL tells java.util.logging what it does: not what the command was asked for.
        if (config.database().url().isPresent()) LogManager.getLogManager().reset();
        return new Office(config, terminal);
    }

    Users users() {
        return new Users(database, this::hasher, config.passwordPolicy(), secrets, clock, Administrator.COMMAND_LINE);
    }

    UserMails userMails() {
        return new UserMails(database, users(), secrets, clock, Administrator.COMMAND_LINE);
    }

    UserImport userImport() {
        return new UserImport(
                database, opening::keyEncryption, secrets, clock, relyingParty(), Administrator.COMMAND_LINE);
    }

    UserExport userExport() {
        return new UserExport(
                database, opening::knownKeyEncryption, secrets, clock, relyingParty(), Administrator.COMMAND_LINE);
    }

    Clients clients() {
        return new Clients(database, opening::keyEncryption, secrets, clock, Administrator.COMMAND_LINE);
    }

    AssertionIssuers issuers() {
        try {
            OutboundHttp outbound = OutboundHttp.of(config.outbound(), Optional.empty());
            return new AssertionIssuers(database, users(), outbound, clock, Administrator.COMMAND_LINE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TotpEnrolments totp() {
        return new TotpEnrolments(
                database, users(), opening::keyEncryption, secrets, clock, Administrator.COMMAND_LINE);
    }

    EnrolledPasskeys passkeys() {
        return new EnrolledPasskeys(database, users(), secrets, clock, Administrator.COMMAND_LINE);
    }

    /// What users know the server by.
    String host() {
        return URI.create(config.issuer(config.port())).getHost();
    }

    /// What passkeys are bound to.
    private String relyingParty() {
        return new WebAuthn(config.issuer(config.port())).relyingParty();
    }

    Exchanges exchanges() {
        return new Exchanges(database, clock, Administrator.COMMAND_LINE);
    }

    Invitations invitations() {
        return new Invitations(database, secrets, clock, Administrator.COMMAND_LINE);
    }

    Apis apis() {
        return new Apis(database, opening::signingKeys, keys(), secrets, clock, Administrator.COMMAND_LINE);
    }

    Configurations configurations() {
        return new Configurations(
                database, apis(), roles(), clients(), branding(), exchanges(), issuers(), keys(), secrets, clock);
    }

    Branding branding() {
        return new Branding(database, clock, Administrator.COMMAND_LINE);
    }

    Roles roles() {
        return new Roles(database, clock, Administrator.COMMAND_LINE);
    }

    Keys keys() {
        return new Keys(database, opening::signingKeys, opening::keyEncryption, clock, Administrator.COMMAND_LINE);
    }

    Sessions sessions() {
        return new Sessions(database, users(), clock, Administrator.COMMAND_LINE);
    }

    Grants grants() {
        return new Grants(database, users(), clock, Administrator.COMMAND_LINE);
    }

    UserSearch userSearch() {
        return new UserSearch(database);
    }

    Revocations revocations() {
        return new Revocations(database, clock, Administrator.COMMAND_LINE);
    }

    String issuer() {
        return config.issuer(config.port());
    }

    Tokens tokens() {
        return new Tokens(
                database, users(), opening::keyEncryption, secrets, issuer(), clock, Administrator.COMMAND_LINE);
    }

    AuditLog auditLog() {
        return new AuditLog(database);
    }

    /// Tells about a master key that was made, and lets go of everything.
    @Override
    public void close() {
        opening.madeMasterKey().ifPresent(file -> FirstStart.noteMasterKey(terminal, file));
        if (hasher != null) hasher.close();
        opening.close();
    }

    Instant now() {
        return clock.instant();
    }

    private PasswordHasher hasher() {
        if (hasher == null) hasher = new PasswordHasher(1, 1, secrets);
        return hasher;
    }
}
