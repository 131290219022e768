package dev.handstamp.forwardauth;

import java.util.Locale;

/// The table of settings: a name, what it takes, its value when it is not given, and what it means. Flags,
/// variables, errors and documentation are made from it; [#meaning()] says of each more than stands here.
public enum ForwardAuthSetting {
    /// The issuer of the tokens.
    ISSUER("", "an https address, or http on loopback", "The issuer of the tokens, exactly as it stands in iss."),
    /// The names of what stands behind the proxy.
    AUDIENCE("", "one or more, with commas between", "The names of what stands behind the proxy, one of which is aud."),
    /// Which proxy asks.
    PROXY(
            "nginx",
            "nginx, traefik, caddy or envoy",
            "Which proxy asks: it decides which headers are believed, and how an answer is written."),
    /// The address to listen on.
    HOST("127.0.0.1", "an IP address", "The address to listen on."),
    /// The port to listen on.
    PORT("9003", "a number from 0 to 65535", "The port to listen on; 0 takes any free one."),
    /// Where the proxy asks from.
    TRUSTED_PROXIES(
            "127.0.0.0/8,::1",
            "IP addresses and networks such as 10.0.0.0/8, with commas between",
            "Where the proxy asks from. Nobody else gets an answer."),
    /// Where browsers reach what stands behind the proxy.
    ORIGINS(
            "none",
            "https origins (or http on loopback), with commas between",
            "Where browsers reach what stands behind the proxy. Only there the cookie is taken, and only to there "
                    + "the login leads back."),
    /// Where browsers are sent to log in.
    LOGIN_URL(
            "none",
            "an https address (or http on loopback), {url} standing in its query",
            "Where browsers are sent to log in; {url} becomes the address that they wanted. Needs origins."),
    /// What every token must carry.
    REQUIRE(
            "none",
            "a query such as scope=orders:read&role=vip,staff",
            "What every token must carry, besides what the proxy asks for at each place."),
    /// How it learns what was taken back.
    REVOCATION(
            "expiry",
            "expiry, refuse, ask, accept or introspection",
            "How it learns what was taken back. expiry: not before the token ends. refuse, ask, accept: the issuer "
                    + "tells within a second, and while it was silent for 10 seconds tokens are refused, asked about or "
                    + "accepted. introspection: the issuer is asked about each token. All but expiry need api-secret."),
    /// With what the issuer is asked, or tells what was taken back.
    API_SECRET(
            "none",
            "the secret that the issuer gave to the first audience",
            "With what the issuer is asked, or tells what was taken back."),
    /// How far clocks may differ, in seconds.
    CLOCK_SKEW("60", "seconds from 0 to 60", "How far clocks may differ."),
    /// The name of the protection space in challenges (RFC 9110 §11.5).
    REALM("api", "printable ASCII", "The name of the protection space in challenges."),
    /// The header that tells the upstream who it is.
    USER_HEADER("Remote-User", "a header's name", "Tells the upstream who it is."),
    /// The header that tells the upstream the roles.
    GROUPS_HEADER("Remote-Groups", "a header's name", "Tells the upstream the roles, with commas between."),
    /// The header that tells the upstream the name to show.
    NAME_HEADER("Remote-Name", "a header's name", "Tells the upstream the name to show."),
    /// The header that tells the upstream the e-mail address.
    EMAIL_HEADER("Remote-Email", "a header's name", "Tells the upstream the e-mail address."),
    /// The claim that names the user.
    USER_CLAIM("sub", "a claim's name", "What names the user. sub is never given to another; a name may be."),
    /// The claim that holds the name to show.
    NAME_CLAIM("name", "a claim's name", "What is the name to show."),
    /// The claim that holds the e-mail address.
    EMAIL_CLAIM("email", "a claim's name", "What is the e-mail address.");

    private final String standard;
    private final String allowed;
    private final String meaning;

    ForwardAuthSetting(String standard, String allowed, String meaning) {
        this.standard = standard;
        this.allowed = allowed;
        this.meaning = meaning;
    }

    /// {@return its name as in `--trusted-proxies`, without the dashes}
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// {@return the environment variable that sets it, such as `HANDSTAMP_FORWARD_AUTH_TRUSTED_PROXIES`}
    public String variable() {
        return "HANDSTAMP_FORWARD_AUTH_" + name();
    }

    /// Tells whether it is a credential: only its variable sets it, so that it shows in no list of processes.
    ///
    /// @return true for [#API_SECRET] alone
    public boolean isSecret() {
        return this == API_SECRET;
    }

    /// {@return its value when it is not given: "" when it must be, "none" when there is none}
    public String standard() {
        return standard;
    }

    /// {@return what texts it takes, in words for people}
    public String allowed() {
        return allowed;
    }

    /// {@return what it is for, in words for people}
    public String meaning() {
        return meaning;
    }
}
