package dev.handstamp.server.web.mail;

import dev.handstamp.server.domain.Secret;
import dev.handstamp.server.html.Page;
import dev.handstamp.server.http.Response;
import dev.handstamp.server.web.FormGuard;
import dev.handstamp.server.web.Problem;
import dev.handstamp.server.web.Visit;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A page with one form, as all pages of this room are.
///
/// @param hidden what the form brings along by itself
/// @param links  words, and where they lead
public record MailForm(
        String action,
        List<String> paragraphs,
        Problem problem,
        Map<String, String> hidden,
        List<Field> fields,
        String button,
        Map<String, String> links) {

    /// What somebody fills in.
    ///
    /// @param value what stands in it already
    public record Field(
            String name,
            String label,
            String type,
            String value,
            String autocomplete,
            String hint,
            boolean isRequired,
            boolean isFirst) {

        private static final String UNSEEN = "unseen";

        public static Field of(String name, String label, String type, String autocomplete) {
            return new Field(name, label, type, "", autocomplete, "", true, false);
        }

        /// Nothing to fill in: it tells password managers whose password it is.
        public static Field unseen(String name, String value, String autocomplete) {
            return new Field(name, "", UNSEEN, value, autocomplete, "", false, false);
        }

        public boolean isUnseen() {
            return type.equals(UNSEEN);
        }

        public Field holding(String text) {
            return new Field(name, label, type, text, autocomplete, hint, isRequired, isFirst);
        }

        public Field hinting(String text) {
            return new Field(name, label, type, value, autocomplete, text, isRequired, isFirst);
        }

        public Field optional() {
            return new Field(name, label, type, value, autocomplete, hint, false, isFirst);
        }

        public Field first() {
            return new Field(name, label, type, value, autocomplete, hint, isRequired, true);
        }

        public @Nullable String inputMode() {
            return autocomplete.equals("one-time-code") ? "numeric" : null;
        }

        public @Nullable String hintId() {
            return hint.isEmpty() ? null : name + "-hint";
        }
    }

    public MailForm {
        paragraphs = List.copyOf(paragraphs);
        fields = List.copyOf(fields);
    }

    static MailForm to(String action, String button) {
        return new MailForm(action, List.of(), Problem.NONE, Map.of(), List.of(), button, Map.of());
    }

    MailForm saying(String text) {
        return new MailForm(action, text.lines().toList(), problem, hidden, fields, button, links);
    }

    MailForm withProblem(Problem other) {
        return new MailForm(action, paragraphs, other, hidden, fields, button, links);
    }

    MailForm bringing(Map<String, String> more) {
        Map<String, String> all = new LinkedHashMap<>(hidden);
        all.putAll(more);
        return new MailForm(action, paragraphs, problem, all, fields, button, links);
    }

    MailForm asking(Field field) {
        List<Field> all = new ArrayList<>(fields);
        all.add(field);
        return new MailForm(action, paragraphs, problem, hidden, all, button, links);
    }

    MailForm linking(String words, String target) {
        Map<String, String> all = new LinkedHashMap<>(links);
        all.put(words, target);
        return new MailForm(action, paragraphs, problem, hidden, fields, button, all);
    }

    /// The page, and the cookie that its form is bound to.
    ///
    /// @param subject what the form is about: its value counts for that alone
    Response show(Visit visit, FormGuard guard, int status, String title, String... subject) {
        Secret browser = guard.browser(visit.request());
        MailForm whole = bringing(Map.of(FormGuard.FIELD, guard.value(browser, subject)));
        Page page = visit.from(address()).page(status, "mail/ByMail", title, whole);
        return guard.bind(page.toResponse(), browser);
    }

    /// Where the form is to be had: with what it brings along.
    private String address() {
        return hidden.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", action + "?", ""));
    }
}
