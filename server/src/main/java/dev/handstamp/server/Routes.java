package dev.handstamp.server;

import dev.handstamp.server.domain.revocation.StatusReference;
import dev.handstamp.server.html.Asset;
import dev.handstamp.server.html.Assets;
import dev.handstamp.server.http.Endpoint;
import dev.handstamp.server.http.Router;
import dev.handstamp.server.live.Live;
import dev.handstamp.server.ops.HealthEndpoint;
import dev.handstamp.server.ops.MetricsEndpoint;
import dev.handstamp.server.ops.ReadinessEndpoint;
import dev.handstamp.server.protocol.CrossOrigin;
import dev.handstamp.server.protocol.StoreGuard;
import dev.handstamp.server.protocol.admin.AdminEndpoint;
import dev.handstamp.server.protocol.authorize.AuthorizeEndpoint;
import dev.handstamp.server.protocol.authorize.PushedRequestEndpoint;
import dev.handstamp.server.protocol.device.DeviceAuthorizationEndpoint;
import dev.handstamp.server.protocol.discovery.JwksEndpoint;
import dev.handstamp.server.protocol.discovery.MetadataEndpoint;
import dev.handstamp.server.protocol.introspection.IntrospectionEndpoint;
import dev.handstamp.server.protocol.registration.ClientConfigurationEndpoint;
import dev.handstamp.server.protocol.registration.RegistrationEndpoint;
import dev.handstamp.server.protocol.revocation.RevocationEndpoint;
import dev.handstamp.server.protocol.revocation.RevocationFeedEndpoint;
import dev.handstamp.server.protocol.revocation.StatusListEndpoint;
import dev.handstamp.server.protocol.session.LoginEndpoint;
import dev.handstamp.server.protocol.session.LogoutEndpoint;
import dev.handstamp.server.protocol.session.RefreshEndpoint;
import dev.handstamp.server.protocol.session.WhoAmIEndpoint;
import dev.handstamp.server.protocol.signals.Addresses;
import dev.handstamp.server.protocol.signals.PollEndpoint;
import dev.handstamp.server.protocol.signals.StreamEndpoint;
import dev.handstamp.server.protocol.signals.StreamStatusEndpoint;
import dev.handstamp.server.protocol.signals.SubjectEndpoint;
import dev.handstamp.server.protocol.signals.TransmitterMetadataEndpoint;
import dev.handstamp.server.protocol.signals.VerificationEndpoint;
import dev.handstamp.server.protocol.token.TokenEndpoint;
import dev.handstamp.server.protocol.userinfo.UserInfoEndpoint;
import dev.handstamp.server.web.AccountPlace;
import dev.handstamp.server.web.Door;
import dev.handstamp.server.web.Doorway;
import dev.handstamp.server.web.Lobby;
import dev.handstamp.server.web.PageGuard;
import dev.handstamp.server.web.Told;
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
import dev.handstamp.server.web.admin.BrandPage;
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
import java.util.function.Function;
import java.util.function.UnaryOperator;

/// The one table: which path opens which door.
final class Routes {

    /// The doors of the public listener.
    record Doors(
            AuthorizeEndpoint authorize,
            LoginPage loginPage,
            SecondFactorPage secondFactorPage,
            NewFactorPage newFactorPage,
            PasskeyPage passkeyPage,
            PasskeySignIn passkeySignIn,
            ConsentPage consentPage,
            LogoutPage logoutPage,
            Account account,
            Administration administration,
            ByMail byMail,
            Assets assets,
            DevicePage devicePage,
            DeviceAuthorizationEndpoint deviceAuthorization,
            PushedRequestEndpoint pushedRequest,
            RegistrationEndpoint registration,
            ClientConfigurationEndpoint clientConfiguration,
            TokenEndpoint token,
            UserInfoEndpoint userInfo,
            IntrospectionEndpoint introspection,
            RevocationEndpoint revocation,
            RevocationFeedEndpoint revocationFeed,
            StatusListEndpoint statusLists,
            LoginEndpoint login,
            WhoAmIEndpoint whoAmI,
            LogoutEndpoint logout,
            RefreshEndpoint refresh,
            JwksEndpoint keys,
            LogoEndpoint logos,
            CrossOrigin crossOrigin,
            Signals signals,
            AdminEndpoint admin,
            MetadataEndpoint authorizationServer,
            MetadataEndpoint openIdProvider) {}

    /// The pages of the administration, each behind its `Entrance`.
    record Administration(
            Door home,
            Door users,
            Door newUser,
            Door user,
            Door clients,
            Door client,
            Door clientInvitations,
            Door apis,
            Door api,
            Door roles,
            Door role,
            Door exchanges,
            Door exchange,
            Door issuers,
            Door issuer,
            Door brands,
            Door brand,
            Door keys,
            Door revocations,
            Door revocationNews,
            Door audit,
            Door token,
            Door health) {}

    /// The doors of the transmitter of shared signals.
    record Signals(
            TransmitterMetadataEndpoint metadata,
            StreamEndpoint streams,
            StreamStatusEndpoint status,
            SubjectEndpoint addSubject,
            SubjectEndpoint removeSubject,
            VerificationEndpoint verify,
            PollEndpoint poll) {}

    /// The doors of users' own accounts.
    record Account(
            Lobby lobby,
            ProfilePage profile,
            SecurityPage security,
            PasswordPage password,
            AuthenticatorPage authenticator,
            PasskeysPage passkeys,
            PasskeyEnrolment passkeyEnrolment,
            SessionsPage sessions,
            ApplicationsPage applications,
            ActivityPage activity,
            DataPage data) {}

    /// The doors of what is done with mails.
    record ByMail(ResetPage reset, MailSignInPage signIn, SignUpPage signUp, EmailPage email) {}

    private final Live live;

    private Routes(Live live) {
        this.live = live;
    }

    /// @param base the path of the issuer; empty if it has none
    static Router of(Doors doors, Live live, String base) {
        return new Routes(live).of(doors, base);
    }

    private Router of(Doors doors, String base) {
        UnaryOperator<Endpoint> open = door -> doors.crossOrigin.open(guarded(door));
        Account account = doors.account;
        Function<Lobby.Room, Endpoint> own = room -> door(account.lobby.door(room));
        Router.Builder table = Router.builder(base);
        administration(table, doors.administration);
        return table.get("/authorize", page(doors.authorize)) // RFC 6749 §3.1
                .post("/authorize", page(doors.authorize))
                .get("/login", door(doors.loginPage))
                .post("/login", door(doors.loginPage))
                .get(SecondFactorPage.PATH, door(doors.secondFactorPage)) // RFC 6238
                .post(SecondFactorPage.PATH, door(doors.secondFactorPage))
                .get(NewFactorPage.PATH, door(doors.newFactorPage))
                .post(NewFactorPage.PATH, door(doors.newFactorPage))
                .get(PasskeySignIn.PATH, door(doors.passkeyPage)) // WebAuthn Level 3 §7.2
                .post(PasskeySignIn.PATH, guarded(doors.passkeySignIn))
                .post(PasskeySignIn.OPTIONS, guarded(doors.passkeySignIn))
                .get(MailSignInPage.PATH, door(doors.byMail.signIn))
                .post(MailSignInPage.PATH, door(doors.byMail.signIn))
                .get(ResetPage.PATH, door(doors.byMail.reset))
                .post(ResetPage.PATH, door(doors.byMail.reset))
                .get(SignUpPage.PATH, door(doors.byMail.signUp))
                .post(SignUpPage.PATH, door(doors.byMail.signUp))
                .get(EmailPage.PATH, door(doors.byMail.email))
                .post(EmailPage.PATH, door(doors.byMail.email))
                .get(EmailPage.LINK, door(doors.byMail.email))
                .post(EmailPage.LINK, door(doors.byMail.email))
                .get("/consent", door(doors.consentPage))
                .post("/consent", door(doors.consentPage))
                .get("/device", door(doors.devicePage)) // RFC 8628 §3.3
                .post("/device", door(doors.devicePage))
                .get("/logout", door(doors.logoutPage)) // OpenID Connect RP-Initiated Logout 1.0 §2
                .post("/logout", door(doors.logoutPage))
                .get(AccountPlace.PROFILE.path(), own.apply(account.profile))
                .post(AccountPlace.PROFILE.path(), own.apply(account.profile))
                .get(AccountPlace.SECURITY.path(), own.apply(account.security))
                .post(AccountPlace.SECURITY.path(), own.apply(account.security))
                .get(PasswordPage.PATH, own.apply(account.password))
                .post(PasswordPage.PATH, own.apply(account.password))
                .get(AuthenticatorPage.PATH, own.apply(account.authenticator))
                .post(AuthenticatorPage.PATH, own.apply(account.authenticator))
                .get(AccountPlace.ACTIVITY.path(), own.apply(account.activity))
                .get(AccountPlace.DATA.path(), own.apply(account.data))
                .post(AccountPlace.DATA.path(), own.apply(account.data))
                .get(PasskeysPage.PATH, own.apply(account.passkeys)) // WebAuthn Level 3 §7.1
                .post(PasskeysPage.PATH, own.apply(account.passkeys))
                .post(PasskeyEnrolment.OPTIONS, guarded(account.passkeyEnrolment))
                .post(PasskeyEnrolment.ADD, guarded(account.passkeyEnrolment))
                .get(AccountPlace.SESSIONS.path(), own.apply(account.sessions))
                .post(AccountPlace.SESSIONS.path(), own.apply(account.sessions))
                .get(AccountPlace.APPLICATIONS.path(), own.apply(account.applications))
                .post(AccountPlace.APPLICATIONS.path(), own.apply(account.applications))
                .get(Asset.PATH, doors.assets)
                .get(LogoEndpoint.PATH, guarded(doors.logos))
                .get("/userinfo", open.apply(doors.userInfo)) // OpenID Connect Core §5.3
                .post("/userinfo", open.apply(doors.userInfo))
                .options("/userinfo", doors.crossOrigin.preflight("GET, POST"))
                .post("/device_authorization", open.apply(doors.deviceAuthorization)) // RFC 8628 §3.1
                .options("/device_authorization", doors.crossOrigin.preflight("POST"))
                .post("/par", open.apply(doors.pushedRequest)) // RFC 9126 §2
                .options("/par", doors.crossOrigin.preflight("POST"))
                .post("/token", open.apply(doors.token)) // RFC 6749 §3.2
                .options("/token", doors.crossOrigin.preflight("POST"))
                .post("/register", guarded(doors.registration)) // RFC 7591 §3
                .get(ClientConfigurationEndpoint.PATH, guarded(doors.clientConfiguration)) // RFC 7592 §2
                .put(ClientConfigurationEndpoint.PATH, guarded(doors.clientConfiguration))
                .delete(ClientConfigurationEndpoint.PATH, guarded(doors.clientConfiguration))
                .post("/introspect", guarded(doors.introspection)) // RFC 7662
                .post("/revoke", open.apply(doors.revocation)) // RFC 7009
                .options("/revoke", doors.crossOrigin.preflight("POST"))
                .get(StatusReference.PATH, guarded(doors.statusLists)) // draft-ietf-oauth-status-list-20 §8
                .get("/revocations", guarded(doors.revocationFeed)) // RFC 8417 in server-sent events
                .post("/session", guarded(doors.login))
                .get("/session", guarded(doors.whoAmI))
                .delete("/session", guarded(doors.logout))
                .post("/session/refresh", guarded(doors.refresh)) // RFC 6749 §6
                .get("/jwks", doors.keys) // RFC 7517 §5
                .wellKnown(Addresses.CONFIGURATION, doors.signals.metadata) // Shared Signals Framework 1.0 §7.2
                .nowhere(page(Told.linked(404, live, "page.nowhere", AccountPlace.PROFILE.path())))
                .otherMethod(page(Told.linked(405, live, "page.method", AccountPlace.PROFILE.path())))
                .tooLong(Told.message(413, live, "page.long"))
                .malformed(Told.linked(400, live, "page.malformed", AccountPlace.PROFILE.path()))
                .below(AdminEndpoint.PATH, doors.admin) // the table of which is Operations
                .get(Addresses.STREAMS, guarded(doors.signals.streams)) // §8.1.1
                .post(Addresses.STREAMS, guarded(doors.signals.streams))
                .patch(Addresses.STREAMS, guarded(doors.signals.streams))
                .put(Addresses.STREAMS, guarded(doors.signals.streams))
                .delete(Addresses.STREAMS, guarded(doors.signals.streams))
                .get(Addresses.STATUS, guarded(doors.signals.status)) // §8.1.2
                .post(Addresses.STATUS, guarded(doors.signals.status))
                .post(Addresses.ADD_SUBJECT, guarded(doors.signals.addSubject)) // §8.1.3
                .post(Addresses.REMOVE_SUBJECT, guarded(doors.signals.removeSubject))
                .post(Addresses.VERIFY, guarded(doors.signals.verify)) // §8.1.4
                .post(Addresses.POLL, guarded(doors.signals.poll)) // RFC 8936
                .wellKnown("/.well-known/oauth-authorization-server", doors.authorizationServer) // RFC 8414 §3
                .wellKnown("/.well-known/openid-configuration", doors.openIdProvider) // OpenID Connect Discovery 1.0 §4
                .build();
    }

    private void administration(Router.Builder table, Administration doors) {
        table.get("/admin", door(doors.home))
                .get("/admin/users", door(doors.users))
                .get("/admin/users/new", door(doors.newUser))
                .post("/admin/users/new", door(doors.newUser))
                .get("/admin/users/", door(doors.user))
                .post("/admin/users/", door(doors.user))
                .get("/admin/clients", door(doors.clients))
                .get("/admin/clients/new", door(doors.client))
                .post("/admin/clients/new", door(doors.client))
                .get("/admin/clients/", door(doors.client))
                .post("/admin/clients/", door(doors.client))
                .get("/admin/client-invitations", door(doors.clientInvitations))
                .post("/admin/client-invitations", door(doors.clientInvitations))
                .get("/admin/apis", door(doors.apis))
                .get("/admin/apis/new", door(doors.api))
                .post("/admin/apis/new", door(doors.api))
                .get("/admin/apis/", door(doors.api))
                .post("/admin/apis/", door(doors.api))
                .get("/admin/roles", door(doors.roles))
                .get("/admin/roles/new", door(doors.role))
                .post("/admin/roles/new", door(doors.role))
                .get("/admin/roles/", door(doors.role))
                .post("/admin/roles/", door(doors.role))
                .get("/admin/exchanges", door(doors.exchanges))
                .get("/admin/exchanges/new", door(doors.exchange))
                .post("/admin/exchanges/new", door(doors.exchange))
                .get("/admin/exchanges/", door(doors.exchange))
                .post("/admin/exchanges/", door(doors.exchange))
                .get("/admin/issuers", door(doors.issuers))
                .get("/admin/issuers/new", door(doors.issuer))
                .post("/admin/issuers/new", door(doors.issuer))
                .get("/admin/issuers/", door(doors.issuer))
                .post("/admin/issuers/", door(doors.issuer))
                .get("/admin/brands", door(doors.brands))
                .get(BrandPage.PATH, door(doors.brand))
                .post(BrandPage.PATH, uploading(doors.brand))
                .get("/admin/brands/", door(doors.brand))
                .post("/admin/brands/", uploading(doors.brand))
                .get("/admin/keys", door(doors.keys))
                .post("/admin/keys", door(doors.keys))
                .get("/admin/revocations", door(doors.revocations))
                .post("/admin/revocations", door(doors.revocations))
                .get("/admin/revocations/events", door(doors.revocationNews))
                .get("/admin/audit", door(doors.audit))
                .get("/admin/token", door(doors.token))
                .post("/admin/token", door(doors.token))
                .get("/admin/health", door(doors.health));
    }

    /// The management listener, which is nobody's business but the operator's.
    static Router management(HealthEndpoint health, ReadinessEndpoint readiness, MetricsEndpoint metrics) {
        return Router.builder()
                .get("/healthz", health)
                .get("/readyz", readiness)
                .get("/metrics", metrics)
                .build();
    }

    private Endpoint door(Door door) {
        return page(new Doorway(live, door));
    }

    /// The door of a page whose form may hold a file.
    private Endpoint uploading(Door door) {
        return page(Doorway.withFiles(live, door));
    }

    private Endpoint page(Endpoint page) {
        return new PageGuard(live, page);
    }

    private static Endpoint guarded(Endpoint endpoint) {
        return new StoreGuard(endpoint);
    }
}
