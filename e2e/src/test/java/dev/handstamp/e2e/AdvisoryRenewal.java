package dev.handstamp.e2e;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Asks OSV (`api.osv.dev`) what is known of what is shipped, and writes it into `docs/advisories.md`. Run by
/// `docs/advisories.sh`, by whoever has a network; no part of the build.
final class AdvisoryRenewal {

    private static final String OSV = "https://api.osv.dev";
    private static final Pattern IDENTIFIER = Pattern.compile("\\b(GHSA|CVE)-[\\w-]+");
    private static final int MOST_BYTES = 64 << 20;
    private static final int MOST_PAGES = 50;
    private static final int MOST_CHARACTERS = 110;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
    private final URI query;
    private final LocalDate today;

    AdvisoryRenewal(String osv, LocalDate today) {
        this.query = URI.create(osv + "/v1/query");
        this.today = today;
    }

    /// @param arguments where the project stands, and another address of OSV if it is not the public one
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path root = Path.of(arguments[0]);
        Path file = root.resolve("docs/advisories.md");
        String osv = arguments.length > 1 ? arguments[1] : OSV;
        List<Advisories.Row> rows =
                new AdvisoryRenewal(osv, LocalDate.now()).lookUp(BillOfMaterials.ofAll(root), Advisories.read(file));
        Advisories.replace(file, rows);
        System.out.println(rows.size() + " rows in " + file + ": git diff shows what is new");
    }

    /// The new rows. What somebody wrote on why a hole is out of reach stays.
    List<Advisories.Row> lookUp(Collection<ShippedArtifact> shipped, Collection<Advisories.Row> before)
            throws IOException, InterruptedException {
        List<Advisories.Row> rows = new ArrayList<>();
        for (ShippedArtifact artifact : new TreeSet<>(shipped)) {
            List<Advisories.Row> known = new ArrayList<>();
            for (Map<?, ?> advisory : advisories(artifact.name())) {
                List<String> affected = affected(advisory, artifact.name());
                if (advisory.containsKey("withdrawn") || affected.isEmpty()) continue;
                String name = name(advisory);
                known.add(new Advisories.Row(
                        artifact, today, name, affected, about(advisory), outOfReach(before, artifact, name)));
            }
            known.sort(Comparator.comparing(Advisories.Row::advisory));
            rows.addAll(known.isEmpty() ? List.of(Advisories.Row.none(artifact, today)) : known);
        }
        return rows;
    }

    private List<Map<?, ?>> advisories(String artifact) throws IOException, InterruptedException {
        List<Map<?, ?>> advisories = new ArrayList<>();
        String page = "";
        for (int i = 0; i < MOST_PAGES; i++) {
            Map<String, Object> answer = ask(artifact, page);
            if (answer.get("vulns") instanceof List<?> found) {
                for (Object advisory : found) advisories.add((Map<?, ?>) advisory);
            }
            if (!(answer.get("next_page_token") instanceof String next) || next.isEmpty()) return advisories;
            page = next;
        }
        throw new IOException("there is no end to what is known of " + artifact);
    }

    private Map<String, Object> ask(String artifact, String page) throws IOException, InterruptedException {
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("package", Map.of("ecosystem", "Maven", "name", artifact));
        if (!page.isEmpty()) question.put("page_token", page);
        HttpResponse<byte[]> response = http.send(
                HttpRequest.newBuilder(query)
                        .timeout(Duration.ofSeconds(60))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(Json.write(question)))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) throw new IOException(query + " answered " + response.statusCode());
        try {
            return Json.parseObject(response.body(), MOST_BYTES);
        } catch (JsonException e) {
            throw new IOException(query + " answered with what is not JSON", e);
        }
    }

    private static String outOfReach(Collection<Advisories.Row> before, ShippedArtifact artifact, String advisory) {
        return before.stream()
                .filter(row -> row.looked().name().equals(artifact.name()))
                .filter(row -> !Collections.disjoint(identifiers(row.advisory()), identifiers(advisory)))
                .map(Advisories.Row::outOfReach)
                .filter(reason -> !reason.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static List<String> identifiers(String advisory) {
        return IDENTIFIER.matcher(advisory).results().map(MatchResult::group).toList();
    }

    /// `GHSA-xxxh-fcf3-rj7f (CVE-2026-1605)`, or what there is of it.
    private static String name(Map<?, ?> advisory) {
        String id = (String) advisory.get("id");
        List<?> aliases = advisory.get("aliases") instanceof List<?> list ? list : List.of();
        return aliases.stream()
                .map(Object::toString)
                .filter(alias -> alias.startsWith("CVE-"))
                .findFirst()
                .map(cve -> id + " (" + cve + ")")
                .orElse(id);
    }

    private static String about(Map<?, ?> advisory) {
        String text = advisory.get("summary") instanceof String summary ? summary : "";
        if (text.isEmpty() && advisory.get("details") instanceof String details) text = details;
        text = text.replaceAll("\\s+", " ");
        return text.length() <= MOST_CHARACTERS ? text : text.substring(0, MOST_CHARACTERS - 1) + "…";
    }

    private static List<String> affected(Map<?, ?> advisory, String artifact) {
        List<String> affected = new ArrayList<>();
        if (!(advisory.get("affected") instanceof List<?> parts)) return affected;
        for (Object part : parts) {
            Map<?, ?> one = (Map<?, ?>) part;
            if (!(one.get("package") instanceof Map<?, ?> named) || !artifact.equals(named.get("name"))) continue;
            int before = affected.size();
            if (one.get("ranges") instanceof List<?> ranges) {
                for (Object range : ranges) addRanges(affected, (Map<?, ?>) range);
            }
            if (affected.size() == before && one.get("versions") instanceof List<?> versions) {
                for (Object version : versions) affected.add("[" + version + "]");
            }
        }
        return affected;
    }

    /// The events of one range, one after another: where a hole came in, and where it went.
    private static void addRanges(List<String> affected, Map<?, ?> range) {
        if (!"ECOSYSTEM".equals(range.get("type")) || !(range.get("events") instanceof List<?> events)) return;
        String open = "";
        for (Object event : events) {
            Map<?, ?> at = (Map<?, ?>) event;
            if (at.get("introduced") instanceof String introduced) {
                open = introduced.equals("0") ? "(," : "[" + introduced + ",";
            } else if (!open.isEmpty() && at.get("fixed") instanceof String fixed) {
                affected.add(open + fixed + ")");
                open = "";
            } else if (!open.isEmpty() && at.get("last_affected") instanceof String last) {
                affected.add(open + last + "]");
                open = "";
            }
        }
        if (!open.isEmpty()) affected.add(open + ")");
    }
}
