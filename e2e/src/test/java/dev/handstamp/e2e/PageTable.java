package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The pages in the server's table of routes, so that none is forgotten here.
final class PageTable {

    private static final Path TABLE = Path.of("../server/src/main/java/dev/handstamp/server/Routes.java");

    /// A page of the table: what it is called there, and how its path is written.
    private static final Pattern ROUTE =
            Pattern.compile("\\.(get|post)\\(\\s*([^,]+?),\\s*(?:door|own\\.apply|page|uploading)\\(");

    /// These lead on to other pages, or are no page.
    private static final Set<String> NO_PAGES = Set.of("/admin", "/admin/revocations/events");

    private final Set<String> shown;
    private final Set<String> sent;

    private PageTable(Set<String> shown, Set<String> sent) {
        this.shown = shown;
        this.sent = sent;
    }

    static PageTable read() throws IOException {
        String table = Files.readString(TABLE);
        Set<String> shown = new TreeSet<>();
        Set<String> sent = new TreeSet<>();
        Matcher route = ROUTE.matcher(table);
        while (route.find()) {
            (route.group(1).equals("get") ? shown : sent).add(path(route.group(2), table));
        }
        shown.removeAll(NO_PAGES);
        assertThat(shown)
                .as("whether the table is still written as this reads it")
                .hasSizeGreaterThan(40);
        return new PageTable(shown, sent);
    }

    /// The paths of all pages; one that ends in a slash has a name after it.
    Set<String> shown() {
        return shown;
    }

    /// The paths to which forms are sent.
    Set<String> sent() {
        return sent;
    }

    /// How the table writes the paths that a browser has been at.
    Set<String> written(Collection<String> paths) {
        return paths.stream()
                .map(path -> shown.contains(path) ? path : path.substring(0, path.lastIndexOf('/') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// `"/login"`, `ResetPage.PATH` or `AccountPlace.DATA.path()`.
    private static String path(String written, String table) {
        if (written.startsWith("\"")) return written.substring(1, written.length() - 1);
        String[] parts = written.split("\\.", -1);
        Matcher imported = Pattern.compile("import (\\S+\\." + parts[0] + ");").matcher(table);
        assertThat(imported.find()).as(written).isTrue();
        try {
            Object value = Class.forName(imported.group(1)).getField(parts[1]).get(null);
            return parts.length == 2
                    ? (String) value
                    : (String) value.getClass().getMethod("path").invoke(value);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(written, e);
        }
    }
}
