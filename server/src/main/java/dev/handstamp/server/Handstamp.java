package dev.handstamp.server;

import dev.handstamp.jwt.CryptoProvider;
import dev.handstamp.server.administration.AdminApi;
import dev.handstamp.server.administration.Desk;
import dev.handstamp.server.administration.SystemHealth;
import dev.handstamp.server.administration.TokenDebugger;
import dev.handstamp.server.crypto.CertificateAuthorities;
import dev.handstamp.server.crypto.DpopNonces;
import dev.handstamp.server.crypto.HashingCost;
import dev.handstamp.server.crypto.KeyEncryption;
import dev.handstamp.server.crypto.PasswordHasher;
import dev.handstamp.server.crypto.Secrets;
import dev.handstamp.server.crypto.SuccessorSeal;
import dev.handstamp.server.crypto.WebAuthn;
import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.audit.Author;
import dev.handstamp.server.domain.client.Api;
import dev.handstamp.server.html.Assets;
import dev.handstamp.server.http.Listener;
import dev.handstamp.server.http.ListenerConfig;
import dev.handstamp.server.http.Router;
import dev.handstamp.server.http.Tls;
import dev.handstamp.server.issuance.AccessTokens;
import dev.handstamp.server.issuance.Accounts;
import dev.handstamp.server.issuance.Activity;
import dev.handstamp.server.issuance.AnswerSigners;
import dev.handstamp.server.issuance.Assertions;
import dev.handstamp.server.issuance.Authorizations;
import dev.handstamp.server.issuance.Browsers;
import dev.handstamp.server.issuance.ClientDeletion;
import dev.handstamp.server.issuance.ClientDocuments;
import dev.handstamp.server.issuance.ClientKeySets;
import dev.handstamp.server.issuance.ClientSecrets;
import dev.handstamp.server.issuance.CodeRedemptions;
import dev.handstamp.server.issuance.DeviceAuthorizations;
import dev.handstamp.server.issuance.EmailChanges;
import dev.handstamp.server.issuance.Endings;
import dev.handstamp.server.issuance.IdTokens;
import dev.handstamp.server.issuance.KnownDevices;
import dev.handstamp.server.issuance.Lifetimes;
import dev.handstamp.server.issuance.LoginThrottle;
import dev.handstamp.server.issuance.Logins;
import dev.handstamp.server.issuance.MailDesk;
import dev.handstamp.server.issuance.MailSignIns;
import dev.handstamp.server.issuance.MailTickets;
import dev.handstamp.server.issuance.MailWishes;
import dev.handstamp.server.issuance.Notices;
import dev.handstamp.server.issuance.OwnCredentials;
import dev.handstamp.server.issuance.OwnData;
import dev.handstamp.server.issuance.Passkeys;
import dev.handstamp.server.issuance.PasswordCheck;
import dev.handstamp.server.issuance.PasswordPolicy;
import dev.handstamp.server.issuance.PasswordResets;
import dev.handstamp.server.issuance.Pulse;
import dev.handstamp.server.issuance.Refreshes;
import dev.handstamp.server.issuance.RegistrationPolicy;
import dev.handstamp.server.issuance.Registrations;
import dev.handstamp.server.issuance.SecondFactors;
import dev.handstamp.server.issuance.SignUps;
import dev.handstamp.server.issuance.SigningKeys;
import dev.handstamp.server.issuance.StatusLists;
import dev.handstamp.server.issuance.Subjects;
import dev.handstamp.server.issuance.Tally;
import dev.handstamp.server.issuance.TokenExchanges;
import dev.handstamp.server.issuance.TokenIssuer;
import dev.handstamp.server.jobs.Housekeeping;
import dev.handstamp.server.jobs.Job;
import dev.handstamp.server.jobs.KeyRotation;
import dev.handstamp.server.jobs.MailDelivery;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.log.Log;
import dev.handstamp.server.mail.Letters;
import dev.handstamp.server.mail.Mailer;
import dev.handstamp.server.ops.HealthEndpoint;
import dev.handstamp.server.ops.MetricsEndpoint;
import dev.handstamp.server.ops.ReadinessEndpoint;
import dev.handstamp.server.ops.RequestCounts;
import dev.handstamp.server.outbound.OutboundHttp;
import dev.handstamp.server.protocol.AuthenticationFailures;
import dev.handstamp.server.protocol.ClientAssertions;
import dev.handstamp.server.protocol.ClientAuthenticator;
import dev.handstamp.server.protocol.ClientCertificates;
import dev.handstamp.server.protocol.CrossOrigin;
import dev.handstamp.server.protocol.MutualTls;
import dev.handstamp.server.protocol.Possession;
import dev.handstamp.server.protocol.admin.AdminEndpoint;
import dev.handstamp.server.protocol.authorize.AuthorizeEndpoint;
import dev.handstamp.server.protocol.authorize.PushedRequestEndpoint;
import dev.handstamp.server.protocol.authorize.RequestObjects;
import dev.handstamp.server.protocol.device.DeviceAuthorizationEndpoint;
import dev.handstamp.server.protocol.discovery.JwksEndpoint;
import dev.handstamp.server.protocol.discovery.MetadataEndpoint;
import dev.handstamp.server.protocol.introspection.IntrospectionEndpoint;
import dev.handstamp.server.protocol.logout.BackChannelLogout;
import dev.handstamp.server.protocol.registration.ClientConfigurationEndpoint;
import dev.handstamp.server.protocol.registration.RegistrationEndpoint;
import dev.handstamp.server.protocol.revocation.RevocationEndpoint;
import dev.handstamp.server.protocol.revocation.RevocationFeed;
import dev.handstamp.server.protocol.revocation.RevocationFeedEndpoint;
import dev.handstamp.server.protocol.revocation.StatusListEndpoint;
import dev.handstamp.server.protocol.session.LoginEndpoint;
import dev.handstamp.server.protocol.session.LogoutEndpoint;
import dev.handstamp.server.protocol.session.RefreshEndpoint;
import dev.handstamp.server.protocol.session.WhoAmIEndpoint;
import dev.handstamp.server.protocol.signals.PollEndpoint;
import dev.handstamp.server.protocol.signals.Pushes;
import dev.handstamp.server.protocol.signals.Receivers;
import dev.handstamp.server.protocol.signals.StreamEndpoint;
import dev.handstamp.server.protocol.signals.StreamStatusEndpoint;
import dev.handstamp.server.protocol.signals.SubjectEndpoint;
import dev.handstamp.server.protocol.signals.Transmitter;
import dev.handstamp.server.protocol.signals.TransmitterMetadataEndpoint;
import dev.handstamp.server.protocol.signals.VerificationEndpoint;
import dev.handstamp.server.protocol.token.AuthorizationCodeGrant;
import dev.handstamp.server.protocol.token.ClientCredentialsGrant;
import dev.handstamp.server.protocol.token.DeviceCodeGrant;
import dev.handstamp.server.protocol.token.JwtBearerGrant;
import dev.handstamp.server.protocol.token.RefreshTokenGrant;
import dev.handstamp.server.protocol.token.TokenEndpoint;
import dev.handstamp.server.protocol.token.TokenExchangeGrant;
import dev.handstamp.server.protocol.userinfo.UserInfoEndpoint;
import dev.handstamp.server.settings.Setting;
import dev.handstamp.server.settings.Settings;
import dev.handstamp.server.store.AuditStore;
import dev.handstamp.server.store.Database;
import dev.handstamp.server.store.GrantStore;
import dev.handstamp.server.store.RevocationStore;
import dev.handstamp.server.store.SessionStore;
import dev.handstamp.server.store.StoreException;
import dev.handstamp.server.store.UserStore;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Lobby;
import dev.handstamp.server.web.account.ActivityPage;
import dev.handstamp.server.web.account.ApplicationsPage;
import dev.handstamp.server.web.account.AuthenticatorPage;
import dev.handstamp.server.web.account.DataPage;
import dev.handstamp.server.web.account.PasskeyEnrolment;
import dev.handstamp.server.web.account.PasskeysPage;
import dev.handstamp.server.web.account.PasswordPage;
import dev.handstamp.server.web.account.ProfilePage;
import dev.handstamp.server.web.account.SecurityPage;
import dev.handstamp.server.web.account.SessionsPage;
import dev.handstamp.server.web.admin.AdminPlace;
import dev.handstamp.server.web.admin.ApiPage;
import dev.handstamp.server.web.admin.ApisPage;
import dev.handstamp.server.web.admin.AuditPage;
import dev.handstamp.server.web.admin.BrandPage;
import dev.handstamp.server.web.admin.BrandsPage;
import dev.handstamp.server.web.admin.ClientInvitationsPage;
import dev.handstamp.server.web.admin.ClientPage;
import dev.handstamp.server.web.admin.ClientsPage;
import dev.handstamp.server.web.admin.Entrance;
import dev.handstamp.server.web.admin.ExchangePage;
import dev.handstamp.server.web.admin.ExchangesPage;
import dev.handstamp.server.web.admin.HealthPage;
import dev.handstamp.server.web.admin.IssuerPage;
import dev.handstamp.server.web.admin.IssuersPage;
import dev.handstamp.server.web.admin.KeysPage;
import dev.handstamp.server.web.admin.NewUserPage;
import dev.handstamp.server.web.admin.RevocationNews;
import dev.handstamp.server.web.admin.RevocationsPage;
import dev.handstamp.server.web.admin.RolePage;
import dev.handstamp.server.web.admin.RolesPage;
import dev.handstamp.server.web.admin.TokenPage;
import dev.handstamp.server.web.admin.UserPage;
import dev.handstamp.server.web.admin.UsersPage;
import dev.handstamp.server.web.brand.LogoEndpoint;
import dev.handstamp.server.web.consent.ConsentPage;
import dev.handstamp.server.web.device.DevicePage;
import dev.handstamp.server.web.login.LoginPage;
import dev.handstamp.server.web.login.NewFactorPage;
import dev.handstamp.server.web.login.PasskeyPage;
import dev.handstamp.server.web.login.PasskeySignIn;
import dev.handstamp.server.web.login.SecondFactorPage;
import dev.handstamp.server.web.logout.LogoutPage;
import dev.handstamp.server.web.mail.EmailPage;
import dev.handstamp.server.web.mail.MailSignInPage;
import dev.handstamp.server.web.mail.ResetPage;
import dev.handstamp.server.web.mail.SignUpPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;

/// The server: builds every object by hand, in order, starts and stops.
///
/// What takes time at the start is done side by side: the cryptography provider, the database, the HTTP server.
public final class Handstamp {

    /// How long requests in flight may take to finish at the stop.
    private static final Duration GRACE = Duration.ofSeconds(10);

    private static final int MEBIBYTES_BESIDE_HASHING = 24;
    private static final int MEBIBYTES_OF_A_HASH = 20;

    private static final Router NOTHING = Router.builder().build();

    private final ServerConfig config;
    private final InstantSource clock = InstantSource.system();
    private final Secrets secrets;
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private volatile Runnable atStop = () -> {};
    private final AtomicBoolean stopped = new AtomicBoolean();

    private final UserStore users = new UserStore();
    private final SessionStore sessions = new SessionStore();
    private final GrantStore grants = new GrantStore();
    private final RevocationStore revocations = new RevocationStore();
    private final AuditStore audit = new AuditStore();
    private final Tally tally = new Tally();
    private final RequestCounts requests = new RequestCounts();

    private final Database database;
    private final OutboundHttp outbound;
    private final KeyEncryption encryption;
    private final DpopNonces dpopNonces;
    private final SigningKeys signingKeys;
    private final Live live;
    private final PasswordHasher hasher;
    private final Pulse pulse;
    private final URI issuer;
    private final Listener listener;
    private final Optional<Listener> certificateListener;
    private final Listener management;

    /// Starts a server that serves when this returns.
    ///
    /// @throws RuntimeException if it cannot be started: then nothing is left running, and the message says why
    public static Handstamp start(ServerConfig config) {
        return start(config, HashingCost.RECOMMENDED);
    }

    /// @param cost of each password, which is another one where a test is about something else
    static Handstamp start(ServerConfig config, HashingCost cost) {
        return new Handstamp(config, cost);
    }

    private Handstamp(ServerConfig config, HashingCost cost) {
        this.config = config;
        Log.captureLibraries();
        Log.threshold(Log.Level.valueOf(config.logLevel().toUpperCase(Locale.ROOT)));
        Thread provider = Thread.ofPlatform().daemon().name("crypto-start").start(CryptoProvider::warmUp);
        this.secrets = new Secrets(new SecureRandom());
        try {
            FutureTask<Opening> opening = new FutureTask<>(this::open);
            Thread.ofPlatform().daemon().name("store-start").start(opening);
            opened(() -> closeIfOpen(opening));
            this.listener = opened(new Listener(publicListener(), NOTHING, requests));
            this.management = opened(new Listener(managementListener(), NOTHING));
            this.certificateListener = certificateListener();
            bind(listener, Setting.PORT);
            certificateListener.ifPresent(one -> bind(one, Setting.MTLS_PORT));
            bind(management, Setting.MANAGEMENT_PORT);
            this.outbound = outboundHttp();
            String origin = config.issuer(listener.port());
            this.issuer = URI.create(origin);
            Opening store = finished(opening);
            this.database = store.database();
            this.encryption = store.keyEncryption();
            this.dpopNonces = store.dpopNonces();
            this.signingKeys = store.signingKeys();
            new AdminApi(database, secrets, clock).register(origin);
            this.live = opened(new Live(database, encryption, Api.userInfo(origin), clock));
            this.hasher = opened(hasher(cost));
            this.pulse = new Pulse(tally, hasher);
            startJobs(store);
            record(AuditEvent.Type.SERVER_STARTED);
            Router doors = doors(origin);
            listener.start(doors);
            certificateListener.ifPresent(one -> one.start(doors));
            management.start(Routes.management(
                    new HealthEndpoint(),
                    new ReadinessEndpoint(live),
                    new MetricsEndpoint(requests, tally, hasher, live, database)));
            provider.join();
        } catch (InterruptedException e) {
            closeAll();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted at the start", e);
        } catch (RuntimeException | Error e) {
            closeAll();
            throw e;
        }
        Log.info("server started", "issuer", issuer, "port", port(), "management", managementPort());
    }

    private static void bind(Listener listener, Setting<Integer> port) {
        try {
            listener.bind();
        } catch (UncheckedIOException e) {
            String way = port.flag().orElse(port.variable());
            throw new UncheckedIOException(e.getMessage() + "; " + way + " chooses another port", e.getCause());
        }
    }

    /// The `iss` of every token.
    public URI issuer() {
        return issuer;
    }

    public int port() {
        return listener.port();
    }

    /// Where clients connect with certificates; empty if they cannot, or do so at a proxy.
    public Optional<Integer> certificatePort() {
        return certificateListener.map(Listener::port);
    }

    public int managementPort() {
        return management.port();
    }

    /// Refuses new requests, lets those in flight finish, and lets go of everything.
    public void stop() {
        if (!stopped.compareAndSet(false, true)) return;
        atStop.run();
        certificateListener.ifPresent(one -> one.stop(GRACE));
        listener.stop(GRACE);
        management.stop(Duration.ZERO);
        try {
            record(AuditEvent.Type.SERVER_STOPPED);
        } catch (StoreException e) {
            Log.warn("the stop is not in the audit trail", "reason", e.getMessage());
        }
        closeAll();
        Log.info("server stopped", "issuer", issuer);
    }

    /// Opens what is kept. The first start makes the keys, which takes a while.
    private Opening open() {
        Opening opening = Opening.forServer(config, secrets, clock);
        try {
            opening.signingKeys().ensure(Author.named(Author.SERVER));
            return opening;
        } catch (RuntimeException | Error e) {
            opening.close();
            throw e;
        }
    }

    private static void closeIfOpen(Future<Opening> opening) throws InterruptedException {
        try {
            opening.get().close();
        } catch (ExecutionException _) {
            // It was never open.
        }
    }

    private static Opening finished(Future<Opening> opening) {
        try {
            return opening.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException reason) throw reason;
            if (e.getCause() instanceof Error reason) throw reason;
            throw new IllegalStateException("cannot open what is kept", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted at the start", e);
        }
    }

    private void startJobs(Opening store) {
        KeyRotation rotation = new KeyRotation(store.signingKeys(), config.keyRotation());
        opened(Job.start("key-rotation", rotation, rotation.pause()));
        opened(Job.start("pulse", () -> pulse.look(clock.instant()), Pulse.PAUSE));
        Housekeeping housekeeping = new Housekeeping(database, config.auditRetention(), clock);
        opened(Job.start("housekeeping", housekeeping, Housekeeping.PAUSE));
        startMail();
    }

    /// Without a mail server nobody queues a mail either.
    private void startMail() {
        MailTickets tickets = new MailTickets(users, encryption, secrets, issuer.toString());
        MailDesk desk = new MailDesk(database, audit, tickets, clock);
        desk.open(config.mail().isPresent());
        config.mail().ifPresent(server -> {
            Mailer mailer = new Mailer(server, issuer.getHost(), outbound::sockets, clock);
            MailDelivery delivery = opened(MailDelivery.start(desk, live, new Letters(issuer.toString()), mailer));
            database.onMail(delivery::wake);
        });
    }

    private Router doors(String origin) {
        Lifetimes lifetimes = lifetimes();
        Subjects subjects = new Subjects(encryption.pairwiseSubjects(), database);
        TokenIssuer issuing =
                new TokenIssuer(origin, secrets, new StatusLists(database, secrets, lifetimes.grant()), subjects);
        AccessTokens accessTokens = new AccessTokens(origin);
        Endings endings = new Endings(database, sessions, grants, revocations, audit, clock);
        Notices notices = new Notices(secrets, clock);
        KnownDevices knownDevices =
                new KnownDevices(database, audit, notices, secrets, config.rememberedDevices(), clock);
        PasswordCheck passwords =
                new PasswordCheck(database, users, sessions, audit, throttle(), hasher, knownDevices, clock, tally);
        SecondFactors factors = new SecondFactors(database, users, audit, encryption, secrets, notices);
        Passkeys passkeys = new Passkeys(
                database,
                users,
                audit,
                new WebAuthn(origin),
                encryption,
                endings,
                notices,
                secrets,
                clock,
                System::nanoTime);
        Browsers browsers = new Browsers(
                database,
                users,
                sessions,
                audit,
                live,
                passwords,
                factors,
                passkeys,
                knownDevices,
                endings,
                secrets,
                lifetimes,
                clock,
                tally);
        Authorizations authorizations =
                new Authorizations(database, sessions, grants, audit, secrets, lifetimes, clock);
        FormGuard forms = new FormGuard(origin, secrets);
        AnswerSigners signers = new AnswerSigners(live, signingKeys, origin);
        IdTokens idTokens = new IdTokens(origin, subjects, signers);
        CodeRedemptions redemptions = new CodeRedemptions(
                database, users, sessions, grants, audit, endings, live, issuing, idTokens, secrets, lifetimes, clock,
                tally);
        // Codes are shorter than passwords and guessed by nobody's name: a count of their own, by network.
        DeviceAuthorizations devices = new DeviceAuthorizations(
                database,
                users,
                sessions,
                grants,
                audit,
                endings,
                live,
                throttle(),
                issuing,
                idTokens,
                encryption,
                secrets,
                lifetimes,
                clock,
                tally);
        TokenExchanges exchanges =
                new TokenExchanges(database, users, subjects, grants, audit, live, accessTokens, issuing, clock, tally);
        ClientKeySets keySets = new ClientKeySets(outbound, System::nanoTime);
        Assertions assertions = new Assertions(
                database, users, sessions, grants, audit, live, keySets, issuing, secrets, lifetimes, origin, clock,
                tally);
        Logins logins = new Logins(
                database,
                users,
                sessions,
                grants,
                audit,
                live,
                passwords,
                factors,
                knownDevices,
                issuing,
                secrets,
                lifetimes,
                clock,
                tally);
        Refreshes refreshes = new Refreshes(
                database,
                users,
                sessions,
                grants,
                audit,
                endings,
                live,
                issuing,
                idTokens,
                secrets,
                new SuccessorSeal(secrets),
                lifetimes,
                clock,
                tally);
        RequestObjects objects = new RequestObjects(outbound, keySets, origin, clock, System::nanoTime);
        ClientSecrets clientSecrets = new ClientSecrets(database, () -> encryption);
        opened(new BackChannelLogout(database, live, outbound, subjects, signers, origin, clock));
        Optional<MutualTls> mutualTls = mutualTls(origin);
        List<String> bases = new ArrayList<>(List.of(origin));
        mutualTls.flatMap(MutualTls::base).ifPresent(bases::add);
        Possession possession = new Possession(database, dpopNonces, config.asksForDpopNonces(), bases, clock);
        ClientDocuments documents = new ClientDocuments(
                database,
                live,
                audit,
                outbound,
                config.clientDocuments(),
                config.outbound() == OutboundHttp.Reach.PRIVATE_TOO,
                MutualTls.methods(mutualTls),
                clock,
                System::nanoTime);
        ClientAuthenticator anyClients = new ClientAuthenticator(
                new AuthenticationFailures(database, audit, clock),
                new ClientAssertions(database, keySets, clientSecrets, origin, clock),
                new ClientCertificates(authorities(), keySets, clock),
                _ -> true);
        ClientAuthenticator authenticator = anyClients.admitting(documents::admits);
        Registrations registrations = new Registrations(
                database,
                live,
                audit,
                new ClientDeletion(),
                outbound,
                secrets,
                clientSecrets,
                config.registration(),
                MutualTls.methods(mutualTls),
                clock,
                System::nanoTime);
        RevocationFeed feed = opened(new RevocationFeed(live, origin, secrets, feedLimits(), clock, tally));
        return Routes.of(
                new Routes.Doors(
                        new AuthorizeEndpoint(
                                live, documents, browsers, authorizations, idTokens, objects, signers, origin, clock),
                        new LoginPage(live, authorizations, browsers, forms, config.asksNameFirst(), offers(), clock),
                        new SecondFactorPage(live, authorizations, browsers, knownDevices, forms, clock),
                        new NewFactorPage(live, authorizations, browsers, forms, clock),
                        new PasskeyPage(live, authorizations, browsers, forms, clock),
                        new PasskeySignIn(live, authorizations, browsers, passkeys, forms, issuer.getRawPath(), clock),
                        new ConsentPage(live, authorizations, browsers, forms, clock),
                        new LogoutPage(live, browsers, endings, idTokens, forms),
                        account(browsers, authorizations, endings, factors, passkeys, notices, forms, knownDevices),
                        administration(browsers, forms, feed, accessTokens),
                        byMail(browsers, knownDevices, authorizations, endings, forms),
                        new Assets(issuer.getRawPath()),
                        new DevicePage(live, authorizations, devices, browsers, forms, clock),
                        new DeviceAuthorizationEndpoint(live, documents, authenticator, devices, origin),
                        new PushedRequestEndpoint(live, documents, authenticator, possession, authorizations, objects),
                        new RegistrationEndpoint(registrations, origin),
                        new ClientConfigurationEndpoint(registrations, origin),
                        new TokenEndpoint(
                                live,
                                authenticator,
                                possession,
                                new AuthorizationCodeGrant(redemptions),
                                new ClientCredentialsGrant(issuing, clock, tally),
                                new RefreshTokenGrant(refreshes),
                                new DeviceCodeGrant(devices),
                                new TokenExchangeGrant(exchanges),
                                new JwtBearerGrant(assertions)),
                        new UserInfoEndpoint(
                                live, accessTokens, possession, database, users, subjects, signers, origin, clock),
                        new IntrospectionEndpoint(
                                live,
                                anyClients,
                                signers,
                                accessTokens,
                                database,
                                users,
                                subjects,
                                sessions,
                                grants,
                                origin,
                                clock,
                                tally),
                        new RevocationEndpoint(live, anyClients, accessTokens, endings, clock),
                        new RevocationFeedEndpoint(live, anyClients, feed, tally),
                        new StatusListEndpoint(live, database, origin, clock),
                        new LoginEndpoint(live, authenticator, possession, logins, origin),
                        new WhoAmIEndpoint(live, accessTokens, possession, database, users, subjects, clock),
                        new LogoutEndpoint(live, accessTokens, possession, endings, origin, clock),
                        new RefreshEndpoint(live, authenticator, possession, refreshes, origin),
                        new JwksEndpoint(live),
                        new LogoEndpoint(live, database),
                        new CrossOrigin(live),
                        signals(origin, accessTokens),
                        new AdminEndpoint(live, accessTokens, possession, subjects, desk(feed, accessTokens), origin),
                        MetadataEndpoint.ofAuthorizationServer(origin, offers(mutualTls)),
                        MetadataEndpoint.ofOpenIdProvider(origin, offers(mutualTls))),
                live,
                issuer.getRawPath());
    }

    /// What the login page offers beside name and password.
    private LoginPage.Offers offers() {
        boolean mails = config.mail().isPresent();
        return new LoginPage.Offers(
                mails,
                mails && config.byMail().signIn() != ServerConfig.SignInByMail.OFF,
                mails && config.byMail().signUp() == SignUps.Access.OPEN);
    }

    private Routes.ByMail byMail(
            Browsers browsers,
            KnownDevices knownDevices,
            Authorizations authorizations,
            Endings endings,
            FormGuard forms) {
        var set = config.byMail();
        MailTickets tickets = new MailTickets(users, encryption, secrets, issuer.toString());
        MailWishes wishes = new MailWishes(database, knownDevices, encryption, secrets, set.perHour(), clock);
        Notices notices = new Notices(secrets, clock);
        PasswordPolicy policy = config.passwordPolicy();
        PasswordResets resets =
                new PasswordResets(database, users, audit, hasher, policy, tickets, endings, notices, clock);
        MailSignIns signIns = new MailSignIns(database, users, audit, browsers, knownDevices, tickets, secrets, clock);
        SignUps signUps = new SignUps(database, users, audit, hasher, policy, tickets, secrets, clock);
        EmailChanges emails = new EmailChanges(database, users, audit, endings, notices, secrets, clock);
        MailSignInPage.By by = switch (set.signIn()) {
            case OFF -> MailSignInPage.By.NOTHING;
            case LINK -> MailSignInPage.By.LINK;
            case CODE -> MailSignInPage.By.CODE;
        };
        return new Routes.ByMail(
                new ResetPage(live, authorizations, wishes, resets, forms, clock),
                new MailSignInPage(live, authorizations, wishes, signIns, by, forms, clock),
                new SignUpPage(live, authorizations, wishes, signUps, set.signUp(), forms, clock),
                new EmailPage(browsers, emails, forms, clock));
    }

    private Routes.Account account(
            Browsers browsers,
            Authorizations authorizations,
            Endings endings,
            SecondFactors factors,
            Passkeys passkeys,
            Notices notices,
            FormGuard forms,
            KnownDevices knownDevices) {
        Lobby lobby = new Lobby(live, browsers, authorizations, forms, issuer.getRawPath(), clock);
        Accounts accounts = new Accounts(database, users, sessions, grants, audit, endings, clock);
        PasswordPolicy policy = config.passwordPolicy();
        OwnCredentials credentials = new OwnCredentials(
                database,
                users,
                grants,
                audit,
                factors,
                passkeys,
                policy,
                hasher,
                encryption,
                endings,
                notices,
                secrets,
                issuer.getHost(),
                clock);
        Activity activity = new Activity(database, audit);
        OwnData data = new OwnData(
                database,
                users,
                sessions,
                grants,
                audit,
                credentials,
                passkeys,
                knownDevices,
                activity,
                endings,
                notices,
                clock);
        return new Routes.Account(
                lobby,
                new ProfilePage(accounts, config.mail().isPresent()),
                new SecurityPage(live, credentials, passkeys),
                new PasswordPage(live, credentials, policy),
                new AuthenticatorPage(live, credentials, authorizations, clock),
                new PasskeysPage(live, passkeys, authorizations, clock),
                new PasskeyEnrolment(live, browsers, passkeys, authorizations, forms, issuer.getRawPath(), clock),
                new SessionsPage(live, accounts, knownDevices),
                new ApplicationsPage(live, accounts),
                new ActivityPage(live, activity),
                new DataPage(data));
    }

    private Routes.Administration administration(
            Browsers browsers, FormGuard forms, RevocationFeed feed, AccessTokens accessTokens) {
        Entrance entrance = new Entrance(live, browsers, forms, desk(feed, accessTokens));
        RevocationNews news = new RevocationNews();
        live.follow(news);
        return new Routes.Administration(
                entrance.door(AdminPlace.USERS, _ -> Entrance.home()),
                entrance.door(AdminPlace.USERS, new UsersPage()),
                entrance.door(AdminPlace.USERS, new NewUserPage()),
                entrance.door(AdminPlace.USERS, new UserPage(live)),
                entrance.door(AdminPlace.CLIENTS, new ClientsPage(live)),
                entrance.door(AdminPlace.CLIENTS, new ClientPage()),
                entrance.door(AdminPlace.CLIENTS, new ClientInvitationsPage()),
                entrance.door(AdminPlace.APIS, new ApisPage()),
                entrance.door(AdminPlace.APIS, new ApiPage()),
                entrance.door(AdminPlace.ROLES, new RolesPage()),
                entrance.door(AdminPlace.ROLES, new RolePage(live)),
                entrance.door(AdminPlace.EXCHANGES, new ExchangesPage()),
                entrance.door(AdminPlace.EXCHANGES, new ExchangePage()),
                entrance.door(AdminPlace.ISSUERS, new IssuersPage()),
                entrance.door(AdminPlace.ISSUERS, new IssuerPage()),
                entrance.door(AdminPlace.BRANDS, new BrandsPage()),
                entrance.door(AdminPlace.BRANDS, new BrandPage()),
                entrance.door(AdminPlace.KEYS, new KeysPage()),
                entrance.door(AdminPlace.REVOCATIONS, new RevocationsPage()),
                entrance.door(AdminPlace.REVOCATIONS, news),
                entrance.door(AdminPlace.AUDIT, new AuditPage()),
                entrance.door(AdminPlace.TOKEN, new TokenPage()),
                entrance.door(AdminPlace.HEALTH, new HealthPage()));
    }

    /// What administrators work on, whichever door they come by.
    private Desk.Wiring desk(RevocationFeed feed, AccessTokens accessTokens) {
        SystemHealth system = new SystemHealth(database, live, hasher, pulse, feed::verifiers, clock);
        return new Desk.Wiring(
                database,
                signingKeys,
                encryption,
                hasher,
                config.passwordPolicy(),
                secrets,
                config.keyRotation(),
                system,
                new TokenDebugger(live, accessTokens, clock),
                outbound,
                clock);
    }

    private Routes.Signals signals(String origin, AccessTokens accessTokens) {
        Receivers receivers = new Receivers(live, accessTokens, origin, clock);
        Pushes.Door door = new Pushes.Door(outbound, encryption);
        Transmitter transmitter = opened(new Transmitter(database, live, door, origin, secrets, clock));
        atStop = transmitter::release;
        return new Routes.Signals(
                new TransmitterMetadataEndpoint(origin),
                new StreamEndpoint(receivers, database, transmitter, door, origin, secrets, clock),
                new StreamStatusEndpoint(receivers, database, transmitter),
                SubjectEndpoint.adding(receivers, database, origin),
                SubjectEndpoint.removing(receivers, database, origin),
                new VerificationEndpoint(receivers, database, transmitter, clock),
                new PollEndpoint(receivers, database, live, transmitter));
    }

    /// What is offered by a setting.
    private MetadataEndpoint.Offers offers(Optional<MutualTls> mutualTls) {
        return new MetadataEndpoint.Offers(
                config.registration().access() != RegistrationPolicy.Access.OFF,
                config.clientDocuments().isOn(),
                mutualTls);
    }

    private ListenerConfig publicListener() {
        ListenerConfig open =
                ListenerConfig.of(config.host(), config.port()).withTrustedProxies(config.trustedProxies());
        ListenerConfig plain = config.mutualTls()
                .flatMap(ServerConfig.MutualTls::header)
                .map(open::withCertificateHeader)
                .orElse(open);
        return config.tls()
                .map(files -> plain.withTls(new Tls(files.certificate(), files.privateKey())))
                .orElse(plain);
    }

    private Optional<Listener> certificateListener() {
        Optional<Integer> port = config.mutualTls().flatMap(ServerConfig.MutualTls::port);
        if (port.isEmpty() || config.tls().isEmpty()) return Optional.empty();
        var files = config.tls().get();
        ListenerConfig asking = ListenerConfig.of(config.host(), port.get())
                .withTls(new Tls(files.certificate(), files.privateKey()))
                .withClientCertificates();
        return Optional.of(opened(new Listener(asking, NOTHING, requests)));
    }

    private Optional<CertificateAuthorities> authorities() {
        return config.mutualTls().flatMap(ServerConfig.MutualTls::authorities).map(CertificateAuthorities::read);
    }

    private Optional<MutualTls> mutualTls(String origin) {
        int port = certificatePort().orElse(0);
        return config.mutualTls()
                .map(set -> new MutualTls(
                        set.origin(origin, port).map(other -> other + issuer.getRawPath()),
                        set.authorities().isPresent()));
    }

    private ListenerConfig managementListener() {
        return ListenerConfig.of(config.managementHost(), config.managementPort());
    }

    private OutboundHttp outboundHttp() {
        try {
            return OutboundHttp.of(config.outbound(), config.trustAnchors());
        } catch (IOException e) {
            throw new Unusable(Setting.OUTBOUND_TRUST_ANCHORS.name() + ": " + e.getMessage());
        }
    }

    private Lifetimes lifetimes() {
        var set = config.lifetimes();
        return new Lifetimes(set.session(), set.refreshToken(), set.refreshTokenIdle(), set.refreshRepeatWindow());
    }

    private RevocationFeed.Limits feedLimits() {
        var set = config.revocationFeeds();
        return new RevocationFeed.Limits(set.connections(), set.perApi());
    }

    private LoginThrottle throttle() {
        var set = config.loginThrottle();
        return new LoginThrottle(
                new LoginThrottle.Limits(
                        set.accountFailures(), set.addressFailures(), set.firstDelay(), set.longestDelay()),
                System::nanoTime);
    }

    private PasswordHasher hasher(HashingCost cost) {
        var set = config.passwordHashing();
        long needed = MEBIBYTES_BESIDE_HASHING + (long) set.threads() * MEBIBYTES_OF_A_HASH;
        long given = Runtime.getRuntime().maxMemory() >> 20;
        if (given < needed) {
            throw new Unusable(Setting.PASSWORD_THREADS.name() + ": " + set.threads() + " need a heap of " + needed
                    + " MiB, and this one has " + given + "; start with " + Settings.HEAP_VARIABLE + "="
                    + (needed + needed / 10) + "m");
        }
        return new PasswordHasher(set.threads(), set.queue(), cost, secrets);
    }

    private void record(AuditEvent.Type type) {
        AuditEvent event = new AuditEvent(clock.instant(), type, Author.SERVER, "", "", "", "", Map.of());
        database.inTransaction(tx -> {
            audit.append(tx, event);
            return event;
        });
    }

    private <T extends AutoCloseable> T opened(T resource) {
        opened.push(resource);
        return resource;
    }

    private void closeAll() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                Log.error("not closed cleanly", e);
            }
        }
    }
}
