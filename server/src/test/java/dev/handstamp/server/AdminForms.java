package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Presses the buttons of the administration's pages.
final class AdminForms {

    private AdminForms() {}

    static TestBrowser signedIn(RunningServer server, String username) {
        TestBrowser browser = new TestBrowser(server);
        browser.submit(browser.open("/account"), "username", username, "password", RunningServer.PASSWORD);
        assertThat(browser.cookie("__Host-handstamp-session")).isPresent();
        return browser;
    }

    /// Presses the button of this action and target, with what is filled in.
    static Reply act(TestBrowser browser, Reply page, String action, String target, String... filled) {
        String[] all = new String[6 + filled.length];
        String[] own = {"action", action, "target", target, "form", form(page, action, target)};
        System.arraycopy(own, 0, all, 0, own.length);
        System.arraycopy(filled, 0, all, own.length, filled.length);
        return browser.post(find(page, action, target).group(1), all);
    }

    static String form(Reply page, String action, String target) {
        return find(page, action, target).group(2);
    }

    /// Where the form of this action is sent to.
    static String path(Reply page, String action) {
        return find(page, action, "").group(1);
    }

    private static Matcher find(Reply page, String action, String target) {
        Pattern button = Pattern.compile("<form[^>]*action=\"([^\"]+)\"[^>]*>\\s*"
                + "<input type=\"hidden\" name=\"action\" value=\"" + Pattern.quote(action) + "\">\\s*"
                + (target.isEmpty()
                        ? "(?:<input type=\"hidden\" name=\"target\" value=\"\">\\s*)?"
                        : "<input type=\"hidden\" name=\"target\" value=\"" + Pattern.quote(target) + "\">\\s*")
                + "<input type=\"hidden\" name=\"form\" value=\"([^\"]+)\">");
        Matcher matcher = button.matcher(page.text());
        if (!matcher.find()) throw new AssertionError("no such form: " + action + " " + target + " in " + page.text());
        return matcher;
    }
}
