package dev.handstamp.server.protocol.admin;

import static dev.handstamp.server.protocol.admin.Schema.instant;
import static dev.handstamp.server.protocol.admin.Schema.list;
import static dev.handstamp.server.protocol.admin.Schema.may;
import static dev.handstamp.server.protocol.admin.Schema.must;
import static dev.handstamp.server.protocol.admin.Schema.text;
import static dev.handstamp.server.protocol.admin.Schema.texts;

import dev.handstamp.server.domain.audit.AuditEvent;
import dev.handstamp.server.domain.revocation.Revocation;
import dev.handstamp.server.protocol.admin.Schema.Anything;
import dev.handstamp.server.protocol.admin.Schema.ByName;
import dev.handstamp.server.protocol.admin.Schema.Flag;
import dev.handstamp.server.protocol.admin.Schema.Member;
import dev.handstamp.server.protocol.admin.Schema.OneOf;
import dev.handstamp.server.protocol.admin.Schema.Scalar;
import dev.handstamp.server.protocol.admin.Schema.Shape;
import dev.handstamp.server.protocol.admin.Schema.Whole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The bodies of the admin API.
final class Shapes {

    static final Member NEXT =
            may("next", text("What the next page is asked for with, as `cursor`; absent on the last one."));

    private static final ByName ATTRIBUTES =
            new ByName("Free facts by name.", new Scalar("A text, a number, true or false.", false));

    private static final ByName WORDS = new ByName(
            "What the scopes allow, by scope and language.",
            new ByName("By language; the empty one is everybody's.", text("The words.")));

    static final Shape USER = new Shape(
            "User",
            "Somebody who signs in.",
            List.of(
                    must("sub", text("The subject in tokens.")),
                    must("username", text("The name to sign in with, in its normal form.")),
                    must("name", text("The full name; may be empty.")),
                    must("email", text("The e-mail address; may be empty.")),
                    must("roles", texts("The roles.")),
                    must("attributes", ATTRIBUTES),
                    must("disabled", new Flag("Whether nobody gets in by this name.")),
                    must("created_at", instant("Since when."))));

    static final Shape USERS = page("Users", USER);

    static final Shape NEW_USER = new Shape(
            "NewUser",
            "A user to be.",
            List.of(
                    must("username", text("The name to sign in with.", 256)),
                    must("password", text("At least 8 characters.", 1_024)),
                    may("name", text("The full name.", 256)),
                    may("email", text("The e-mail address.", 254)),
                    may("roles", texts("The roles. One that does not exist yet is made, and allows nothing.")),
                    may("attributes", ATTRIBUTES)));

    static final Shape USER_CHANGE = new Shape(
            "UserChange",
            "What is to become different; what is not named stays as it is.",
            List.of(
                    may("name", text("The full name.", 256)),
                    may("email", text("The e-mail address.", 254)),
                    may("roles", texts("All roles from now on.")),
                    may(
                            "attributes",
                            new ByName(
                                    "Attributes to set; null takes one away.",
                                    new Scalar("A text, a number, true, false or null.", true)))));

    static final Shape NEW_INVITATION = new Shape(
            "NewInvitation",
            "Whom to invite by mail to make an account.",
            List.of(
                    must("email", text("The e-mail address.", 254)),
                    may("name", text("The full name, if it is known.", 256)),
                    may("roles", texts("What the account will have.")),
                    may("language", text("Of the mail, such as de.", 35))));

    static final Shape INVITATION = new Shape(
            "Invitation",
            "Who is invited to make an account, and has not made it yet.",
            List.of(
                    must("invitation_id", text("Its identifier.")),
                    must("email", text("Where the mail goes.")),
                    must("name", text("The full name; may be empty.")),
                    must("roles", texts("What the account will have.")),
                    must("inviter", text("Who has invited: a subject, a client, or cli.")),
                    must("created_at", instant("Since when.")),
                    must("expires_at", instant("When it ends by itself."))));

    static final Shape INVITATIONS = page("Invitations", INVITATION);

    static final Shape PASSWORD = new Shape(
            "Password", "Another password.", List.of(must("password", text("At least 8 characters.", 1_024))));

    static final Shape SESSION = new Shape(
            "Session",
            "A signed-in browser or application.",
            List.of(
                    must("sid", text("Its identifier in tokens.")),
                    must("sub", text("Whose it is.")),
                    may("username", text("The user's name.")),
                    must("address", text("Where it was signed in from.")),
                    must("user_agent", text("What it called itself.")),
                    must("created_at", instant("When it began.")),
                    must("expires_at", instant("When it ends by itself."))));

    static final Shape SESSIONS = all("Sessions", SESSION);

    static final Shape ENDED = new Shape("Ended", "What was ended.", List.of(must("ended", new Whole("How many.", 0))));

    static final Shape EVERYTHING_ENDED = new Shape(
            "EverythingEnded",
            "What was ended besides the tokens.",
            List.of(
                    must("ended", new Whole("How many sessions.", 0)),
                    must("invitations", new Whole("How many invitations, of users and of clients.", 0)),
                    must("mailed", new Whole("How many links and codes that were sent by mail.", 0))));

    static final Shape GRANT = new Shape(
            "Grant",
            "What a user has allowed a client at an API; every token descends from one.",
            List.of(
                    must("grant_id", text("Its identifier in tokens.")),
                    must("client_id", text("The client.")),
                    must("audience", text("The API.")),
                    must("scope", text("The scopes, separated by blanks.")),
                    must("sid", text("The session that it began in.")),
                    must("created_at", instant("Since when.")),
                    must("expires_at", instant("Until when."))));

    static final Shape GRANTS = all("Grants", GRANT);

    static final Shape FACTORS = new Shape(
            "Factors",
            "What a user signs in with besides the password.",
            List.of(
                    may("totp_since", instant("Since when there is an authenticator application.")),
                    must("recovery_codes_left", new Whole("How many are left.", 0)),
                    must(
                            "passkeys",
                            list(new Shape(
                                    "Passkey",
                                    "A passkey (WebAuthn).",
                                    List.of(
                                            must("passkey_id", text("Its identifier.")),
                                            must("name", text("What its user calls it.")),
                                            must("created_at", instant("Since when.")),
                                            may("last_used_at", instant("When it was last used.")),
                                            may(
                                                    "suspended_at",
                                                    instant("Since when it opens nothing, because somebody seems to"
                                                            + " have copied it."))))))));

    static final Shape CLIENT = new Shape("Client", "An application that asks for tokens.", client(true));

    static final Shape CLIENTS = all("Clients", CLIENT);

    static final Shape NEW_CLIENT_INVITATION = new Shape(
            "NewClientInvitation",
            "What clients may be registered with.",
            List.of(
                    may("apis", texts("The APIs that they may ask for; open ones need not be named.")),
                    may("scopes", texts("What they may ask for there.")),
                    may("uses", new Whole("How many clients can be registered with it; usually 1.", 1)),
                    may("lifetime", new Whole("How long it is good, in seconds; usually seven days.", 1))));

    static final Shape CLIENT_INVITATION = new Shape(
            "ClientInvitation",
            "An invitation to register clients.",
            List.of(
                    must("invitation_id", text("Its identifier.")),
                    must("apis", texts("The APIs that they may ask for.")),
                    must("scopes", texts("What they may ask for there.")),
                    must("uses_left", new Whole("How many clients can still be registered with it.", 0)),
                    must("created_at", instant("Since when.")),
                    must("expires_at", instant("When it ends by itself."))));

    static final Shape CLIENT_INVITATIONS = all("ClientInvitations", CLIENT_INVITATION);

    static final Shape CLIENT_INVITATION_WITH_TOKEN = new Shape(
            "ClientInvitationWithToken",
            "The invitation, and its token, which is shown only now.",
            List.of(
                    must("invitation", CLIENT_INVITATION),
                    must("initial_access_token", text("What clients register with (RFC 7591)."))));

    static final Shape NEW_CLIENT = new Shape("NewClient", "A client to be.", newClient());

    static final Shape CLIENT_CHANGE =
            new Shape("ClientChange", "What is to become different; what is not named stays as it is.", clientChange());

    static final Shape CLIENT_WITH_SECRET = new Shape(
            "ClientWithSecret",
            "The client, and its secret for the only time.",
            List.of(
                    must("client", CLIENT),
                    may("client_secret", text("Absent if it has none, or keeps the old one."))));

    static final Shape API = new Shape(
            "Api",
            "What tokens are for.",
            List.of(
                    must("audience", text("Its identifier, the `aud` of tokens.")),
                    must("path", text("Where it is, below this API's address.")),
                    must("scopes", texts("What can be asked for at it.")),
                    must("algorithm", text("What its tokens are signed with.")),
                    must("token_lifetime", new Whole("Seconds.", 10)),
                    must("claims", texts("The attributes of users that become claims.")),
                    must("status_list", new Flag("Whether its tokens name their place in a status list.")),
                    must("open", new Flag("Whether clients that nobody here has registered may ask for it.")),
                    may("required_acr", text("How sure it has to be who its users are.")),
                    must("words", WORDS),
                    must("built_in", new Flag("Whether it is this server's own.")),
                    must("created_at", instant("Since when."))));

    static final Shape APIS = all("Apis", API);

    static final Shape NEW_API = new Shape("NewApi", "An API to be.", api(true));

    static final Shape API_CHANGE =
            new Shape("ApiChange", "What is to become different; what is not named stays as it is.", apiChange());

    static final Shape API_WITH_SECRETS = new Shape(
            "ApiWithSecrets",
            "The API with what it is told only once.",
            List.of(
                    must("api", API),
                    may("secret", text("What it authenticates with at introspection.")),
                    may(
                            "shared_secrets",
                            new Shape(
                                    "SharedSecrets",
                                    "What it checks its tokens with, if they are signed with a secret that it shares.",
                                    List.of(must("current", text("Signs now.")), must("next", text("Signs next.")))))));

    static final Shape ROLE = new Shape(
            "Role",
            "The scopes that its holders have at each API.",
            List.of(must("name", text("Its name.")), must("scopes", new ByName("By API.", texts("The scopes.")))));

    static final Shape ROLES = all("Roles", ROLE);

    static final Shape NEW_ROLE =
            new Shape("NewRole", "A role to be, without scopes.", List.of(must("name", text("Its name.", 64))));

    static final Shape SCOPES =
            new Shape("ScopesOfRole", "What a role carries at an API.", List.of(must("scopes", texts("All of them."))));

    static final Shape HOLDERS =
            new Shape("Holders", "Who has a role.", List.of(must("users", new Whole("How many users have it.", 0))));

    private static final int LONGEST_LOGO = 4 * ((100 * 1024 + 2) / 3);

    static final Shape BRAND = new Shape(
            "Brand",
            "What pages wear: all of them, or those on the way to a client.",
            List.of(
                    may("client_id", text("The client; absent for the server itself.")),
                    must("name", text("What stands at the top; empty for none of its own.")),
                    may("logo", text("Where its image is, below the issuer.")),
                    may("accent", text("The colour of links and buttons on light pages.")),
                    may("accent_dark", text("The same on dark pages."))));

    static final Shape BRANDS = all("Brands", BRAND);

    static final Shape BRAND_CHANGE = new Shape(
            "BrandChange",
            "What is to become different; what is not named stays as it is.",
            List.of(
                    may("name", text("What stands at the top; empty for none of its own.", 100)),
                    may(
                            "logo",
                            text(
                                    "A PNG, WebP or SVG of at most 100 KiB, in base64 (RFC 4648 §4); empty takes it away.",
                                    LONGEST_LOGO)),
                    may("accent", text("`#rrggbb`; `none` takes both colours away.", 7)),
                    may("accent_dark", text("The same on dark pages.", 7))));

    private static final ByName SCOPES_BY_SCOPE = new ByName(
            "Which scope there a scope here stands for; one that is not named stands for the one of the same name.",
            text("The scope there.", 128));

    static final Shape EXCHANGE = new Shape(
            "Exchange",
            "A client may exchange users' tokens for one API into tokens for another (RFC 8693).",
            List.of(
                    must("client_id", text("Who exchanges.")),
                    must("from", text("The API that the tokens to exchange are for.")),
                    must("to", text("The API that the new tokens are for.")),
                    must("path", text("Where it is, below this API's address.")),
                    must("scopes", SCOPES_BY_SCOPE),
                    must("impersonation", new Flag("Whether the new token does not name who acts.")),
                    must("created_at", instant("Since when."))));

    static final Shape EXCHANGES = all("Exchanges", EXCHANGE);

    static final Shape NEW_EXCHANGE = new Shape(
            "NewExchange",
            "How tokens are exchanged; it takes the place of what was said before.",
            List.of(
                    may("scopes", SCOPES_BY_SCOPE),
                    may("impersonation", new Flag("Whether the new token does not name who acts."))));

    private static final ByName JWKS = new ByName("A JWK Set (RFC 7517 §5).", new Anything("A member."));

    static final Shape ISSUER = new Shape(
            "AssertionIssuer",
            "Who may say by a signed assertion for which users a client gets tokens (RFC 7523). Without keys and an"
                    + " address of keys it is a client, which signs with its own.",
            List.of(
                    must("issuer", text("The `iss` of its assertions.")),
                    must("path", text("Where it is, below this API's address.")),
                    may("jwks", JWKS),
                    may("jwks_uri", text("Where its public keys stand.")),
                    must("subject", new OneOf("What the `sub` of its assertions is.", List.of("subject", "username"))),
                    must("clients", texts("Who may present its assertions.")),
                    must("all_users", new Flag("Whether it may speak for everybody.")),
                    must("users", texts("For whom it may speak: their subjects.")),
                    must("created_at", instant("Since when."))));

    static final Shape ISSUERS = all("AssertionIssuers", ISSUER);

    static final Shape NEW_ISSUER = new Shape("NewAssertionIssuer", "An issuer to be.", issuer(true));

    static final Shape ISSUER_CHANGE = new Shape(
            "AssertionIssuerChange", "What is to become different; what is not named stays as it is.", issuer(false));

    static final Shape KEYS = new Shape(
            "Keys",
            "The signing keys and what is to become of them.",
            List.of(
                    must("at", instant("The moment that this was true.")),
                    must("rotation", new Whole("How long a key signs, in seconds.", 1)),
                    may("next_rotation", instant("When keys turn next.")),
                    must(
                            "items",
                            list(new Shape(
                                    "Key",
                                    "A signing key.",
                                    List.of(
                                            must("kid", text("The thumbprint.")),
                                            must("algorithm", text("What it signs with.")),
                                            may("audience", text("The one API that shares it.")),
                                            must(
                                                    "state",
                                                    new OneOf(
                                                            "Where it stands in its life.",
                                                            List.of("next", "current", "retired"))),
                                            must("created_at", instant("Since when it is published.")),
                                            may("signs_from", instant("When it began, or begins, to sign.")),
                                            may("signs_until", instant("When it ended, or ends, to sign.")),
                                            may("gone_at", instant("When it is published no more."))))))));

    static final Shape ROTATION = new Shape(
            "Rotation",
            "Which keys are to turn; all key pairs, if nothing is named.",
            List.of(may("algorithm", text("Those of one algorithm.", 20))));

    static final Shape EVENT = new Shape(
            "AuditEvent",
            "A security-relevant outcome.",
            List.of(
                    must("at", instant("When.")),
                    must(
                            "type",
                            new OneOf(
                                    "What.",
                                    Arrays.stream(AuditEvent.Type.values())
                                            .map(AuditEvent.Type::wireName)
                                            .toList())),
                    must("actor", text("Who caused it: a subject, a client, `cli` or `server`; empty when unknown.")),
                    must("target", text("Whom or what it happened to.")),
                    must("client_id", text("The client in play.")),
                    must("address", text("Where the request came from.")),
                    must("request_id", text("The request.")),
                    must("details", new ByName("Further facts.", text("One of them.")))));

    static final Shape EVENTS = page("AuditEvents", EVENT);

    static final Shape HEALTH = new Shape(
            "Health",
            "How this node does.",
            List.of(
                    must("at", instant("Now.")),
                    must("uptime", new Whole("Seconds.", 0)),
                    must("database", new OneOf("Which.", List.of("sqlite", "postgresql"))),
                    must("position", new Whole("Where the log of changes stands.", 0)),
                    must("log_age_ms", new Whole("How old this node's own knowledge is.", 0)),
                    must("waiting_writes", new Whole("Writes that wait for the database.", 0)),
                    must("hash_queue", new Whole("Passwords that wait for a hashing thread.", 0)),
                    must("revocations", new Whole("Those that are still remembered.", 0)),
                    must("heap_used", new Whole("Bytes.", 0)),
                    must("heap_most", new Whole("Bytes.", -1)),
                    must("verifiers", new Whole("Those connected to this node.", 0)),
                    must(
                            "last_hour",
                            list(new Shape(
                                    "Minute",
                                    "What was done in a minute.",
                                    List.of(
                                            must("begin", instant("Its first moment.")),
                                            must("logins", new Whole("Let in.", 0)),
                                            must("logins_failed", new Whole("Refused.", 0)),
                                            must("logins_throttled", new Whole("Not looked at.", 0)),
                                            must("tokens", new Whole("Access tokens issued.", 0)),
                                            must("refreshes", new Whole("Given.", 0)),
                                            must("refreshes_refused", new Whole("Refused.", 0)),
                                            must("introspections", new Whole("Answered.", 0)),
                                            must("hash_queue", new Whole("The longest seen.", 0))))))));

    static final Shape VERIFIERS = new Shape(
            "Verifiers",
            "Who is connected to this node's feed of revocations, the oldest knowledge first.",
            List.of(
                    must("at", instant("Now.")),
                    must("position", new Whole("Where the log stands.", 0)),
                    must("log_age_ms", new Whole("How old this node's own knowledge is, which theirs comes from.", 0)),
                    must(
                            "items",
                            list(new Shape(
                                    "Verifier",
                                    "A connected verifier.",
                                    List.of(
                                            must("audience", text("The API that it verifies for.")),
                                            must("address", text("Where it connects from.")),
                                            must("connected_at", instant("Since when.")),
                                            must(
                                                    "position",
                                                    new Whole("Up to where it was told everything; -1: not yet.", -1)),
                                            must("age_ms", new Whole("How long ago that was all.", 0)),
                                            must("has_taken_all", new Flag("Whether nothing waits for it.")),
                                            must(
                                                    "is_brought_up",
                                                    new Flag("Whether it is told what all others are told."))))))));

    static final Shape REVOCATION = new Shape(
            "Revocation",
            "Tokens of this kind and identifier that were issued before are refused.",
            List.of(
                    must("position", new Whole("Its place.", 0)),
                    must("at", instant("When.")),
                    must(
                            "kind",
                            new OneOf(
                                    "What the identifier names.",
                                    Arrays.stream(Revocation.Kind.values())
                                            .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                                            .toList())),
                    must("id", text("Empty for everything.")),
                    must("cause", text("What happened.")),
                    must("audiences", texts("The APIs that it concerns; none: any."))));

    static final Shape REVOCATIONS = new Shape(
            "Revocations",
            "The revocation log behind a position.",
            List.of(must("position", new Whole("Where the log stands.", 0)), must("items", list(REVOCATION))));

    static final Shape TOKEN = new Shape(
            "Token",
            "A token to look at. It is neither kept nor logged.",
            List.of(must("token", text("The token.", 40_000))));

    static final Shape EXPLANATION = new Shape(
            "Explanation",
            "What a token says, and how the checks went. Nothing that a refused token says is to be believed.",
            List.of(
                    must("active", new Flag("Whether it is good now.")),
                    may("reason", text("Why not, as a code.")),
                    may("detail", text("More about that, in English.")),
                    may("revocation", REVOCATION),
                    must("header", new ByName("Its header.", new Anything("A member."))),
                    must("claims", new ByName("Its claims.", new Anything("A claim."))),
                    must(
                            "checks",
                            list(new Shape(
                                    "TokenCheck",
                                    "One of the checks, in their order.",
                                    List.of(
                                            must("check", text("What was looked at.")),
                                            must(
                                                    "outcome",
                                                    new OneOf(
                                                            "How it ended.",
                                                            List.of("passed", "failed", "not_reached")))))))));

    static final Shape EVERYTHING = new Shape(
            "Everything",
            "Takes back every token that was issued until now.",
            List.of(
                    must("everything", new Flag("Has to be true: nobody does this by accident.")),
                    may("sessions", new Flag("Whether sessions and refresh tokens end too."))));

    /// RFC 9457.
    static final Shape PROBLEM = new Shape(
            "Problem",
            "Why something was not done (RFC 9457).",
            List.of(
                    must("type", text("Says no more than the status.")),
                    must("title", text("The status in words.")),
                    must("status", new Whole("The status.", 400)),
                    must("detail", text("What was wrong, in words.")),
                    must("error", text("The reason as a code."))));

    /// RFC 6749 §5.2, which the other doors speak as well.
    static final Shape REFUSAL = new Shape(
            "Refusal",
            "Why a request was not read.",
            List.of(must("error", text("The reason as a code.")), must("error_description", text("In words."))));

    private Shapes() {}

    private static Shape page(String name, Shape each) {
        return new Shape(
                name,
                "A page. It may be shorter than was asked for though more follows.",
                List.of(must("items", list(each)), NEXT));
    }

    private static Shape all(String name, Shape each) {
        return new Shape(name, "All there are.", List.of(must("items", list(each))));
    }

    private static List<Member> client(boolean told) {
        List<Member> members = new ArrayList<>(List.of(
                must("client_id", text("Its identifier.")),
                must("path", text("Where it is, below this API's address.")),
                must("public", new Flag("Whether it has no secret at all.")),
                must("created_at", instant("Since when.")),
                must("origin", text("Who has registered it."))));
        for (Member member : settings())
            members.add(new Member(member.name(), member.schema(), told && isAlways(member)));
        return members;
    }

    private static boolean isAlways(Member member) {
        return !member.name().equals("required_acr");
    }

    private static List<Member> newClient() {
        List<Member> members = new ArrayList<>(List.of(
                must("client_id", text("Its identifier.", 128)),
                may("public", new Flag("Whether it has no secret at all, as in a browser or on a device."))));
        for (Member member : settings()) {
            members.add(new Member(member.name(), member.schema(), member.name().equals("grants")));
        }
        return members;
    }

    private static List<Member> clientChange() {
        List<Member> members = new ArrayList<>(settings());
        members.add(may("new_secret", new Flag("Whether another secret is made; the one that it has ends.")));
        return members;
    }

    private static List<Member> issuer(boolean isNew) {
        List<Member> members = new ArrayList<>();
        if (isNew) members.add(must("issuer", text("The `iss` of its assertions.", 512)));
        members.addAll(List.of(
                may("jwks", JWKS),
                may("jwks_uri", text("Where its public keys stand; empty for those of the client.", 2_048)),
                may("subject", new OneOf("What the `sub` of its assertions is.", List.of("subject", "username"))),
                new Member("clients", texts("Who may present its assertions."), isNew),
                may("users", texts("For whom it may speak: names or subjects.")),
                may("all_users", new Flag("Whether it may speak for everybody."))));
        return members;
    }

    private static List<Member> settings() {
        return List.of(
                may("grants", texts("The grant types that it may use.")),
                may("apis", texts("The APIs that it may ask for.")),
                may("scopes", texts("The scopes that it may ask for.")),
                may("name", text("What users read.", 256)),
                may("redirect_uris", texts("Where users are sent back to.")),
                may("post_logout_redirect_uris", texts("Where users are sent after signing out.")),
                may("requires_pkce", new Flag("Whether it has to use PKCE.")),
                may("asks_consent", new Flag("Whether users are asked.")),
                may("metadata", new ByName("Members of RFC 7591 §2.", new Anything("As registered."))),
                may("required_acr", text("How sure it has to be who its users are; `none` asks for nothing.", 64)),
                may("registers_users", new Flag("Whether strangers may register on their way to it.")),
                may("remembers_devices", new Flag("Whether a remembered device stands in for the second factor.")));
    }

    private static List<Member> api(boolean isNew) {
        List<Member> members = new ArrayList<>();
        if (isNew) members.add(must("audience", text("Its identifier, the `aud` of tokens.", 256)));
        members.addAll(List.of(
                may("scopes", texts("What can be asked for at it.")),
                may("algorithm", text("What its tokens are signed with.", 20)),
                may("token_lifetime", new Whole("Seconds, 10 to 86400.", 10)),
                may("claims", texts("The attributes of users that become claims.")),
                may("status_list", new Flag("Whether its tokens name their place in a status list.")),
                may("open", new Flag("Whether clients that nobody here has registered may ask for it.")),
                may("required_acr", text("How sure it has to be who its users are; `none` asks for nothing.", 64)),
                may("words", WORDS)));
        return members;
    }

    private static List<Member> apiChange() {
        List<Member> members = api(false);
        members.add(may("new_secret", new Flag("Whether it is given another secret; the one that it has ends.")));
        return members;
    }
}
