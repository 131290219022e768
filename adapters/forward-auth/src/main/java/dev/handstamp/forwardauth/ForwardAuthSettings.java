package dev.handstamp.forwardauth;

import static dev.handstamp.forwardauth.ForwardAuthSetting.API_SECRET;
import static dev.handstamp.forwardauth.ForwardAuthSetting.AUDIENCE;
import static dev.handstamp.forwardauth.ForwardAuthSetting.CLOCK_SKEW;
import static dev.handstamp.forwardauth.ForwardAuthSetting.EMAIL_CLAIM;
import static dev.handstamp.forwardauth.ForwardAuthSetting.EMAIL_HEADER;
import static dev.handstamp.forwardauth.ForwardAuthSetting.GROUPS_HEADER;
import static dev.handstamp.forwardauth.ForwardAuthSetting.HOST;
import static dev.handstamp.forwardauth.ForwardAuthSetting.ISSUER;
import static dev.handstamp.forwardauth.ForwardAuthSetting.LOGIN_URL;
import static dev.handstamp.forwardauth.ForwardAuthSetting.NAME_CLAIM;
import static dev.handstamp.forwardauth.ForwardAuthSetting.NAME_HEADER;
import static dev.handstamp.forwardauth.ForwardAuthSetting.ORIGINS;
import static dev.handstamp.forwardauth.ForwardAuthSetting.PORT;
import static dev.handstamp.forwardauth.ForwardAuthSetting.PROXY;
import static dev.handstamp.forwardauth.ForwardAuthSetting.REALM;
import static dev.handstamp.forwardauth.ForwardAuthSetting.REQUIRE;
import static dev.handstamp.forwardauth.ForwardAuthSetting.REVOCATION;
import static dev.handstamp.forwardauth.ForwardAuthSetting.TRUSTED_PROXIES;
import static dev.handstamp.forwardauth.ForwardAuthSetting.USER_CLAIM;
import static dev.handstamp.forwardauth.ForwardAuthSetting.USER_HEADER;

import dev.handstamp.verifier.Requirement;
import dev.handstamp.verifier.Silence;
import dev.handstamp.verifier.TokenVerifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Everything that can be set ([ForwardAuthSetting]), checked as a whole before anything starts. Immutable.
public final class ForwardAuthSettings {

    private static final Set<String> TAKEN =
            Set.of("authorization", "cookie", "host", "connection", "content-length", "transfer-encoding", "location");

    private static final Duration SILENCE = Duration.ofSeconds(10);

    private final Map<ForwardAuthSetting, String> given;
    private final List<String> problems = new ArrayList<>();

    final Proxy proxy;
    final String host;
    final int port;
    final TrustedProxies trustedProxies;
    final Set<Site> sites;
    final Optional<LoginPage> loginPage;
    final Requirement requirement;
    final String realm;
    final Identity identity;

    private ForwardAuthSettings(Map<ForwardAuthSetting, String> given) {
        this.given = given;
        proxy = check(PROXY, name -> proxy(name), Proxy.NGINX);
        host = check(HOST, text -> TrustedProxies.parse(text).map(address -> text), "127.0.0.1");
        port = check(PORT, text -> number(text, 65_535), 0);
        trustedProxies = check(
                TRUSTED_PROXIES,
                TrustedProxies::parse,
                TrustedProxies.parse("127.0.0.1").orElseThrow());
        sites = check(ORIGINS, ForwardAuthSettings::sites, Set.<Site>of());
        loginPage = loginPage();
        requirement = check(REQUIRE, ForwardAuthSettings::requirement, Requirement.anyToken());
        realm = check(REALM, matching("[\\x20-\\x7e]+"), "api");
        check(CLOCK_SKEW, text -> number(text, 60), 60);
        String revocation = check(REVOCATION, matching("expiry|refuse|ask|accept|introspection"), "expiry");
        if (revocation.equals("expiry") == given.containsKey(API_SECRET)) {
            problems.add("revocation other than expiry and api-secret need each other");
        }
        identity = identity();
        if (loginPage.isPresent() && sites.isEmpty()) {
            problems.add("login-url needs origins: the login must not lead back to just anywhere");
        }
        if (text(ISSUER).isEmpty()) problems.add("issuer is missing: " + ISSUER.allowed());
        if (text(AUDIENCE).isEmpty()) problems.add("audience is missing: " + AUDIENCE.allowed());
        if (problems.isEmpty()) checkVerifier();
        if (!problems.isEmpty()) throw new IllegalArgumentException(String.join("\n", problems));
    }

    /// Settings from texts by their labels.
    ///
    /// @param texts by [ForwardAuthSetting#label()], such as `trusted-proxies`; what is not there has its
    ///     standard
    /// @return settings that hold together
    /// @throws IllegalArgumentException with everything that is wrong, one line each
    public static ForwardAuthSettings of(Map<String, String> texts) {
        Map<ForwardAuthSetting, String> given = new EnumMap<>(ForwardAuthSetting.class);
        Set<String> unknown = new TreeSet<>(texts.keySet());
        for (ForwardAuthSetting setting : ForwardAuthSetting.values()) {
            String text = texts.get(setting.label());
            if (text != null) given.put(setting, text.strip());
            unknown.remove(setting.label());
        }
        if (!unknown.isEmpty()) throw new IllegalArgumentException("no such setting: " + String.join(", ", unknown));
        return new ForwardAuthSettings(given);
    }

    /// Settings from texts by their labels, over the variables of an environment.
    ///
    /// @param texts by [ForwardAuthSetting#label()]; they win
    /// @param environment by [ForwardAuthSetting#variable()]; what is none of ours is passed over
    /// @return settings that hold together
    /// @throws IllegalArgumentException with everything that is wrong, one line each
    public static ForwardAuthSettings of(Map<String, String> texts, Map<String, String> environment) {
        Map<String, String> all = Stream.of(ForwardAuthSetting.values())
                .filter(setting -> environment.containsKey(setting.variable()))
                .collect(Collectors.toMap(ForwardAuthSetting::label, set -> environment.get(set.variable())));
        all.putAll(texts);
        return of(all);
    }

    /// A verifier after these settings. A feed begins to be read; keys are fetched when the first token comes.
    TokenVerifier verifier() {
        return verifier(builder -> revocation(text(REVOCATION), builder));
    }

    private TokenVerifier verifier(Consumer<TokenVerifier.Builder> revocation) {
        TokenVerifier.Builder builder = TokenVerifier.builder()
                .issuer(text(ISSUER))
                .audience(audience())
                .clockSkew(Duration.ofSeconds(Long.parseLong(text(CLOCK_SKEW))));
        revocation.accept(builder);
        return builder.build();
    }

    /// {@return which settings were given, without their values}
    @Override
    public String toString() {
        return "ForwardAuthSettings" + given.keySet();
    }

    private String[] audience() {
        return Arrays.stream(text(AUDIENCE).split(",", -1)).map(String::strip).toArray(String[]::new);
    }

    private void revocation(String how, TokenVerifier.Builder builder) {
        String secret = text(API_SECRET);
        switch (how) {
            case "refuse" -> builder.revocationFeed(secret, Silence.failClosed(SILENCE));
            case "ask" -> builder.revocationFeed(secret, Silence.introspect(SILENCE));
            case "accept" -> builder.revocationFeed(secret, Silence.accept(SILENCE));
            case "introspection" -> builder.introspection(audience()[0], secret);
            default -> {}
        }
    }

    private void checkVerifier() {
        try {
            verifier(withoutIt -> {}).close();
        } catch (IllegalArgumentException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
    }

    private Optional<LoginPage> loginPage() {
        if (!given.containsKey(LOGIN_URL)) return Optional.empty();
        Optional<LoginPage> page = LoginPage.parse(text(LOGIN_URL));
        if (page.isEmpty()) problems.add(wrong(LOGIN_URL));
        return page;
    }

    private Identity identity() {
        Identity read = new Identity(
                header(USER_HEADER),
                header(GROUPS_HEADER),
                header(NAME_HEADER),
                header(EMAIL_HEADER),
                claim(USER_CLAIM),
                claim(NAME_CLAIM),
                claim(EMAIL_CLAIM));
        Set<String> distinct = new HashSet<>();
        for (String name : read.names()) {
            if (!distinct.add(name.toLowerCase(Locale.ROOT))) problems.add("two headers are named " + name);
        }
        return read;
    }

    private String header(ForwardAuthSetting setting) {
        Predicate<String> free =
                name -> name.matches("[A-Za-z][A-Za-z0-9-]{1,63}") && !TAKEN.contains(name.toLowerCase(Locale.ROOT));
        return check(setting, text -> Optional.of(text).filter(free), setting.standard());
    }

    private String claim(ForwardAuthSetting setting) {
        return check(setting, matching("\\S{1,100}"), setting.standard());
    }

    private String text(ForwardAuthSetting setting) {
        return given.getOrDefault(setting, setting.standard());
    }

    private <T> T check(ForwardAuthSetting setting, Function<String, Optional<T>> parser, T otherwise) {
        String text = text(setting);
        if (text.equals("none") && !given.containsKey(setting)) return otherwise;
        Optional<T> value = parser.apply(text);
        if (value.isPresent()) return value.get();
        problems.add(wrong(setting));
        return otherwise;
    }

    private String wrong(ForwardAuthSetting setting) {
        return setting.label() + " is not " + setting.allowed() + ": " + text(setting);
    }

    private static Function<String, Optional<String>> matching(String form) {
        return text -> Optional.of(text).filter(value -> value.matches(form));
    }

    private static Optional<Integer> number(String text, int most) {
        return text.matches("\\d{1,5}") && Integer.parseInt(text) <= most
                ? Optional.of(Integer.parseInt(text))
                : Optional.empty();
    }

    private static Optional<Proxy> proxy(String name) {
        return Arrays.stream(Proxy.values())
                .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst();
    }

    private static Optional<Set<Site>> sites(String text) {
        Set<Site> sites = new HashSet<>();
        for (String each : text.split(",", -1)) {
            Optional<Site> site = Site.parse(each.strip()).filter(Site::isConfidential);
            if (site.isEmpty()) return Optional.empty();
            sites.add(site.get());
        }
        return Optional.of(Set.copyOf(sites));
    }

    private static Optional<Requirement> requirement(String query) {
        try {
            return Optional.of(Needs.parse(query));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
