package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/// Somebody who has a keyboard and nothing else. Wherever the focus comes, they have to see it.
final class Keyboard implements Hands {

    /// No page has so many places to go to.
    private static final int MOST = 150;

    /// All that can have the focus, and what each is called.
    private static final String PLACES = """
        const places = () => [...document.querySelectorAll(
            'a[href], button, input, select, textarea, summary, [tabindex="0"]')]
          .filter((each) => !each.disabled && each.type !== 'hidden' && each.tabIndex >= 0
              && each.checkVisibility({visibilityProperty: true}));
        const words = (node) => {
          const copy = node.cloneNode(true);
          copy.querySelectorAll('.hint, input, select, textarea').forEach((each) => each.remove());
          return copy.textContent.replace(/\\s+/g, ' ').trim();
        };
        const nameOf = (it) => it.getAttribute('aria-label') || words(it.labels && it.labels[0] || it);
        """;

    /// How far it is from what has the focus to what is called so, or else to the last; 0 if nothing has it.
    private static final String AHEAD = PLACES + """
        const [name, isField] = arguments, all = places(), from = all.indexOf(document.activeElement);
        if (from < 0) return 0;
        const isCalled = (each) => (nameOf(each) + ' (').startsWith(name + ' (');
        const isIt = (each) => isCalled(each)
            && (isField === null || isField === ['INPUT', 'SELECT', 'TEXTAREA'].includes(each.tagName));
        const at = all.findIndex((each, i) => i > from && isIt(each));
        return (at < 0 ? all.length - 1 : at) - from;
        """;

    /// What has the focus: what it is, what it is called, its place among all that can have it, and what is wrong with
    /// how it shows. Null for the page itself.
    private static final String FOCUSED = PLACES + """
        const it = document.activeElement;
        if (!it || it === document.body || it === document.documentElement) return null;
        const name = nameOf(it);
        const style = getComputedStyle(it);
        // What is seen of it: in the window, and in whatever scrolls around it.
        const box = it.getClientRects()[0] || it.getBoundingClientRect();
        let left = Math.max(0, box.left), right = Math.min(innerWidth, box.right);
        let top = Math.max(0, box.top), bottom = Math.min(innerHeight, box.bottom);
        for (let around = it.parentElement; around; around = around.parentElement) {
          if (getComputedStyle(around).overflowX === 'visible') continue;
          const frame = around.getBoundingClientRect();
          left = Math.max(left, frame.left);
          right = Math.min(right, frame.right);
        }
        const label = it.labels && it.labels[0];
        const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
        const wrong = [];
        if (!document.hasFocus()) wrong.push('is in a window without focus');
        // The button in a field for a moment shows it itself.
        if (it.matches(':focus') || it.type !== 'datetime-local') {
          if (!it.matches(':focus-visible')) wrong.push('is not :focus-visible');
          if (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) < 2) wrong.push('has no outline');
        }
        if (right - left < Math.min(12, box.width || 1) || bottom - top < Math.min(12, box.height || 1)) wrong.push('is out of sight');
        else if (!there || !(it.contains(there) || (label && label.contains(there)))) wrong.push('is covered');
        const all = places();
        return {kind: it.tagName.toLowerCase(), type: it.type || '', name, place: all.indexOf(it), of: all.length,
          wrong: wrong.join(', ')};
        """;

    /// From here on it is written down what has the focus whenever a key is let go.
    private static final String WRITE_DOWN = """
        const focused = () => { %s };
        const seen = [], over = new AbortController();
        addEventListener('keyup', () => seen.push(focused()), {capture: true, signal: over.signal});
        window.writtenDown = () => { over.abort(); return seen; };
        """.formatted(FOCUSED);

    /// @param place among all that can have the focus, from 0
    /// @param of    how many those are
    record Focus(String kind, String type, String name, long place, long of, String wrong) {

        boolean isCalled(String what) {
            return name.equals(what) || name.startsWith(what + " (");
        }

        boolean isField() {
            return List.of("input", "select", "textarea").contains(kind);
        }
    }

    private final Chrome chrome;

    Keyboard(Chrome chrome) {
        this.chrome = chrome;
    }

    @Override
    public void fill(String label, String text) {
        to(label, true);
        new Actions(chrome.driver())
                .keyDown(Keys.CONTROL)
                .sendKeys("a")
                .keyUp(Keys.CONTROL)
                .sendKeys(text)
                .perform();
    }

    @Override
    public void send() {
        chrome.follow(() -> keys(Keys.ENTER));
    }

    /// Buttons by the space bar, links by Enter: as it is for both.
    @Override
    public void press(String name) {
        to(name, false);
        chrome.follow(this::press);
    }

    private void press() {
        keys(focused().kind().equals("button") ? Keys.SPACE : Keys.ENTER);
    }

    @Override
    public void fetch(String name) {
        to(name, false);
        press();
    }

    @Override
    public void turn(String name) {
        boolean isBox = to(name, null).kind().equals("input");
        keys(isBox ? Keys.SPACE : Keys.ENTER);
    }

    @Override
    public void choose(String label, String option) {
        to(label, true);
        String chosen = "return document.activeElement.selectedOptions[0].textContent.trim()";
        keys(Keys.HOME);
        for (int i = 0; i < MOST && !option.equals(chrome.script(chosen)); i++) keys(Keys.ARROW_DOWN);
        assertThat(chrome.script(chosen)).isEqualTo(option);
    }

    /// Moves on until the focus is on what is called so.
    Focus to(String name) {
        return to(name, null);
    }

    private Focus to(String name, Boolean isField) {
        List<String> seen = new ArrayList<>();
        Focus focus = focused();
        while (seen.size() <= MOST) {
            if (focus != null && focus.isCalled(name) && (isField == null || isField == focus.isField())) return focus;
            seen.add(focus == null ? "(the page)" : focus.name());
            long ahead = focus == null ? 0 : (long) chrome.script(AHEAD, name, isField);
            List<Focus> passed = ahead > 1 ? tab(ahead) : Collections.singletonList(tab());
            for (Focus each : passed.subList(0, passed.size() - 1)) seen.add(String.valueOf(each));
            focus = passed.getLast();
        }
        throw new AssertionError("the keyboard does not come to " + name + " on " + chrome.address() + ", but to "
                + seen + "\n" + chrome.page());
    }

    /// Moves on by one. Answers null for the page itself, from which it begins anew.
    Focus tab() {
        keys(Keys.TAB);
        return focused();
    }

    /// The same so many times, which is quicker than one after the other.
    List<Focus> tab(long times) {
        chrome.script(WRITE_DOWN);
        keys(Keys.TAB.toString().repeat((int) times));
        List<Focus> all = new ArrayList<>();
        for (Object found : (List<?>) chrome.script("return writtenDown()")) all.add(shown(found));
        assertThat(all).as(() -> "what had the focus on " + chrome.address()).hasSize((int) times);
        return all;
    }

    Focus tabBack() {
        new Actions(chrome.driver())
                .keyDown(Keys.SHIFT)
                .sendKeys(Keys.TAB)
                .keyUp(Keys.SHIFT)
                .perform();
        return focused();
    }

    /// What has the focus now, which shows.
    Focus focused() {
        return shown(chrome.script(FOCUSED));
    }

    private Focus shown(Object focused) {
        if (!(focused instanceof Map<?, ?> found)) return null;
        Focus focus = new Focus(
                found.get("kind").toString(),
                found.get("type").toString(),
                found.get("name").toString(),
                (long) found.get("place"),
                (long) found.get("of"),
                found.get("wrong").toString());
        assertThat(focus.wrong()).as(() -> focus + " on " + chrome.address()).isEmpty();
        return focus;
    }

    private void keys(CharSequence... keys) {
        new Actions(chrome.driver()).sendKeys(keys).perform();
    }
}
