package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What every page does for whoever reads it, whatever it is about: it fits, it stays still, it says what belongs into
/// its fields, and its places are reached in the order in which they stand.
final class Manners {

    /// The narrowest telephone, a desktop at 400 %, one at 200 %, a tablet, a desktop, a large screen.
    private static final List<Integer> WIDTHS = List.of(320, 640, 768, 1280, 2560);

    /// WCAG 2.2, 1.4.12.
    private static final String SPACED = "* { line-height: 1.5 !important; letter-spacing: .12em !important;"
            + " word-spacing: .16em !important } p { margin-block-end: 2em !important }";

    /// WCAG 2.2, 1.4.4.
    private static final String TWICE_AS_LARGE = "html { font-size: 200% }";

    /// What sticks out: of the window, or of what it stands in. Tables scroll by themselves.
    private static final String STICKING_OUT = """
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(arguments[0]);
        document.adoptedStyleSheets = [sheet];
        const isUnseen = (each) => each && (getComputedStyle(each).clipPath !== 'none' || isUnseen(each.parentElement));
        const what = (each) => each.outerHTML.slice(0, 120) + ' (' + each.scrollWidth + ' > ' + each.clientWidth + ')';
        const found = [...document.querySelectorAll('body, body *')]
          .filter((each) => each.clientWidth && each.scrollWidth > each.clientWidth + 1
              && !each.closest('.scroll, svg, nav') && !['INPUT', 'SELECT', 'TEXTAREA'].includes(each.tagName) && !isUnseen(each))
          .map(what);
        if (document.documentElement.scrollWidth > innerWidth) found.unshift('the page is ' + document.documentElement.scrollWidth);
        document.adoptedStyleSheets = [];
        return found;""";

    private static final String SHIFTED = """
        const done = arguments[arguments.length - 1];
        const moved = [];
        const write = (entries) => entries.filter((each) => !each.hadRecentInput).forEach((each) =>
            moved.push(each.value + ': ' + each.sources.map((one) => one.node && (one.node.outerHTML || one.node.data)).join()));
        const observer = new PerformanceObserver((list) => write(list.getEntries()));
        observer.observe({type: 'layout-shift', buffered: true});
        requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
          write(observer.takeRecords());
          done(moved);
        })));""";

    /// Each field with what it may be filled in with, where there is something to type or to choose; what it does not
    /// say itself its form says for all (HTML §4.10.18.7.1).
    private static final String FIELDS = """
        return [...document.querySelectorAll('input, select, textarea')]
          .filter((each) => !['hidden', 'checkbox', 'radio', 'file'].includes(each.type))
          .map((each) => [each.name === 'code' && each.form.recovery ? 'recovery code' : each.name, each.type, each.getAttribute('autocomplete') || each.form?.getAttribute('autocomplete') || ''].join('|'));""";

    private static final String UPWARDS = """
        const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
          .filter((each) => !each.disabled && each.type !== 'hidden' && each.checkVisibility({visibilityProperty: true})
              && !each.matches('.skip'));
        const found = [...document.querySelectorAll('[tabindex]')].filter((each) => each.tabIndex > 0).map((each) => each.outerHTML);
        for (let i = 1; i < all.length; i++) {
          const before = all[i - 1].getBoundingClientRect(), after = all[i].getBoundingClientRect();
          if (after.bottom <= before.top && after.left < before.right)
            found.push(all[i - 1].outerHTML.slice(0, 200) + ' comes before ' + all[i].outerHTML.slice(0, 200));
        }
        return found;""";

    /// HTML §4.10.18.7: each of the user's own details has its token (WCAG 2.2, 1.3.5).
    private static final Map<String, Set<String>> OWN = Map.of(
            "username", Set.of("username", "username webauthn"),
            "password", Set.of("new-password"),
            "again", Set.of("new-password"),
            "code", Set.of("one-time-code"),
            "name", Set.of("name"),
            "email", Set.of("email"),
            "locale", Set.of("language"),
            // What is written down is no code of the moment, and what is shown elsewhere is nobody's own.
            "recovery code", Set.of("off"),
            "user_code", Set.of("off"),
            "confirm", Set.of("off"));

    private final Chrome chrome;

    Manners(Chrome chrome) {
        this.chrome = chrome;
    }

    /// Nothing has moved since the page came.
    void assertStill(String page) {
        assertThat((List<?>) chrome.driver().executeAsyncScript(SHIFTED))
                .as("what moves on %s", page)
                .isEmpty();
    }

    /// It is never wider than the window, nor anything in it wider than its place, also when the text is spaced out or
    /// twice as large.
    void assertFits(String page) {
        for (int width : WIDTHS) {
            if (width == WIDTHS.getFirst()) chrome.look(width, 900, false);
            else chrome.resize(width, 900);
            assertInside(page + " at " + width, "");
            if (width == 320 || width == 1280) assertInside(page + " spaced out at " + width, SPACED);
            if (width == 1280) assertInside(page + " with a text twice as large", TWICE_AS_LARGE);
        }
    }

    private void assertInside(String page, String style) {
        assertThat((List<?>) chrome.script(STICKING_OUT, style)).as(page).isEmpty();
    }

    /// The Tab key comes to every place, in the order in which they stand, and from the last to the first again.
    void assertWalkable(String page) {
        assertThat((List<?>) chrome.script(UPWARDS)).as(page).isEmpty();
        Keyboard keyboard = new Keyboard(chrome);
        Keyboard.Focus before = keyboard.tab();
        if (before == null) before = keyboard.tab();
        if (before == null) return;
        for (long places = 1; places < before.of(); ) {
            // Not past the last at once: there the browser has the focus for a moment.
            long ahead = Math.min(before.of() - places, before.of() - 1 - before.place());
            for (Keyboard.Focus focus : ahead > 0 ? keyboard.tab(ahead) : pastTheLast(keyboard)) {
                assertThat(focus).as("after %s on %s", before, page).isNotNull();
                // A field for a moment has places of its own in it.
                if (before.equals(focus)) continue;
                assertThat(focus.place())
                        .as("after %s comes %s on %s", before, focus, page)
                        .isEqualTo((before.place() + 1) % before.of());
                before = focus;
                places++;
            }
        }
    }

    private static List<Keyboard.Focus> pastTheLast(Keyboard keyboard) {
        Keyboard.Focus focus = keyboard.tab();
        return Collections.singletonList(focus == null ? keyboard.tab() : focus);
    }

    void assertFieldsSayWhatTheyAreFor(String page, String path) {
        for (Object each : (List<?>) chrome.script(FIELDS)) {
            String[] field = each.toString().split("\\|", -1);
            Set<String> right = right(path, field[0], field[1]);
            assertThat(right).as("%s of %s", each, page).contains(field[2]);
        }
    }

    private static Set<String> right(String path, String name, String type) {
        // No browser fills in a long text by itself.
        if (path.startsWith("/admin") && type.equals("textarea")) return Set.of("", "off");
        if (path.startsWith("/admin")) return Set.of(type.equals("password") ? "new-password" : "off");
        boolean isLogin = path.startsWith("/login");
        if (isLogin && name.equals("password")) return Set.of("current-password", "current-password webauthn");
        // A passkey's name is nobody's.
        return path.equals("/account/passkeys") ? Set.of("off") : OWN.getOrDefault(name, Set.of());
    }
}
