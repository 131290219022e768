package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Adds passkeys and signs in with them at one server, as our script does: it knows nothing but the page that it runs
/// on and the address that it was loaded from.
final class PasskeyWalk {

    private static final Pattern SCRIPT =
            Pattern.compile("<script (?:data-)?src=\"([^\"]*)/assets/[^\"/]+-passkey.js\"");

    private final RunningServer server;
    private final String base;

    /// @param base the path of the issuer; empty if it has none
    PasskeyWalk(RunningServer server, String base) {
        this.server = server;
        this.base = base;
    }

    PasskeyWalk(RunningServer server) {
        this(server, "");
    }

    SoftwareAuthenticator authenticator() {
        URI issuer = URI.create(server.issuer());
        return new SoftwareAuthenticator(issuer.getScheme() + "://" + issuer.getAuthority(), issuer.getHost());
    }

    TestBrowser signedIn(String username) {
        TestBrowser browser = new TestBrowser(server);
        browser.submit(
                browser.open(base + "/login?to=/account"), "username", username, "password", RunningServer.PASSWORD);
        assertThat(browser.isAt(base + "/account")).isTrue();
        return browser;
    }

    Reply add(TestBrowser browser, SoftwareAuthenticator key) {
        Reply page = browser.open(base + "/account/passkeys");
        Map<String, Object> options = ask(browser, page, "/account/passkeys/options");
        return answer(browser, page, "/account/passkeys/add", key.create(options));
    }

    Reply signIn(TestBrowser browser, SoftwareAuthenticator key) {
        Reply page = browser.open(base + "/login?to=/account");
        Map<String, Object> options = ask(browser, page, "/login/passkey/options");
        return answer(browser, page, "/login/passkey", key.get(options));
    }

    /// What the page asks for.
    static Map<String, Object> ask(TestBrowser browser, Reply page, String path) {
        Reply options = post(browser, page, path, Map.of());
        assertThat(options.outcome()).isEqualTo("200");
        return options.json();
    }

    static Reply answer(TestBrowser browser, Reply page, String path, Map<String, Object> credential) {
        return post(browser, page, path, Map.of("credential", credential));
    }

    private static Reply post(TestBrowser browser, Reply page, String path, Map<String, Object> more) {
        Map<String, Object> body = new LinkedHashMap<>(more);
        for (String name : new String[] {"purpose", "request", "to", "form"}) body.put(name, attribute(page, name));
        return browser.post(base(page) + path, body);
    }

    private static String base(Reply page) {
        Matcher script = SCRIPT.matcher(page.text());
        if (!script.find()) throw new AssertionError("no script of ours in " + page.text());
        return script.group(1);
    }

    private static String attribute(Reply page, String name) {
        Matcher matcher = Pattern.compile("data-" + name + "=\"([^\"]*)\"").matcher(page.text());
        if (!matcher.find()) throw new AssertionError("no data-" + name + " in " + page.text());
        return matcher.group(1);
    }
}
