package dev.handstamp.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// What is known of what is shipped: the one table of `docs/advisories.md`.
final class Advisories {

    static final String NONE = "none known";

    private static final String HEAD =
            "| artifact | version | looked up | advisory | affected | what it is about | out of reach, because |";
    private static final String RULE = "| --- | --- | --- | --- | --- | --- | --- |";

    private Advisories() {}

    /// One advisory about one artifact, or that there is none.
    ///
    /// @param looked the version that it was looked up for
    /// @param affected ranges as Maven writes them, `[12.0.0,12.0.32) [12.1.0,12.1.6)`
    /// @param outOfReach why the shipped version is safe although it is affected; else empty
    record Row(
            ShippedArtifact looked,
            LocalDate on,
            String advisory,
            List<String> affected,
            String about,
            String outOfReach) {

        static Row none(ShippedArtifact looked, LocalDate on) {
            return new Row(looked, on, NONE, List.of(), "", "");
        }

        boolean saysNone() {
            return advisory.equals(NONE);
        }

        private String line() {
            return "| %s | %s | %s | %s | %s | %s | %s |"
                    .formatted(
                            looked.name(),
                            looked.version(),
                            on,
                            advisory,
                            String.join(" ", affected),
                            about.replace('|', '/').strip(),
                            outOfReach)
                    .replaceAll(" {2,}", " ");
        }
    }

    static List<Row> read(Path file) throws IOException {
        return rows(Files.readAllLines(file));
    }

    static List<Row> rows(List<String> lines) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (String line : lines.subList(lines.indexOf(HEAD) + 2, lines.size())) {
            if (!line.startsWith("|")) break;
            rows.add(row(line));
        }
        if (rows.isEmpty()) throw new IOException("there is no table that begins with " + HEAD);
        return rows;
    }

    private static Row row(String line) throws IOException {
        String[] cells = line.substring(1).split("\\|", -1);
        if (cells.length != 8) throw new IOException("not a row of seven cells: " + line);
        for (int i = 0; i < cells.length; i++) cells[i] = cells[i].strip();
        List<String> affected = cells[4].isEmpty() ? List.of() : List.of(cells[4].split(" "));
        if (affected.isEmpty() != cells[3].equals(NONE)) throw new IOException("no versions are named in: " + line);
        return new Row(
                new ShippedArtifact(cells[0], cells[1]),
                LocalDate.parse(cells[2]),
                cells[3],
                affected,
                cells[5],
                cells[6]);
    }

    /// Puts a new table in the place of the old one, and leaves what is around it.
    static void replace(Path file, Collection<Row> rows) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        int head = lines.indexOf(HEAD);
        if (head < 0) throw new IOException(file + " has no table that begins with " + HEAD);
        int end = head;
        while (end < lines.size() && lines.get(end).startsWith("|")) end++;
        List<String> table = new ArrayList<>(List.of(HEAD, RULE));
        rows.forEach(row -> table.add(row.line()));
        lines.subList(head, end).clear();
        lines.addAll(head, table);
        Files.write(file, lines);
    }
}
