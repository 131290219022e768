package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.handstamp.e2e.Advisories.Row;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What of others is shipped, and what is known of it.
final class ShippedTest {

    private static final Path ROOT = Path.of("..");
    private static final Path FILE = ROOT.resolve("docs/advisories.md");
    private static final LocalDate A_DAY = LocalDate.of(2026, 11, 29);
    private static final ShippedArtifact JETTY = new ShippedArtifact("org.eclipse.jetty:jetty-server", "12.1.5");
    private static final Row LEAK =
            new Row(JETTY, A_DAY, "GHSA-xxh7-fcf3-rj7f", List.of("[12.0.0,12.0.32)", "[12.1.0,12.1.6)"), "memory", "");

    @Test
    @DisplayName("S-14: nothing that is shipped has a hole that is known and within reach")
    void nothing_that_is_shipped_has_a_hole_that_is_known_and_within_reach() throws IOException {
        assertThat(KnownHoles.among(BillOfMaterials.ofAll(ROOT), Advisories.read(FILE)))
                .isEmpty();
    }

    @Test
    @DisplayName("S-14: the bill of materials names every jar that ./handstamp runs")
    void the_bill_of_materials_names_every_jar_that_handstamp_runs() throws IOException {
        Set<String> jars = new TreeSet<>();
        for (String entry :
                Files.readString(ROOT.resolve("cli/target/class-path")).strip().split(":")) {
            String jar = entry.substring(entry.lastIndexOf('/') + 1);
            if (!jar.startsWith("handstamp-")) jars.add(jar);
        }
        assertThat(jars).hasSizeGreaterThan(20);

        Set<ShippedArtifact> bill = BillOfMaterials.of(ROOT, "cli");

        assertThat(jars).allMatch(jar -> bill.stream().anyMatch(artifact -> isOf(jar, artifact)));
        assertThat(bill).allMatch(artifact -> jars.stream().anyMatch(jar -> isOf(jar, artifact)));
    }

    private static boolean isOf(String jar, ShippedArtifact artifact) {
        String stem = artifact.name().substring(artifact.name().indexOf(':') + 1) + "-" + artifact.version();
        return jar.equals(stem + ".jar") || jar.startsWith(stem + "-linux-");
    }

    @Test
    void the_verifier_brings_nothing_of_others_along() throws IOException {
        assertThat(BillOfMaterials.of(ROOT, "jwt")).isEmpty();
        assertThat(BillOfMaterials.of(ROOT, "verifier")).isEmpty();
    }

    @Test
    @DisplayName("S-14: a version with a hole that is known is found")
    void a_version_with_a_hole_that_is_known_is_found() {
        assertThat(KnownHoles.among(List.of(JETTY), List.of(LEAK)))
                .singleElement()
                .asString()
                .contains("jetty-server 12.1.5", "GHSA-xxh7-fcf3-rj7f", "outside [12.0.0,12.0.32) [12.1.0,12.1.6)");
    }

    @Test
    void a_hole_out_of_reach_needs_a_reason_and_is_let_be_with_one() {
        Row reasoned = new Row(JETTY, A_DAY, LEAK.advisory(), LEAK.affected(), "memory", "nothing is zipped");

        assertThat(KnownHoles.among(List.of(JETTY), List.of(reasoned))).isEmpty();
    }

    @Test
    void something_that_nobody_has_looked_up_is_found_and_so_is_what_has_gone() {
        ShippedArtifact added = new ShippedArtifact("org.example:added", "1.0");

        assertThat(KnownHoles.among(List.of(added), List.of(Row.none(JETTY, A_DAY))))
                .satisfiesExactly(
                        sentence -> assertThat(sentence)
                                .contains("org.example:added 1.0", "nobody has looked up", "docs/advisories.sh"),
                        sentence -> assertThat(sentence).contains("jetty-server 12.1.5", "shipped no longer"));
    }

    @Test
    void a_version_that_nobody_has_looked_up_is_found_although_the_artifact_was() {
        ShippedArtifact newer = new ShippedArtifact(JETTY.name(), "12.1.99");

        assertThat(KnownHoles.among(List.of(newer), List.of(LEAK)))
                .singleElement()
                .asString()
                .contains("jetty-server 12.1.99", "looked up for 12.1.5", "docs/advisories.sh");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[12.1.0,12.1.6); 12.1.5; true",
                "[12.1.0,12.1.6); 12.1.6; false",
                "[12.1.0,12.1.6); 12.1.14; false",
                "[42.7.4,42.7.12); 42.7.14; false",
                "[42.7.4,42.7.12); 42.7.9; true",
                "(,1.85); 1.85.2; false",
                "(,1.85); 1.9; true",
                "(,2.0]; 2.0; true",
                "[2.0]; 2.0; true",
                "[2.0]; 2.0.1; false",
                "[1.0,); 7; true",
                "[1.8.0-alpha0,1.8.0-beta4); 1.8.0-beta2; true",
                "(,0.32.0.RELEASE); 0.32.0.RELEASE; false",
                "[9.4.0,9.4.57.v20241219); 9.4.56.v20240826; true"
            })
    void versions_are_ordered_as_maven_orders_them(String range, String version, boolean within) {
        assertThat(KnownHoles.isWithin(range, version)).isEqualTo(within);
    }

    @Test
    void a_row_that_names_no_version_is_refused() {
        List<String> lines = new ArrayList<>(List.of(
                "| artifact | version | looked up | advisory | affected | what it is about | out of reach, because |",
                "| --- | --- | --- | --- | --- | --- | --- |",
                "| org.example:a | 1.0 | 2026-11-29 | CVE-2026-1 | | about it | |"));

        assertThatThrownBy(() -> Advisories.rows(lines)).hasMessageContaining("no versions are named in");
        assertThatThrownBy(() -> KnownHoles.isWithin("1.0", "1.0")).hasMessage("1.0 is not a range");
    }

    @Test
    void the_table_is_written_anew_from_what_osv_answers(@TempDir Path folder) throws Exception {
        Path file = Files.copy(FILE, folder.resolve("advisories.md"));
        List<String> asked = new ArrayList<>();
        HttpServer osv = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        osv.createContext("/v1/query", exchange -> {
            String question = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(question);
            byte[] answer = (!question.contains("jetty-server")
                            ? "{}"
                            : question.contains("page_token")
                                    ? osvAnswer("GHSA-2222-2222-2222", "", "{\"introduced\":\"11.0.0\"}")
                                    : osvAnswer(
                                            "GHSA-xxh7-fcf3-rj7f",
                                            "\"next_page_token\":\"more\",",
                                            "{\"introduced\":\"0\"},{\"fixed\":\"12.0.32\"},"
                                                    + "{\"introduced\":\"12.1.0\"},{\"last_affected\":\"12.1.5\"}"))
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        osv.start();
        try {
            ShippedArtifact other = new ShippedArtifact("org.example:other", "1.0");
            Row reasoned = new Row(JETTY, A_DAY, "CVE-2026-1605", List.of("[1,2)"), "", "nothing is zipped");
            List<Row> rows = new AdvisoryRenewal(
                            "http://127.0.0.1:" + osv.getAddress().getPort(), A_DAY)
                    .lookUp(List.of(other, JETTY), List.of(reasoned));
            Advisories.replace(file, rows);
        } finally {
            osv.stop(0);
        }

        assertThat(asked).hasSize(3).allMatch(question -> question.contains("\"ecosystem\":\"Maven\""));
        assertThat(Advisories.read(file))
                .containsExactly(
                        new Row(
                                JETTY,
                                A_DAY,
                                "GHSA-2222-2222-2222 (CVE-2026-1605)",
                                List.of("[11.0.0,)"),
                                "a leak / and more",
                                "nothing is zipped"),
                        new Row(
                                JETTY,
                                A_DAY,
                                "GHSA-xxh7-fcf3-rj7f (CVE-2026-1605)",
                                List.of("(,12.0.32)", "[12.1.0,12.1.5]"),
                                "a leak / and more",
                                "nothing is zipped"),
                        Row.none(new ShippedArtifact("org.example:other", "1.0"), A_DAY));
        assertThat(Files.readString(file)).startsWith("# Advisories of what is shipped");
    }

    /// One advisory as OSV tells it, beside one that was withdrawn and one about something else.
    private static String osvAnswer(String id, String more, String events) {
        String advisory = """
                {"id":"%s","aliases":["CVE-2026-1605"],"summary":"a leak | and\\nmore","modified":"2026-03-06T00:00:00Z",%s
                 "affected":[{"package":{"ecosystem":"Maven","name":"%s","purl":"pkg:maven/x/y"},
                              "ranges":[{"type":"ECOSYSTEM","events":[%s]}]}]}""";
        return "{" + more + "\"vulns\":["
                + advisory.formatted(id, "", JETTY.name(), events) + ","
                + advisory.formatted(
                        "GHSA-gone-gone-gone", "\"withdrawn\":\"2026-04-01T00:00:00Z\",", JETTY.name(), events)
                + "," + advisory.formatted("GHSA-else-else-else", "", "org.eclipse.jetty:jetty-client", events) + "]}";
    }
}
