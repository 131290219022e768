"""The plans by our names: which plan of the suite in which variant, which clients it needs, and what its browser does
on our pages."""
import os

from judged import API, PASSWORD

ALIAS = os.environ.get("ALIAS", "handstamp")  # Of runs side by side, each has one of its own, and a PORT.
EVERYTHING = ("openid", "profile", "email", "address", "phone", "offline_access")
OUR_OWN = ["revocation_feed_endpoint"]  # Metadata of no specification.
SECRETS = {name: "a-secret-for-one-run-of-" + name + "-0123456789" for name in ("first", "second", "post")}


def browser(issuer):
    """What is done on which page: a glob of its address, and commands."""
    def page(name, path, *commands, optional=True):
        return {"task": name, "optional": optional, "match": issuer + path, "commands": list(commands)}

    def course(path, *tasks, **more):
        return dict({"match": issuer + path, "tasks": list(tasks)}, **more)

    def shown(text, wanted="update-image-placeholder"):
        return ["wait", "xpath", "//*", 10, text, wanted]

    credentials = (["text", "name", "username", "alice", "optional"],
                   ["text", "name", "password", PASSWORD, "optional"],
                   ["click", "id", "login-submit"])
    sign_in = page("sign in", "/login*", *credentials)
    sign_in_again = page("sign in again", "/login*", shown("Sign in", "update-image-placeholder-optional"), *credentials)
    allow = page("allow", "/consent*", ["click", "id", "consent-allow"])
    back = {"task": "back at the client", "match": "*/test/*/callback*",
            "commands": [["wait", "id", "submission_complete", 10]]}
    confirm = page("sign out", "/logout*", ["click", "id", "logout-confirm", "optional"])
    return {
        "enter": course("/authorize*", sign_in, allow, back),
        "enter_once": course("/authorize*", sign_in, allow, back, **{"match-limit": 1}),
        "enter_again": course("/authorize*", sign_in_again, allow, back),
        "refuse": course("/authorize*", page("refuse", "/login*", ["click", "id", "login-cancel"], optional=False), back),
        "look": course("/authorize*", page("look", "/login*", optional=False), **{"match-limit": 1}),
        "error": course("/authorize*", page("error page", "/authorize*", shown("Something went wrong"), optional=False)),
        "login_page": course("/authorize*", page("login page", "/login*", shown("Sign in"), optional=False)),
        "leave": course("/logout*", confirm,
                        page("redirected", "/logout*", ["wait", "match", "/test/.*/post", 10]),
                        {"task": "back at the client", "match": "*/test/*/post*"}),
        "stay": course("/logout*", page("error page or question", "/logout*",
                                        shown("Something went wrong|Sign out"), optional=False)),
        "left": course("/logout*", confirm, {"task": "signed out", "match": "*", "commands": [shown("Signed out")]}),
    }


class Plan:
    """A plan of the suite.

    name     the suite's name of it
    variant  the suite's parameters
    settings of our server, by flag
    prepare  makes the clients; returns what the suite has to know of them
    courses  which browser courses a module takes, if not the usual
    known    modules whose failure has its reason in docs/conformance.md
    """

    def __init__(self, name, variant, prepare, usual=("enter",), courses=None, settings=None, seconds=150, known=()):
        self.name, self.variant, self.prepare = name, variant, prepare
        self.usual, self.courses = usual, courses or {}
        self.settings, self.seconds, self.known = settings or {}, seconds, known

    def config(self, judged, suite_url):
        does = browser(judged.issuer)
        config = {
            "alias": ALIAS,
            "description": "Handstamp",
            "server": {"discoveryUrl": judged.issuer + "/.well-known/openid-configuration",
                       "allow_unexpected_metadata_fields": OUR_OWN},
            "options": {"browsercontrol_css_enable": False},
            "browser": [does[each] for each in self.usual],
            "override": {module: {"browser": [does[each] for each in courses]}
                         for module, courses in self.courses.items()},
        }
        config.update(self.prepare(judged, suite_url + "/test/a/" + ALIAS))
        return config


def nothing(judged, base):
    return {}


def with_secrets(judged, base):
    callback = base + "/callback"
    back = [base + "/post_logout_redirect"]
    judged.add_client("first", [callback], EVERYTHING, back, secret=SECRETS["first"], more=["--no-pkce"])
    judged.add_client("second", [callback, callback + "?dummy1=lorem&dummy2=ipsum"], EVERYTHING, back,
                      secret=SECRETS["second"], more=["--no-pkce"])
    judged.add_client("post", [callback], EVERYTHING, back, secret=SECRETS["post"], more=["--no-pkce"],
                      metadata={"token_endpoint_auth_method": "client_secret_post"})
    of = lambda name: {"client_id": name, "client_secret": SECRETS[name]}
    return {"client": of("first"), "client2": of("second"), "client_secret_post": of("post")}


def told_of_logouts(judged, base):
    judged.add_client("first", [base + "/callback"], EVERYTHING, [base + "/post_logout_redirect"],
                      secret=SECRETS["first"], more=["--no-pkce"],
                      metadata={"backchannel_logout_uri": base + "/backchannel_logout",
                                "backchannel_logout_session_required": True})
    return {"client": {"client_id": "first", "client_secret": SECRETS["first"]}}


def by_themselves(judged, base):
    """Clients that register themselves."""
    return {"client": {"client_name": "conformance one"}, "client2": {"client_name": "conformance two"}}


def with_keys(*scopes, resource):
    def prepare(judged, base):
        config = {"resource": {"resourceUrl": judged.issuer + resource}}
        callback = base + "/callback"
        for name, part in (("first", "client"), ("second", "client2")):
            private, public = judged.new_key(name)
            judged.add_client(name, [callback, callback + "?dummy1=lorem&dummy2=ipsum"], scopes, metadata={
                "token_endpoint_auth_method": "private_key_jwt",
                "token_endpoint_auth_signing_alg": "PS256",
                "require_pushed_authorization_requests": True,
                "dpop_bound_access_tokens": True,
                "fapi_profile": "fapi2_security_profile",
                "id_token_signed_response_alg": "PS256",
                "jwks": {"keys": [public]}}, apis=() if "openid" in scopes else (API,))
            config[part] = {"client_id": name, "scope": " ".join(scopes), "jwks": {"keys": [private]}}
        return config
    return prepare


BASIC = {
    "oidcc-prompt-login": ("enter_again",),
    "oidcc-max-age-1": ("enter_again",),
    "oidcc-ensure-registered-redirect-uri": ("error",),
    "oidcc-ensure-redirect-uri-in-authorization-request": ("error",),
    "oidcc-ensure-request-object-with-redirect-uri": ("error",),
    "oidcc-redirect-uri-query-added": ("error",),
    "oidcc-redirect-uri-query-mismatch": ("error",),
    "oidcc-registration-logo-uri": ("login_page",),
    "oidcc-registration-policy-uri": ("login_page",),
    "oidcc-registration-tos-uri": ("login_page",),
}

LOGOUT = dict({"oidcc-rp-initiated-logout-" + name: ("enter", "stay") for name in (
    "bad-post-logout-redirect-uri", "query-added-to-post-logout-redirect-uri", "modified-id-token-hint",
    "bad-id-token-hint", "no-id-token-hint")}, **{"oidcc-rp-initiated-logout-" + name: ("enter", "left") for name in (
        "no-params", "no-post-logout-redirect-uri", "only-state")})

FAPI = {"fapi2-security-profile-final-" + name: courses for name, courses in {
    "user-rejects-authentication": ("refuse",),
    "par-ensure-reused-request-uri-prior-to-auth-completion-succeeds": ("look", "enter"),
    "par-attempt-reuse-request_uri": ("enter_once", "error"),
    "par-attempt-to-use-expired-request_uri": ("error",),
    "par-attempt-to-use-request_uri-for-different-client": ("error",),
}.items()}

# The suite's clients register anew for each module, and do no PKCE.
OPEN = {"registration": "open", "registered-clients-pkce": "of-public-clients", "registered-clients-per-hour": "1000",
        "registered-clients-unused": "1000"}


def oidcc(name, registration=None, **more):
    variant = {"server_metadata": "discovery", "client_registration": registration} if registration else {}
    return "oidcc-%s-certification-test-plan" % name, dict(variant, **more)


def fapi(openid):
    return "fapi2-security-profile-final-test-plan", {
        "client_auth_type": "private_key_jwt", "sender_constrain": "dpop", "fapi_profile": "plain_fapi",
        "openid": openid, "authorization_request_type": "simple"}


ENDING = ("enter", "leave")

PLANS = {
    "oidcc-config": Plan(*oidcc("config"), nothing),
    "oidcc-basic": Plan(*oidcc("basic", "static_client"), with_secrets, courses=BASIC),
    "oidcc-basic-dynamic": Plan(*oidcc("basic", "dynamic_client"), by_themselves, courses=BASIC, settings=OPEN),
    "oidcc-formpost-basic": Plan(*oidcc("formpost-basic", "static_client"), with_secrets, courses=BASIC),
    "oidcc-formpost-basic-dynamic": Plan(*oidcc("formpost-basic", "dynamic_client"), by_themselves, courses=BASIC,
                                         settings=OPEN),
    "oidcc-dynamic": Plan(*oidcc("dynamic", response_type="code"), by_themselves, courses=BASIC, settings=OPEN,
                          known=("oidcc-discovery-endpoint-verification",)),
    "oidcc-rp-initiated-logout": Plan(
        *oidcc("rp-initiated-logout", response_type="code", client_registration="static_client"), with_secrets,
        usual=ENDING, courses=LOGOUT),
    "oidcc-backchannel-rp-initiated-logout": Plan(
        *oidcc("backchannel-rp-initiated-logout", response_type="code", client_registration="static_client"),
        told_of_logouts, usual=ENDING),
    "fapi2-security-profile-final": Plan(
        *fapi("openid_connect"), with_keys("openid", "profile", "email", "address", "phone", resource="/userinfo"), courses=FAPI,
        seconds=200),
    "fapi2-security-profile-final-plain-oauth": Plan(
        *fapi("plain_oauth"), with_keys("judged:read", resource="/session"), courses=FAPI, seconds=200),
}
