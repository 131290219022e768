package dev.handstamp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Presses the buttons of the administration's pages.
final class AdminForms {

    private static final Pattern INPUT =
            Pattern.compile("<input(?=[^>]* name=\"([^\"]+)\")(?=[^>]* value=\"([^\"]*)\")[^>]*>");
    private static final Pattern AREA = Pattern.compile("<textarea[^>]* name=\"([^\"]+)\"[^>]*>\\n?([^<]*)</textarea>");
    private static final Pattern CHOICE =
            Pattern.compile("<select name=\"([^\"]+)\"[^>]*>(.*?)</select>", Pattern.DOTALL);
    private static final Pattern CHOSEN = Pattern.compile("<option(?: value=\"([^\"]*)\")? selected>([^<]*)<");

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

    /// Sends the first form of the page that has this action, with what it holds and what is filled in.
    static Reply send(TestBrowser browser, Reply page, String action, String... filled) {
        Map<String, String> fields = fields(page);
        fields.put("action", action);
        fields.put("form", form(page, action, ""));
        for (int i = 0; i < filled.length; i += 2) fields.put(filled[i], filled[i + 1]);
        return browser.post(path(page, action), pairs(fields));
    }

    static String[] pairs(Map<String, String> fields) {
        List<String> pairs = new ArrayList<>();
        fields.forEach((name, value) -> pairs.addAll(List.of(name, value)));
        return pairs.toArray(String[]::new);
    }

    /// What a browser sends of the first form: its fields, areas and choices, and the boxes that are ticked.
    static Map<String, String> fields(Reply page) {
        String form = Arrays.stream(page.text().split("<form ", -1))
                .filter(each -> each.startsWith("method=\"post\""))
                .findFirst()
                .orElseThrow();
        form = form.substring(0, form.indexOf("</form>"));
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher input = INPUT.matcher(form);
        while (input.find()) {
            boolean isTicked = !input.group().contains("type=\"checkbox\"")
                    || input.group().contains(" checked");
            if (isTicked) fields.put(input.group(1), TestBrowser.unescaped(input.group(2)));
        }
        Matcher area = AREA.matcher(form);
        while (area.find()) fields.put(area.group(1), TestBrowser.unescaped(area.group(2)));
        Matcher choice = CHOICE.matcher(form);
        while (choice.find()) {
            Matcher chosen = CHOSEN.matcher(choice.group(2));
            if (!chosen.find()) continue;
            String value = chosen.group(1) == null ? chosen.group(2) : chosen.group(1);
            fields.put(choice.group(1), TestBrowser.unescaped(value));
        }
        return fields;
    }
}
