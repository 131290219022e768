package dev.handstamp.server.protocol.admin;

import static dev.handstamp.server.domain.administration.AdminScope.APIS_READ;
import static dev.handstamp.server.domain.administration.AdminScope.APIS_WRITE;
import static dev.handstamp.server.domain.administration.AdminScope.AUDIT_READ;
import static dev.handstamp.server.domain.administration.AdminScope.BRANDS_READ;
import static dev.handstamp.server.domain.administration.AdminScope.BRANDS_WRITE;
import static dev.handstamp.server.domain.administration.AdminScope.CLIENTS_READ;
import static dev.handstamp.server.domain.administration.AdminScope.CLIENTS_WRITE;
import static dev.handstamp.server.domain.administration.AdminScope.EXCHANGES_READ;
import static dev.handstamp.server.domain.administration.AdminScope.EXCHANGES_WRITE;
import static dev.handstamp.server.domain.administration.AdminScope.ISSUERS_READ;
import static dev.handstamp.server.domain.administration.AdminScope.ISSUERS_WRITE;
import static dev.handstamp.server.domain.administration.AdminScope.KEYS_READ;
import static dev.handstamp.server.domain.administration.AdminScope.KEYS_WRITE;
import static dev.handstamp.server.domain.administration.AdminScope.ROLES_READ;
import static dev.handstamp.server.domain.administration.AdminScope.ROLES_WRITE;
import static dev.handstamp.server.domain.administration.AdminScope.SYSTEM_READ;
import static dev.handstamp.server.domain.administration.AdminScope.SYSTEM_WRITE;
import static dev.handstamp.server.domain.administration.AdminScope.USERS_READ;
import static dev.handstamp.server.domain.administration.AdminScope.USERS_WRITE;
import static dev.handstamp.server.protocol.admin.Operation.of;
import static dev.handstamp.server.protocol.admin.Schema.instant;
import static dev.handstamp.server.protocol.admin.Schema.text;

import dev.handstamp.server.protocol.admin.Operation.Query;
import dev.handstamp.server.protocol.admin.Schema.Whole;
import java.util.List;

/// The one table of the admin API. Routing, the check of scopes, the reading of bodies and the document are made of it.
@SuppressWarnings("BadImport") // `of` stands once a row, and says enough there.
final class Operations {

    private static final Query CURSOR = new Query("cursor", text("The `next` of the page before.", 2_000));
    private static final Query LIMIT =
            new Query("limit", new Whole("How many items a page has at most: 1 to 200, usually 50.", 1));

    static final List<Operation> ALL = List.of(
            of("listUsers", "GET", "/users", USERS_READ, "Find users.", "user list", UserCalls::list)
                    .takes(
                            new Query(
                                    "query",
                                    text(
                                            "The beginning of a user name, a name, its last word, an e-mail address or a subject.",
                                            100)),
                            CURSOR,
                            LIMIT)
                    .gives(200, Shapes.USERS),
            of("createUser", "POST", "/users", USERS_WRITE, "Add a user.", "user add", UserCalls::add)
                    .takes(Shapes.NEW_USER)
                    .gives(201, Shapes.USER)
                    .isTagged(),
            of(
                            "getUser",
                            "GET",
                            "/users/{user}",
                            USERS_READ,
                            "One user, by name or subject.",
                            "user show",
                            UserCalls::get)
                    .gives(200, Shapes.USER)
                    .isTagged(),
            of("changeUser", "PATCH", "/users/{user}", USERS_WRITE, "Change a user.", "user change", UserCalls::change)
                    .takes(Shapes.USER_CHANGE)
                    .gives(200, Shapes.USER)
                    .isTagged()
                    .isMatched(),
            of(
                    "deleteUser",
                    "DELETE",
                    "/users/{user}",
                    USERS_WRITE,
                    "Delete a user with all that was theirs.",
                    "user delete",
                    UserCalls::delete),
            of(
                            "disableUser",
                            "POST",
                            "/users/{user}/disable",
                            USERS_WRITE,
                            "Let nobody in by this name, and end everything.",
                            "user disable",
                            UserCalls::disable)
                    .gives(200, Shapes.USER)
                    .isTagged(),
            of(
                            "enableUser",
                            "POST",
                            "/users/{user}/enable",
                            USERS_WRITE,
                            "Let a user in again.",
                            "user enable",
                            UserCalls::enable)
                    .gives(200, Shapes.USER)
                    .isTagged(),
            of(
                            "setPassword",
                            "PUT",
                            "/users/{user}/password",
                            USERS_WRITE,
                            "Set another password, and end everything.",
                            "user password",
                            UserCalls::setPassword)
                    .takes(Shapes.PASSWORD),
            of(
                    "sendReset",
                    "POST",
                    "/users/{user}/reset",
                    USERS_WRITE,
                    "Mail a user a link to set another password.",
                    "user reset",
                    UserCalls::sendReset),
            of(
                            "inviteUser",
                            "POST",
                            "/invitations",
                            USERS_WRITE,
                            "Invite somebody by mail to make an account.",
                            "user invite",
                            UserCalls::invite)
                    .takes(Shapes.NEW_INVITATION)
                    .gives(202, Shapes.INVITATION),
            of(
                            "listInvitations",
                            "GET",
                            "/invitations",
                            USERS_READ,
                            "Who is invited and has not made an account yet.",
                            "user invitations",
                            UserCalls::invitations)
                    .takes(CURSOR, LIMIT)
                    .gives(200, Shapes.INVITATIONS),
            of(
                    "withdrawInvitation",
                    "DELETE",
                    "/invitations/{invitation}",
                    USERS_WRITE,
                    "Withdraw an invitation: its link leads nowhere any more.",
                    "user uninvite",
                    UserCalls::uninvite),
            of(
                            "listUserSessions",
                            "GET",
                            "/users/{user}/sessions",
                            USERS_READ,
                            "The live sessions of a user.",
                            "session list --user",
                            UserCalls::sessions)
                    .gives(200, Shapes.SESSIONS),
            of(
                            "endUserSessions",
                            "DELETE",
                            "/users/{user}/sessions",
                            USERS_WRITE,
                            "Sign a user out everywhere.",
                            "session revoke --user",
                            UserCalls::endSessions)
                    .gives(200, Shapes.ENDED),
            of(
                            "listUserGrants",
                            "GET",
                            "/users/{user}/grants",
                            USERS_READ,
                            "What a user has allowed.",
                            "grant list",
                            UserCalls::grants)
                    .gives(200, Shapes.GRANTS),
            of(
                    "revokeUserGrant",
                    "DELETE",
                    "/users/{user}/grants/{grant}",
                    USERS_WRITE,
                    "Revoke a grant with every token below it.",
                    "grant revoke",
                    UserCalls::revokeGrant),
            of(
                            "withdrawApplication",
                            "DELETE",
                            "/users/{user}/applications/{client}",
                            USERS_WRITE,
                            "Forget what a user has allowed a client, and revoke all that came of it.",
                            "grant revoke --client",
                            UserCalls::withdraw)
                    .gives(200, Shapes.ENDED),
            of(
                            "getUserFactors",
                            "GET",
                            "/users/{user}/factors",
                            USERS_READ,
                            "What a user signs in with besides the password.",
                            "user show",
                            UserCalls::factors)
                    .gives(200, Shapes.FACTORS),
            of(
                    "removeTotp",
                    "DELETE",
                    "/users/{user}/factors/totp",
                    USERS_WRITE,
                    "Take the authenticator application away.",
                    "user totp remove",
                    UserCalls::removeTotp),
            of(
                    "removePasskey",
                    "DELETE",
                    "/users/{user}/factors/passkeys/{passkey}",
                    USERS_WRITE,
                    "Take a passkey away, and end everything.",
                    "user passkeys remove",
                    UserCalls::removePasskey),
            of(
                            "listSessions",
                            "GET",
                            "/sessions",
                            USERS_READ,
                            "Live sessions of everybody, the last to expire first.",
                            "session list",
                            UserCalls::allSessions)
                    .takes(LIMIT)
                    .gives(200, Shapes.SESSIONS),
            of(
                    "endSession",
                    "DELETE",
                    "/sessions/{session}",
                    USERS_WRITE,
                    "End a session with every token below it.",
                    "session revoke",
                    UserCalls::endSession),
            of(
                            "listClients",
                            "GET",
                            "/clients",
                            CLIENTS_READ,
                            "The clients.",
                            "client list",
                            ConfigurationCalls::clients)
                    .gives(200, Shapes.CLIENTS),
            of(
                            "createClient",
                            "POST",
                            "/clients",
                            CLIENTS_WRITE,
                            "Register a client.",
                            "client add",
                            ConfigurationCalls::addClient)
                    .takes(Shapes.NEW_CLIENT)
                    .gives(201, Shapes.CLIENT_WITH_SECRET),
            of(
                            "getClient",
                            "GET",
                            "/clients/{client}",
                            CLIENTS_READ,
                            "One client.",
                            "client show",
                            ConfigurationCalls::client)
                    .gives(200, Shapes.CLIENT)
                    .isTagged(),
            of(
                            "changeClient",
                            "PATCH",
                            "/clients/{client}",
                            CLIENTS_WRITE,
                            "Change a client.",
                            "client update",
                            ConfigurationCalls::changeClient)
                    .takes(Shapes.CLIENT_CHANGE)
                    .gives(200, Shapes.CLIENT_WITH_SECRET)
                    .isMatched(),
            of(
                    "deleteClient",
                    "DELETE",
                    "/clients/{client}",
                    CLIENTS_WRITE,
                    "Delete a client; its grants and tokens end with it.",
                    "client delete",
                    ConfigurationCalls::deleteClient),
            of(
                            "inviteClients",
                            "POST",
                            "/client-invitations",
                            CLIENTS_WRITE,
                            "Make an invitation: a token that clients register with over HTTP.",
                            "client invite",
                            ConfigurationCalls::inviteClients)
                    .takes(Shapes.NEW_CLIENT_INVITATION)
                    .gives(201, Shapes.CLIENT_INVITATION_WITH_TOKEN),
            of(
                            "listClientInvitations",
                            "GET",
                            "/client-invitations",
                            CLIENTS_READ,
                            "The invitations to register clients.",
                            "client invitations",
                            ConfigurationCalls::clientInvitations)
                    .gives(200, Shapes.CLIENT_INVITATIONS),
            of(
                    "withdrawClientInvitation",
                    "DELETE",
                    "/client-invitations/{invitation}",
                    CLIENTS_WRITE,
                    "Take an invitation back; the clients that registered with it stay.",
                    "client uninvite",
                    ConfigurationCalls::withdrawClientInvitation),
            of("listApis", "GET", "/apis", APIS_READ, "The APIs.", "api list", ConfigurationCalls::apis)
                    .gives(200, Shapes.APIS),
            of("createApi", "POST", "/apis", APIS_WRITE, "Register an API.", "api add", ConfigurationCalls::addApi)
                    .takes(Shapes.NEW_API)
                    .gives(201, Shapes.API_WITH_SECRETS),
            of(
                            "getApi",
                            "GET",
                            "/apis/{api}",
                            APIS_READ,
                            "One API, by its audience.",
                            "api show",
                            ConfigurationCalls::api)
                    .gives(200, Shapes.API)
                    .isTagged(),
            of(
                            "changeApi",
                            "PATCH",
                            "/apis/{api}",
                            APIS_WRITE,
                            "Change an API.",
                            "api update",
                            ConfigurationCalls::changeApi)
                    .takes(Shapes.API_CHANGE)
                    .gives(200, Shapes.API_WITH_SECRETS)
                    .isMatched(),
            of(
                    "deleteApi",
                    "DELETE",
                    "/apis/{api}",
                    APIS_WRITE,
                    "Delete an API, and end every grant and token for it.",
                    "api delete",
                    ConfigurationCalls::deleteApi),
            of("listRoles", "GET", "/roles", ROLES_READ, "The roles.", "role list", ConfigurationCalls::roles)
                    .gives(200, Shapes.ROLES),
            of(
                            "createRole",
                            "POST",
                            "/roles",
                            ROLES_WRITE,
                            "Make a role, without scopes.",
                            "role add",
                            ConfigurationCalls::addRole)
                    .takes(Shapes.NEW_ROLE)
                    .gives(201, Shapes.ROLE)
                    .isTagged(),
            of("getRole", "GET", "/roles/{role}", ROLES_READ, "One role.", "role list", ConfigurationCalls::role)
                    .gives(200, Shapes.ROLE)
                    .isTagged(),
            of(
                            "setRoleScopes",
                            "PUT",
                            "/roles/{role}/apis/{api}",
                            ROLES_WRITE,
                            "Say what a role carries at an API.",
                            "role add, role update",
                            ConfigurationCalls::setScopes)
                    .takes(Shapes.SCOPES)
                    .gives(200, Shapes.ROLE)
                    .isTagged()
                    .isMatched(),
            of(
                    "deleteRole",
                    "DELETE",
                    "/roles/{role}",
                    ROLES_WRITE,
                    "Take a role from everybody, and delete it.",
                    "role delete",
                    ConfigurationCalls::deleteRole),
            of(
                            "countHolders",
                            "GET",
                            "/roles/{role}/holders",
                            ROLES_READ,
                            "How many users have a role.",
                            "role list",
                            ConfigurationCalls::holders)
                    .gives(200, Shapes.HOLDERS),
            of("listBrands", "GET", "/brands", BRANDS_READ, "What pages wear.", "brand list", BrandCalls::list)
                    .gives(200, Shapes.BRANDS),
            of("getBrand", "GET", "/brand", BRANDS_READ, "What all pages wear.", "brand list", BrandCalls::get)
                    .gives(200, Shapes.BRAND)
                    .isTagged(),
            of(
                            "changeBrand",
                            "PATCH",
                            "/brand",
                            BRANDS_WRITE,
                            "Change what all pages wear.",
                            "brand update",
                            BrandCalls::change)
                    .takes(Shapes.BRAND_CHANGE)
                    .gives(200, Shapes.BRAND)
                    .isTagged()
                    .isMatched(),
            of(
                    "deleteBrand",
                    "DELETE",
                    "/brand",
                    BRANDS_WRITE,
                    "Take the server's brand away.",
                    "brand delete",
                    BrandCalls::delete),
            of(
                            "getBrandOfClient",
                            "GET",
                            "/clients/{client}/brand",
                            BRANDS_READ,
                            "What pages wear on the way to a client.",
                            "brand list",
                            BrandCalls::get)
                    .gives(200, Shapes.BRAND)
                    .isTagged(),
            of(
                            "changeBrandOfClient",
                            "PATCH",
                            "/clients/{client}/brand",
                            BRANDS_WRITE,
                            "Change what they wear.",
                            "brand update --client",
                            BrandCalls::change)
                    .takes(Shapes.BRAND_CHANGE)
                    .gives(200, Shapes.BRAND)
                    .isTagged()
                    .isMatched(),
            of(
                    "deleteBrandOfClient",
                    "DELETE",
                    "/clients/{client}/brand",
                    BRANDS_WRITE,
                    "Take a client's brand away.",
                    "brand delete --client",
                    BrandCalls::delete),
            of(
                            "listExchanges",
                            "GET",
                            "/exchanges",
                            EXCHANGES_READ,
                            "Who may exchange what.",
                            "exchange list",
                            TrustCalls::exchanges)
                    .gives(200, Shapes.EXCHANGES),
            of(
                            "getExchange",
                            "GET",
                            "/exchanges/{client}/{from}/{to}",
                            EXCHANGES_READ,
                            "One rule of exchange.",
                            "exchange list",
                            TrustCalls::exchange)
                    .gives(200, Shapes.EXCHANGE)
                    .isTagged(),
            of(
                            "putExchange",
                            "PUT",
                            "/exchanges/{client}/{from}/{to}",
                            EXCHANGES_WRITE,
                            "Let a client exchange users' tokens for one API into tokens for another.",
                            "exchange add",
                            TrustCalls::putExchange)
                    .takes(Shapes.NEW_EXCHANGE)
                    .gives(200, Shapes.EXCHANGE)
                    .isTagged(),
            of(
                    "deleteExchange",
                    "DELETE",
                    "/exchanges/{client}/{from}/{to}",
                    EXCHANGES_WRITE,
                    "Take that from a client, and end all that may have come by it.",
                    "exchange delete",
                    TrustCalls::deleteExchange),
            of(
                            "listIssuers",
                            "GET",
                            "/issuers",
                            ISSUERS_READ,
                            "Who may speak for users.",
                            "issuer list",
                            TrustCalls::issuers)
                    .gives(200, Shapes.ISSUERS),
            of(
                            "createIssuer",
                            "POST",
                            "/issuers",
                            ISSUERS_WRITE,
                            "Trust an issuer's assertions about users.",
                            "issuer add",
                            TrustCalls::addIssuer)
                    .takes(Shapes.NEW_ISSUER)
                    .gives(201, Shapes.ISSUER)
                    .isTagged(),
            of(
                            "getIssuer",
                            "GET",
                            "/issuers/{issuer}",
                            ISSUERS_READ,
                            "One issuer of assertions.",
                            "issuer show",
                            TrustCalls::issuer)
                    .gives(200, Shapes.ISSUER)
                    .isTagged(),
            of(
                            "changeIssuer",
                            "PATCH",
                            "/issuers/{issuer}",
                            ISSUERS_WRITE,
                            "Change for whom it speaks, by whom, and with which keys.",
                            "issuer update",
                            TrustCalls::changeIssuer)
                    .takes(Shapes.ISSUER_CHANGE)
                    .gives(200, Shapes.ISSUER)
                    .isTagged()
                    .isMatched(),
            of(
                    "deleteIssuer",
                    "DELETE",
                    "/issuers/{issuer}",
                    ISSUERS_WRITE,
                    "Trust it no more, and end all that came by its assertions.",
                    "issuer delete",
                    TrustCalls::deleteIssuer),
            of(
                            "getKeys",
                            "GET",
                            "/keys",
                            KEYS_READ,
                            "The signing keys with their schedule.",
                            "key list",
                            SystemCalls::keys)
                    .gives(200, Shapes.KEYS),
            of(
                            "rotateKeys",
                            "POST",
                            "/keys/rotate",
                            KEYS_WRITE,
                            "Turn key pairs: the next ones begin to sign.",
                            "key rotate",
                            SystemCalls::rotate)
                    .takes(Shapes.ROTATION)
                    .gives(200, Shapes.KEYS),
            of(
                    "withdrawKey",
                    "DELETE",
                    "/keys/{key}",
                    KEYS_WRITE,
                    "Withdraw a key that got lost: what it signed is refused.",
                    "key retire",
                    SystemCalls::withdraw),
            of(
                            "listEvents",
                            "GET",
                            "/audit",
                            AUDIT_READ,
                            "What happened, the newest first.",
                            "audit",
                            SystemCalls::events)
                    .takes(
                            new Query(
                                    "party",
                                    text(
                                            "Who caused it, or whom or what it happened to: a user by name or subject, a client, a session, a key.",
                                            256)),
                            new Query("type", text("What happened.", 64)),
                            new Query("client", text("The client in play.", 256)),
                            new Query("address", text("Where the request came from.", 64)),
                            new Query("since", instant("Not before.")),
                            new Query("until", instant("Not after.")),
                            CURSOR,
                            LIMIT)
                    .gives(200, Shapes.EVENTS),
            of("getSystem", "GET", "/system", SYSTEM_READ, "How this node does.", "health", SystemCalls::health)
                    .gives(200, Shapes.HEALTH),
            of(
                            "listVerifiers",
                            "GET",
                            "/system/verifiers",
                            SYSTEM_READ,
                            "Who is connected to this node's feed of revocations, and how old each one's knowledge is.",
                            "revocations verifiers",
                            SystemCalls::verifiers)
                    .gives(200, Shapes.VERIFIERS),
            of(
                            "explainToken",
                            "POST",
                            "/tokens/explain",
                            SYSTEM_READ,
                            "Take a token apart: what it says, and how each check of this server ends.",
                            "token explain",
                            SystemCalls::explain)
                    .takes(Shapes.TOKEN)
                    .gives(200, Shapes.EXPLANATION),
            of(
                            "listRevocations",
                            "GET",
                            "/revocations",
                            SYSTEM_READ,
                            "What was taken back, in order.",
                            "revocations list",
                            SystemCalls::revocations)
                    .takes(new Query("after", new Whole("A position of the log.", 0)), LIMIT)
                    .gives(200, Shapes.REVOCATIONS),
            of(
                            "revokeEverything",
                            "POST",
                            "/revocations",
                            SYSTEM_WRITE,
                            "Take everything back.",
                            "revocations all",
                            SystemCalls::revokeEverything)
                    .takes(Shapes.EVERYTHING)
                    .gives(200, Shapes.EVERYTHING_ENDED));

    private Operations() {}
}
