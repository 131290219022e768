package dev.handstamp.server;

import dev.handstamp.server.crypto.BreachedPasswords;
import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.user.PasswordRules;
import dev.handstamp.server.issuance.ClientDocuments;
import dev.handstamp.server.issuance.PasswordPolicy;
import dev.handstamp.server.issuance.RegistrationPolicy;
import dev.handstamp.server.issuance.RegistrationPolicy.Access;
import dev.handstamp.server.issuance.SignUps;
import dev.handstamp.server.mail.Mailer;
import dev.handstamp.server.outbound.OutboundHttp.Reach;
import dev.handstamp.server.settings.Problems;
import dev.handstamp.server.settings.Setting;
import dev.handstamp.server.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Everything that can be set, checked as a whole before anything starts. The table of settings is [Setting].
///
/// An unsafe combination is a problem like a misspelled name: it is reported, and nothing starts.
///
/// @param givenIssuer     the issuer, if it was set; see [#issuer(int)]
/// @param data            the folder for everything that is kept, absolute
/// @param masterKey       the master key itself, from its variable
/// @param masterKeyFile   where else the master key stands, absolute
/// @param mutualTls       how clients show certificates, if they can
/// @param asksForDpopNonces whether every DPoP proof must hold a nonce of ours
/// @param outbound        where requests may go to addresses that others have named
/// @param trustAnchors    PEM file of authorities that these requests trust besides the runtime's
/// @param asksNameFirst   whether the login page asks for the name on a page of its own
/// @param rememberedDevices how long no second factor is asked for in a browser that was told to remember
/// @param registration    who may register clients over HTTP
/// @param clientDocuments whose client ID metadata documents are read
/// @param mail            how mails to users are sent, if they are
/// @param byMail          what users may ask a mail for
public record ServerConfig(
        Optional<String> givenIssuer,
        Path data,
        Database database,
        String host,
        int port,
        String managementHost,
        int managementPort,
        Optional<Tls> tls,
        Set<String> trustedProxies,
        Optional<Secret> masterKey,
        Path masterKeyFile,
        Duration keyRotation,
        Lifetimes lifetimes,
        PasswordHashing passwordHashing,
        Passwords passwords,
        LoginThrottle loginThrottle,
        RevocationFeeds revocationFeeds,
        Optional<MutualTls> mutualTls,
        boolean asksForDpopNonces,
        Reach outbound,
        Optional<Path> trustAnchors,
        boolean asksNameFirst,
        Duration rememberedDevices,
        RegistrationPolicy registration,
        ClientDocuments.Policy clientDocuments,
        Optional<Mailer.Server> mail,
        ByMail byMail,
        Duration auditRetention,
        String logLevel) {

    /// Where the database is: the SQLite file in the data folder, or PostgreSQL.
    ///
    /// @param url      empty for SQLite; may hold a password, so it is not printed
    /// @param user     empty when the URL says it or the driver decides
    /// @param password empty when the URL says it or none is needed
    public record Database(Path file, Optional<String> url, Optional<String> user, Optional<Secret> password) {

        @Override
        public String toString() {
            return url.isEmpty() ? "Database[" + file + "]" : "Database[postgresql]";
        }
    }

    /// How clients show certificates (RFC 8705): at a port of their own, or to a proxy that hands them on.
    ///
    /// @param port        0 takes a free one
    /// @param authorities a PEM file
    public record MutualTls(
            Optional<Integer> port, Optional<String> header, Optional<String> origin, Optional<Path> authorities) {

        /// Where clients come with their certificates; empty if that is the issuer.
        ///
        /// @param boundPort that is listened on, if one of their own is
        public Optional<String> origin(String issuer, int boundPort) {
            if (origin.isPresent() || port.isEmpty()) return origin;
            return Optional.of("https://" + URI.create(issuer).getHost() + ":" + boundPort);
        }
    }

    /// PEM files.
    public record Tls(Path certificate, Path privateKey) {}

    /// How long what a login earns may live.
    ///
    /// @param refreshRepeatWindow how long the same caller's repeat gets the same successor
    public record Lifetimes(
            Duration session, Duration refreshToken, Duration refreshTokenIdle, Duration refreshRepeatWindow) {}

    /// The bounded pool that hashes passwords.
    public record PasswordHashing(int threads, int queue) {}

    /// What new passwords have to be.
    ///
    /// @param breached a filter of those that are not taken; empty: the one that comes along
    public record Passwords(int shortest, Optional<Path> breached) {}

    /// How wrong passwords slow down the name and the address that they come for and from.
    ///
    /// @param accountFailures failures for one name before it is slowed down; likewise for one address
    /// @param firstDelay      the first pause; it doubles with each further failure up to the longest
    public record LoginThrottle(int accountFailures, int addressFailures, Duration firstDelay, Duration longestDelay) {}

    /// What users may ask a mail for.
    ///
    /// @param perHour how many mails strangers in one network may ask for in an hour
    public record ByMail(int perHour, SignInByMail signIn, SignUps.Access signUp) {}

    /// With what a user may sign in that is mailed.
    public enum SignInByMail {
        OFF,
        LINK,
        CODE
    }

    /// How many feeds of revocations may be open, together and of one API.
    public record RevocationFeeds(int connections, int perApi) {}

    /// Which passwords are taken from now on.
    ///
    /// @throws Unusable if the filter is none
    public PasswordPolicy passwordPolicy() {
        PasswordRules rules = new PasswordRules(passwords.shortest, PasswordPolicy.wordsOf(issuer(port)));
        if (passwords.breached.isEmpty()) return new PasswordPolicy(rules, BreachedPasswords::shipped);
        try {
            BreachedPasswords filter = BreachedPasswords.open(passwords.breached.get());
            return new PasswordPolicy(rules, () -> filter);
        } catch (IOException e) {
            throw new Unusable(
                    Setting.BREACHED_PASSWORDS.name() + ": " + passwords.breached.get() + ": " + e.getMessage());
        }
    }

    /// A configuration, or what is wrong with it.
    public sealed interface Reading {}

    public record Valid(ServerConfig config) implements Reading {}

    /// Everything that is wrong.
    ///
    /// @param problems one line each: which setting, where it was set, what is allowed
    public record Invalid(List<String> problems) implements Reading {}

    /// Reads the file, over it the `HANDSTAMP_…` variables, over them the flags.
    ///
    /// @param file  the configuration file, if a flag names one
    /// @param flags texts by the settings' names
    public static Reading read(Optional<Path> file, Map<String, String> environment, Map<String, String> flags) {
        Problems problems = new Problems();
        Settings settings = Settings.collect(file, environment, flags, problems);
        ServerConfig config = from(settings);
        config.check(settings);
        return problems.isEmpty() ? new Valid(config) : new Invalid(problems.all());
    }

    /// A configuration from settings by name alone, for a program that starts the server itself.
    ///
    /// @throws IllegalArgumentException with everything that is wrong
    public static ServerConfig of(Map<String, String> settings) {
        return switch (read(Optional.empty(), Map.of(), settings)) {
            case Valid(var config) -> config;
            case Invalid(var problems) -> throw new IllegalArgumentException(String.join("\n", problems));
        };
    }

    /// The issuer of every token.
    ///
    /// @param boundPort the port that the server listens on, which setting 0 leaves open
    public String issuer(int boundPort) {
        return givenIssuer.orElseGet(() -> (tls.isPresent() ? "https" : "http") + "://localhost:" + boundPort);
    }

    private static ServerConfig from(Settings settings) {
        Path data = settings.path(Setting.DATA);
        Optional<Tls> tls = tls(settings);
        Set<String> proxies = settings.find(Setting.TRUSTED_PROXIES).orElse(Set.of());
        return new ServerConfig(
                settings.find(Setting.ISSUER),
                data,
                database(settings, data),
                settings.find(Setting.HOST).orElseGet(() -> standardHost(tls, proxies)),
                settings.get(Setting.PORT),
                settings.get(Setting.MANAGEMENT_HOST),
                settings.get(Setting.MANAGEMENT_PORT),
                tls,
                proxies,
                settings.find(Setting.MASTER_KEY),
                settings.findPath(Setting.MASTER_KEY_FILE).orElse(data.resolve("master.key")),
                settings.get(Setting.KEY_ROTATION),
                lifetimes(settings),
                new PasswordHashing(settings.get(Setting.PASSWORD_THREADS), settings.get(Setting.PASSWORD_QUEUE)),
                new Passwords(settings.get(Setting.PASSWORD_SHORTEST), readable(settings, Setting.BREACHED_PASSWORDS)),
                throttle(settings),
                new RevocationFeeds(
                        settings.get(Setting.FEED_CONNECTIONS), settings.get(Setting.FEED_CONNECTIONS_PER_API)),
                mutualTls(settings),
                settings.get(Setting.DPOP_NONCE).equals("required"),
                settings.get(Setting.OUTBOUND_ADDRESSES).equals("any") ? Reach.PRIVATE_TOO : Reach.PUBLIC_ONLY,
                readable(settings, Setting.OUTBOUND_TRUST_ANCHORS),
                settings.get(Setting.LOGIN).equals("identifier-first"),
                settings.get(Setting.REMEMBERED_DEVICES),
                registration(settings),
                clientDocuments(settings.get(Setting.CLIENT_DOCUMENTS)),
                mail(settings),
                new ByMail(
                        settings.get(Setting.MAIL_PER_HOUR),
                        SignInByMail.valueOf(
                                settings.get(Setting.SIGN_IN_BY_MAIL).toUpperCase(Locale.ROOT)),
                        SignUps.Access.valueOf(settings.get(Setting.SIGN_UP).toUpperCase(Locale.ROOT))),
                settings.get(Setting.AUDIT_RETENTION),
                settings.get(Setting.LOG_LEVEL));
    }

    private static Database database(Settings settings, Path data) {
        return new Database(
                data.resolve("handstamp.db"),
                settings.find(Setting.DATABASE),
                settings.find(Setting.DATABASE_USER),
                settings.find(Setting.DATABASE_PASSWORD));
    }

    /// Loopback as long as nothing encrypts the way here; a proxy on this machine reaches it there as well.
    private static String standardHost(Optional<Tls> tls, Set<String> proxies) {
        boolean reachedFromElsewhere = tls.isPresent() || !proxies.stream().allMatch(ServerConfig::isLoopback);
        return reachedFromElsewhere ? "0.0.0.0" : "127.0.0.1";
    }

    private static Optional<Tls> tls(Settings settings) {
        Optional<Path> certificate = readable(settings, Setting.TLS_CERTIFICATE);
        Optional<Path> privateKey = readable(settings, Setting.TLS_PRIVATE_KEY);
        if (settings.isGiven(Setting.TLS_CERTIFICATE) && !settings.isGiven(Setting.TLS_PRIVATE_KEY)) {
            settings.problem(Setting.TLS_CERTIFICATE, "needs tls.private-key too");
        }
        if (settings.isGiven(Setting.TLS_PRIVATE_KEY) && !settings.isGiven(Setting.TLS_CERTIFICATE)) {
            settings.problem(Setting.TLS_PRIVATE_KEY, "needs tls.certificate too");
        }
        return certificate.isPresent() && privateKey.isPresent()
                ? Optional.of(new Tls(certificate.get(), privateKey.get()))
                : Optional.empty();
    }

    private static Optional<MutualTls> mutualTls(Settings settings) {
        Optional<Integer> port = settings.find(Setting.MTLS_PORT);
        Optional<String> header = settings.find(Setting.MTLS_CERTIFICATE_HEADER);
        Optional<Path> authorities = readable(settings, Setting.MTLS_CLIENT_AUTHORITIES);
        return port.isPresent() || header.isPresent()
                ? Optional.of(new MutualTls(port, header, settings.find(Setting.MTLS_ORIGIN), authorities))
                : Optional.empty();
    }

    private static Optional<Path> readable(Settings settings, Setting<Path> setting) {
        Optional<Path> path = settings.findPath(setting);
        if (path.isPresent() && !Files.isReadable(path.get())) {
            settings.problem(setting, path.get() + " does not exist or cannot be read");
        }
        return path;
    }

    private static Lifetimes lifetimes(Settings settings) {
        return new Lifetimes(
                settings.get(Setting.SESSION_LIFETIME),
                settings.get(Setting.REFRESH_LIFETIME),
                settings.get(Setting.REFRESH_IDLE),
                settings.get(Setting.REFRESH_REPEAT_WINDOW));
    }

    private static RegistrationPolicy registration(Settings settings) {
        return new RegistrationPolicy(
                Access.valueOf(settings.get(Setting.REGISTRATION).toUpperCase(Locale.ROOT)),
                settings.get(Setting.REGISTERED_CLIENTS_PKCE).equals("required"),
                settings.get(Setting.REGISTERED_CLIENTS_PER_HOUR),
                settings.get(Setting.REGISTERED_CLIENTS_UNUSED));
    }

    private static ClientDocuments.Policy clientDocuments(String text) {
        return switch (text) {
            case "off" -> new ClientDocuments.Policy(false, Set.of());
            case "any" -> new ClientDocuments.Policy(true, Set.of());
            default -> new ClientDocuments.Policy(true, Set.of(text.split(", ?", -1)));
        };
    }

    private static Optional<Mailer.Server> mail(Settings settings) {
        Optional<String> host = settings.find(Setting.MAIL_HOST);
        Mailer.Tls tls = Mailer.Tls.valueOf(settings.get(Setting.MAIL_TLS).toUpperCase(Locale.ROOT));
        Optional<Integer> port = settings.find(Setting.MAIL_PORT);
        Optional<String> from = settings.find(Setting.MAIL_FROM);
        Optional<String> username = settings.find(Setting.MAIL_USERNAME);
        Optional<Secret> password = settings.find(Setting.MAIL_PASSWORD);
        if (host.isEmpty() || from.isEmpty()) return Optional.empty();
        return Optional.of(
                new Mailer.Server(host.get(), port.orElse(tls.standardPort()), from.get(), tls, username, password));
    }

    private static LoginThrottle throttle(Settings settings) {
        return new LoginThrottle(
                settings.get(Setting.THROTTLE_ACCOUNT_FAILURES),
                settings.get(Setting.THROTTLE_ADDRESS_FAILURES),
                settings.get(Setting.THROTTLE_FIRST_DELAY),
                settings.get(Setting.THROTTLE_LONGEST_DELAY));
    }

    /// What no setting can see by itself.
    private void check(Settings settings) {
        checkIssuer(settings);
        checkListeners(settings);
        checkMutualTls(settings);
        checkDatabase(settings);
        checkMail(settings);
        if (lifetimes.refreshTokenIdle().compareTo(lifetimes.refreshToken()) > 0) {
            settings.problem(Setting.REFRESH_IDLE, "is longer than refresh-token.lifetime");
        }
        if (!rememberedDevices.isZero() && rememberedDevices.compareTo(Duration.ofDays(1)) < 0) {
            settings.problem(Setting.REMEMBERED_DEVICES, "is less than a day: people are told in days; 0s is never");
        }
        if (loginThrottle.firstDelay().compareTo(loginThrottle.longestDelay()) > 0) {
            settings.problem(Setting.THROTTLE_FIRST_DELAY, "is longer than login-throttle.longest-delay");
        }
        if (masterKey.isPresent() && settings.isGiven(Setting.MASTER_KEY_FILE)) {
            settings.problem(Setting.MASTER_KEY_FILE, "is set, and so is master-key: only one of them can be the key");
        }
    }

    private void checkIssuer(Settings settings) {
        if (givenIssuer.isEmpty()) return;
        Optional<URI> uri = origin(givenIssuer.get());
        if (uri.isEmpty()) {
            settings.problem(Setting.ISSUER, "is no address; allowed is " + Setting.ISSUER.allowed());
            return;
        }
        boolean loopback = isLoopbackName(uri.get().getHost());
        boolean https = givenIssuer.get().startsWith("https:");
        if (!https && !loopback) {
            settings.problem(Setting.ISSUER, "must be https: only a loopback issuer may be http");
        }
        if (!https && tls.isPresent()) settings.problem(Setting.ISSUER, "must be https, because TLS is set");
        if (https && tls.isEmpty() && trustedProxies.isEmpty() && !settings.isGiven(Setting.TLS_CERTIFICATE)) {
            settings.problem(
                    Setting.ISSUER,
                    "is https: set tls.certificate and tls.private-key,"
                            + " or name the proxy that ends TLS in trusted-proxies");
        }
        if (logLevel.equals("debug") && !loopback) {
            settings.problem(
                    Setting.LOG_LEVEL, "debug is only for a loopback issuer; allowed here is error, warn, info");
        }
    }

    private void checkListeners(Settings settings) {
        boolean encrypted = tls.isPresent() || !trustedProxies.isEmpty();
        if (!encrypted && !isLoopback(host)) {
            settings.problem(
                    Setting.HOST,
                    "would take passwords in clear text from the network: set tls.certificate and tls.private-key,"
                            + " or name the proxy in front in trusted-proxies");
        }
        if (port != 0 && port == managementPort) {
            settings.problem(Setting.MANAGEMENT_PORT, "is the same as port; they are two listeners");
        }
    }

    private void checkMutualTls(Settings settings) {
        if (mutualTls.isEmpty()) {
            for (var setting : List.of(Setting.MTLS_ORIGIN, Setting.MTLS_CLIENT_AUTHORITIES)) {
                if (settings.isGiven(setting)) {
                    settings.problem(setting, "needs mtls.port, or mtls.certificate-header behind a proxy");
                }
            }
            return;
        }
        Optional<Integer> own = mutualTls.get().port();
        if (own.isPresent() && tls.isEmpty() && !settings.isGiven(Setting.TLS_CERTIFICATE)) {
            settings.problem(Setting.MTLS_PORT, "needs tls.certificate and tls.private-key");
        }
        if (own.isPresent() && own.get() != 0 && (own.get() == port || own.get() == managementPort)) {
            settings.problem(Setting.MTLS_PORT, "is the port of another listener");
        }
        if (mutualTls.get().header().isPresent() && trustedProxies.isEmpty()) {
            settings.problem(
                    Setting.MTLS_CERTIFICATE_HEADER, "is believed from trusted-proxies alone, and there are none");
        }
        boolean isOrigin = mutualTls
                .get()
                .origin()
                .map(text -> origin(text).isPresent() && text.startsWith("https:"))
                .orElse(true);
        if (!isOrigin) settings.problem(Setting.MTLS_ORIGIN, "must be an https origin");
    }

    private void checkDatabase(Settings settings) {
        if (database.url().isPresent()) return;
        if (settings.isGiven(Setting.DATABASE)) return;
        for (var setting : List.of(Setting.DATABASE_USER, Setting.DATABASE_PASSWORD)) {
            if (settings.isGiven(setting)) settings.problem(setting, "is for PostgreSQL, and database is not set");
        }
    }

    private static void checkMail(Settings settings) {
        if (!settings.isGiven(Setting.MAIL_HOST)) {
            for (var setting :
                    List.of(Setting.MAIL_PORT, Setting.MAIL_FROM, Setting.MAIL_USERNAME, Setting.MAIL_PASSWORD)) {
                if (settings.isGiven(setting)) settings.problem(setting, "is about sending mail, and needs mail.host");
            }
            for (var setting : List.of(Setting.SIGN_IN_BY_MAIL, Setting.SIGN_UP)) {
                if (!settings.get(setting).equals("off")) {
                    settings.problem(setting, "needs mail.host: without it no mail is sent");
                }
            }
            return;
        }
        if (!settings.isGiven(Setting.MAIL_FROM)) settings.problem(Setting.MAIL_HOST, "needs mail.from too");
        boolean named = settings.isGiven(Setting.MAIL_USERNAME);
        boolean proved = settings.isGiven(Setting.MAIL_PASSWORD);
        if (named && !proved) settings.problem(Setting.MAIL_USERNAME, "needs mail.password too");
        if (proved && !named) settings.problem(Setting.MAIL_PASSWORD, "needs mail.username too");
        boolean here = settings.find(Setting.MAIL_HOST)
                .filter(ServerConfig::isLoopbackName)
                .isPresent();
        if (proved && !here && settings.get(Setting.MAIL_TLS).equals("none")) {
            settings.problem(Setting.MAIL_TLS, "none would send mail.password in clear text over the network");
        }
    }

    private static Optional<URI> origin(String text) {
        try {
            URI uri = new URI(text);
            return uri.getHost() == null || uri.getPort() > 65535 ? Optional.empty() : Optional.of(uri);
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static boolean isLoopbackName(String name) {
        if (name.equals("localhost") || name.endsWith(".localhost")) return true;
        return isLoopback(name.startsWith("[") ? name.substring(1, name.length() - 1) : name);
    }

    private static boolean isLoopback(String addressOrNetwork) {
        try {
            return InetAddress.ofLiteral(addressOrNetwork.split("/", 2)[0]).isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
