package dev.handstamp.server.settings;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.domain.user.PasswordRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// One row of the table of settings: everything that is known of one setting. Parsing, errors, flags and the
/// documentation are made from it.
///
/// @param <T>      what its text becomes
/// @param name     its name in the configuration file; a dot is a level of nesting
/// @param standard its value when it is not given, as text; with `derived`, a description
/// @param derived  whether the standard value follows from other settings, or is none
/// @param secret   whether it is a credential: then only a variable gives it, and no message quotes it
/// @param meaning  one or two sentences
public record Setting<T>(String name, String standard, boolean derived, boolean secret, Kind<T> kind, String meaning) {

    public static final Setting<String> ISSUER = derived(
            "issuer",
            "http://localhost:PORT; https with TLS",
            Kind.text(
                    "an address such as https://login.example.org or https://example.org/auth: no trailing slash",
                    address()),
            "The issuer of every token (iss), as clients and APIs reach this server. https, unless it is loopback.");

    public static final Setting<Path> DATA = of(
            "data",
            "./data",
            Kind.path(),
            "The folder of the database, the master key and the lock. Made with owner-only permission.");

    public static final Setting<String> DATABASE = derived(
            "database",
            "SQLite, handstamp.db in the data folder",
            Kind.text("jdbc:postgresql://HOST[:PORT]/DATABASE", Pattern.compile("jdbc:postgresql://\\S+")),
            "PostgreSQL 15 or later in place of SQLite. User and password may stand in settings of their own.");

    public static final Setting<String> DATABASE_USER = derived(
            "database-user",
            "as in the database URL",
            Kind.text("1 to 63 characters", Pattern.compile(".{1,63}")),
            "The PostgreSQL user.");

    public static final Setting<Secret> DATABASE_PASSWORD =
            credential("database-password", "as in the database URL", "The PostgreSQL user's password.");

    public static final Setting<String> HOST = derived(
            "host",
            "127.0.0.1; with TLS, or behind a trusted proxy on another machine, 0.0.0.0",
            Kind.address(),
            "The address to listen on. Loopback as long as nothing encrypts the way to it: passwords travel here.");

    public static final Setting<Integer> PORT =
            of("port", "9000", Kind.number(0, 65535), "The port to listen on; 0 takes any free one.");

    public static final Setting<String> MANAGEMENT_HOST = of(
            "management.host",
            "127.0.0.1",
            Kind.address(),
            "The address for health and metrics. They need no authentication: keep them off public networks.");

    public static final Setting<Integer> MANAGEMENT_PORT = of(
            "management.port", "9002", Kind.number(0, 65535), "The port for health and metrics; 0 takes any free one.");

    public static final Setting<Path> TLS_CERTIFICATE = derived(
            "tls.certificate",
            "no TLS",
            Kind.path(),
            "The certificate chain, a PEM file; read again when it changes. Needs tls.private-key.");

    public static final Setting<Path> TLS_PRIVATE_KEY = derived(
            "tls.private-key",
            "no TLS",
            Kind.path(),
            "The certificate's private key, a PEM file (PKCS #8); read again when it changes.");

    public static final Setting<Set<String>> TRUSTED_PROXIES = derived(
            "trusted-proxies",
            "none",
            Kind.networks(),
            "The addresses and networks whose X-Forwarded-For and X-Forwarded-Proto are believed. Nobody else's are.");

    public static final Setting<Secret> MASTER_KEY = credential(
            "master-key",
            "master-key-file",
            "The key that encrypts the private keys at rest: 32 bytes in base64 or base64url.");

    public static final Setting<Path> MASTER_KEY_FILE = derived(
            "master-key-file",
            "master.key in the data folder, made on first start",
            Kind.path(),
            "The file that holds the master key; only its owner may read it. Back it up apart from the database.");

    public static final Setting<Duration> KEY_ROTATION = of(
            "keys.rotation",
            "30d",
            Kind.duration("1s", "3650d"),
            "How long a signing key signs before the next takes over.");

    public static final Setting<Duration> SESSION_LIFETIME = of(
            "session.lifetime",
            "30d",
            Kind.duration("1s", "3650d"),
            "How long after the login a session ends, however much it is used.");

    public static final Setting<Duration> REFRESH_LIFETIME = of(
            "refresh-token.lifetime",
            "30d",
            Kind.duration("1s", "3650d"),
            "How long after the login the last refresh token of a grant can be redeemed.");

    public static final Setting<Duration> REFRESH_IDLE = of(
            "refresh-token.idle",
            "14d",
            Kind.duration("1s", "3650d"),
            "How long one refresh token can wait to be redeemed. At most refresh-token.lifetime.");

    public static final Setting<Duration> REFRESH_REPEAT_WINDOW = of(
            "refresh-token.repeat-window",
            "10s",
            Kind.duration("0s", "60s"),
            "How long the same caller's repeat of a spent refresh token gets the same successor: two tabs can race.");

    public static final Setting<Integer> PASSWORD_THREADS = of(
            "password-hash.threads",
            "2",
            Kind.number(1, 64),
            "How many passwords are checked at once; each takes 19 MiB and about 50 ms of a core.");

    public static final Setting<Integer> PASSWORD_QUEUE = of(
            "password-hash.queue",
            "64",
            Kind.number(0, 10_000),
            "How many logins wait for a thread before the answer is 503 with Retry-After.");

    public static final Setting<Integer> PASSWORD_SHORTEST = of(
            "passwords.shortest",
            "8",
            Kind.number(PasswordRules.LEAST, PasswordRules.MOST),
            "How many characters a new password has at least. Nothing else is asked of it but that it is not known"
                    + " already.");

    public static final Setting<Path> BREACHED_PASSWORDS = derived(
            "breached-passwords",
            "the most common 49,000, which come along",
            Kind.path(),
            "Passwords that are not taken, because they were stolen somewhere: a filter that breached build has made.");

    public static final Setting<Integer> THROTTLE_ACCOUNT_FAILURES = of(
            "login-throttle.account-failures",
            "5",
            Kind.number(1, 1_000),
            "Failed logins for one user name before it is slowed down.");

    public static final Setting<Integer> THROTTLE_ADDRESS_FAILURES = of(
            "login-throttle.address-failures",
            "50",
            Kind.number(1, 100_000),
            "Failed logins from one address before it is slowed down.");

    public static final Setting<Duration> THROTTLE_FIRST_DELAY = of(
            "login-throttle.first-delay",
            "1s",
            Kind.duration("10ms", "1h"),
            "The first pause; it doubles with each further failure.");

    public static final Setting<Duration> THROTTLE_LONGEST_DELAY = of(
            "login-throttle.longest-delay",
            "1m",
            Kind.duration("10ms", "1h"),
            "The longest pause: nobody is ever locked out for good. At least login-throttle.first-delay.");

    public static final Setting<Integer> FEED_CONNECTIONS = of(
            "revocation-feed.connections",
            "5000",
            Kind.number(1, 8_000),
            "How many feeds of revocations this node serves; beyond it the answer is 503 with Retry-After.");

    public static final Setting<Integer> FEED_CONNECTIONS_PER_API = of(
            "revocation-feed.connections-per-api",
            "2500",
            Kind.number(1, 8_000),
            "How many of them one API may have open: one for each process of it.");

    public static final Setting<Integer> MTLS_PORT = derived(
            "mtls.port",
            "none",
            Kind.number(0, 65535),
            "A second port, where TLS asks for the certificates of clients (RFC 8705). Needs tls.certificate; browsers do not"
                    + " come here.");

    public static final Setting<String> MTLS_CERTIFICATE_HEADER = derived(
            "mtls.certificate-header",
            "none",
            Kind.text("the name of a header, such as Client-Cert", Pattern.compile("[A-Za-z0-9-]{1,64}")),
            "Where a proxy that ends TLS hands on the certificate of a client: as RFC 9440 has it, as escaped PEM or as base64."
                    + " Believed from trusted-proxies alone, which must remove what others send.");

    public static final Setting<String> MTLS_ORIGIN = derived(
            "mtls.origin",
            "with mtls.port the issuer's host and that port; else none",
            Kind.text("an origin such as https://mtls.login.example.org: no path, no trailing slash", origin()),
            "Where clients reach this server with their certificates, if that is not the issuer: mtls_endpoint_aliases of the"
                    + " metadata.");

    public static final Setting<Path> MTLS_CLIENT_AUTHORITIES = derived(
            "mtls.client-authorities",
            "none: no tls_client_auth",
            Kind.path(),
            "The authorities that vouch for the certificates of clients (tls_client_auth), a PEM file.");

    public static final Setting<String> DPOP_NONCE = of(
            "dpop.nonce",
            "offered",
            Kind.oneOf("offered", "required"),
            "Whether a DPoP proof must hold a nonce of this server. Each answer to a proof offers one, either way.");

    public static final Setting<String> OUTBOUND_ADDRESSES = of(
            "outbound.addresses",
            "public",
            Kind.oneOf("public", "any"),
            "Where this server may send requests that others have named the address of: receivers of events and logouts;"
                    + " documents, keys and request objects of clients; keys of issuers. any allows private networks, and"
                    + " http to loopback.");

    public static final Setting<Path> OUTBOUND_TRUST_ANCHORS = derived(
            "outbound.trust-anchors",
            "the Java runtime's alone",
            Kind.path(),
            "Further certificate authorities to trust in these requests and at the mail server, a PEM file; read at the"
                    + " start.");

    public static final Setting<String> LOGIN = of(
            "login",
            "password",
            Kind.oneOf("password", "identifier-first"),
            "Whether the login page asks for name and password together, or for the name first and the password on the"
                    + " next page.");

    public static final Setting<Duration> REMEMBERED_DEVICES = of(
            "remembered-devices",
            "30d",
            Kind.duration("0s", "365d"),
            "How long a browser can be remembered, so that its user is not asked for the second factor there again. 0s:"
                    + " never. A client's policy can forbid it too.");

    public static final Setting<String> REGISTRATION = of(
            "registration",
            "off",
            Kind.oneOf("off", "token", "open"),
            "Who may register clients over HTTP: nobody, who has been invited (client invite), or anybody.");

    public static final Setting<String> REGISTERED_CLIENTS_PKCE = of(
            "registered-clients.pkce",
            "required",
            Kind.oneOf("required", "of-public-clients"),
            "Whether clients that registered themselves and have a secret or key must use PKCE too."
                    + " Public ones always must.");

    public static final Setting<Integer> REGISTERED_CLIENTS_PER_HOUR = of(
            "registered-clients.per-hour",
            "20",
            Kind.number(1, 1_000_000),
            "How many clients one address may register in an hour without an invitation; beyond it the answer is 429.");

    public static final Setting<Integer> REGISTERED_CLIENTS_UNUSED = of(
            "registered-clients.unused",
            "1000",
            Kind.number(1, 1_000_000),
            "How many registered clients no user has let in yet there may be; each is forgotten after seven days.");

    public static final Setting<String> CLIENT_DOCUMENTS = of(
            "client-documents",
            "any",
            Kind.text(
                    "any, off, or hosts such as app.example.org,*.example.com",
                    Pattern.compile("any|off|(\\*\\.)?[a-z0-9.-]+(, ?(\\*\\.)?[a-z0-9.-]+)*")),
            "Whose client ID metadata documents are read: clients that need no registration, since their identifier is"
                    + " the address of a document that describes them. MCP clients come so.");

    public static final Setting<String> MAIL_HOST = derived(
            "mail.host",
            "none: no mail is sent",
            Kind.text("a host name or an IP address", Pattern.compile("[A-Za-z0-9.:-]{1,253}")),
            "The server that takes mails to users (SMTP). Needs mail.from.");

    public static final Setting<Integer> MAIL_PORT = derived(
            "mail.port",
            "587 with starttls, 465 with tls, 25 with none",
            Kind.number(1, 65535),
            "The port of the mail server.");

    public static final Setting<String> MAIL_FROM = derived(
            "mail.from",
            "none",
            Kind.text(
                    "an address such as no-reply@example.org, or Example <no-reply@example.org>",
                    Pattern.compile("[^\\s@<>\"]{1,64}@[A-Za-z0-9.-]{1,189}"
                            + "|[^@<>\"\\p{Cntrl}]{1,64} <[^\\s@<>\"]{1,64}@[A-Za-z0-9.-]{1,189}>")),
            "Whom mails to users come from.");

    public static final Setting<String> MAIL_USERNAME = derived(
            "mail.username",
            "none: no authentication",
            Kind.text("1 to 256 characters", Pattern.compile("[^\\p{Cntrl}]{1,256}")),
            "The name to authenticate with at the mail server. Needs mail.password.");

    public static final Setting<Secret> MAIL_PASSWORD =
            credential("mail.password", "none", "The password that belongs to mail.username.");

    public static final Setting<String> MAIL_TLS = of(
            "mail.tls",
            "starttls",
            Kind.oneOf("starttls", "tls", "none"),
            "How the way to the mail server is encrypted: starttls and tls take nothing less. none sends no password,"
                    + " unless the mail server is on this machine.");

    public static final Setting<Integer> MAIL_PER_HOUR = of(
            "mail.per-hour",
            "60",
            Kind.number(1, 1_000_000),
            "How many mails strangers in one network may ask for in an hour, whomever they name.");

    public static final Setting<String> SIGN_IN_BY_MAIL = of(
            "sign-in-by-mail",
            "off",
            Kind.oneOf("off", "link", "code"),
            "Whether users may sign in with a link or a code that is mailed to them, in place of the password."
                    + " Needs mail.host.");

    public static final Setting<String> SIGN_UP = of(
            "sign-up",
            "off",
            Kind.oneOf("off", "invitation", "open"),
            "Who may make an account: nobody, who has been invited (user invite), or anybody who reads the address that"
                    + " they give. Needs mail.host.");

    public static final Setting<Duration> AUDIT_RETENTION =
            of("audit.retention", "400d", Kind.duration("1d", "36500d"), "How long audit events are kept.");

    public static final Setting<String> LOG_LEVEL = of(
            "log.level",
            "info",
            Kind.oneOf("error", "warn", "info", "debug"),
            "The least that is logged. debug only with a loopback issuer.");

    /// Every setting, in the order of the documentation.
    public static final List<Setting<?>> ALL = List.of(
            ISSUER,
            DATA,
            DATABASE,
            DATABASE_USER,
            DATABASE_PASSWORD,
            HOST,
            PORT,
            MANAGEMENT_HOST,
            MANAGEMENT_PORT,
            TLS_CERTIFICATE,
            TLS_PRIVATE_KEY,
            TRUSTED_PROXIES,
            MASTER_KEY,
            MASTER_KEY_FILE,
            KEY_ROTATION,
            SESSION_LIFETIME,
            REFRESH_LIFETIME,
            REFRESH_IDLE,
            REFRESH_REPEAT_WINDOW,
            PASSWORD_THREADS,
            PASSWORD_QUEUE,
            PASSWORD_SHORTEST,
            BREACHED_PASSWORDS,
            THROTTLE_ACCOUNT_FAILURES,
            THROTTLE_ADDRESS_FAILURES,
            THROTTLE_FIRST_DELAY,
            THROTTLE_LONGEST_DELAY,
            FEED_CONNECTIONS,
            FEED_CONNECTIONS_PER_API,
            MTLS_PORT,
            MTLS_CERTIFICATE_HEADER,
            MTLS_ORIGIN,
            MTLS_CLIENT_AUTHORITIES,
            DPOP_NONCE,
            OUTBOUND_ADDRESSES,
            OUTBOUND_TRUST_ANCHORS,
            CLIENT_DOCUMENTS,
            LOGIN,
            REMEMBERED_DEVICES,
            REGISTRATION,
            REGISTERED_CLIENTS_PKCE,
            REGISTERED_CLIENTS_PER_HOUR,
            REGISTERED_CLIENTS_UNUSED,
            MAIL_HOST,
            MAIL_PORT,
            MAIL_FROM,
            MAIL_USERNAME,
            MAIL_PASSWORD,
            MAIL_TLS,
            MAIL_PER_HOUR,
            SIGN_IN_BY_MAIL,
            SIGN_UP,
            AUDIT_RETENTION,
            LOG_LEVEL);

    /// The variable that gives it, such as `HANDSTAMP_TLS_CERTIFICATE`.
    public String variable() {
        return Settings.VARIABLE_PREFIX + spelled('_').toUpperCase(Locale.ROOT);
    }

    /// The flag of `handstamp serve` that gives it, such as `--tls-certificate`; none for a secret.
    public Optional<String> flag() {
        return secret ? Optional.empty() : Optional.of("--" + spelled('-'));
    }

    /// What is allowed, in words.
    public String allowed() {
        return kind.allowed();
    }

    private String spelled(char separator) {
        return name.replace('.', separator).replace('-', separator);
    }

    private static Pattern origin() {
        return Pattern.compile("https?://(?:[a-z0-9.-]{1,253}|\\[[0-9a-f:.]{2,45}])(?::[0-9]{1,5})?");
    }

    private static Pattern address() {
        return Pattern.compile("https?://(?:[a-z0-9.-]{1,253}|\\[[0-9a-f:.]{2,45}])(?::[0-9]{1,5})?"
                + "(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,63}){0,8}");
    }

    private static <T> Setting<T> of(String name, String standard, Kind<T> kind, String meaning) {
        return new Setting<>(name, standard, false, false, kind, meaning);
    }

    private static <T> Setting<T> derived(String name, String standard, Kind<T> kind, String meaning) {
        return new Setting<>(name, standard, true, false, kind, meaning);
    }

    private static Setting<Secret> credential(String name, String standard, String meaning) {
        Kind<Secret> kind = new Kind<>(
                "a text that is not empty", text -> text.isEmpty() ? Optional.empty() : Optional.of(new Secret(text)));
        return new Setting<>(name, standard, true, true, kind, meaning);
    }
}
