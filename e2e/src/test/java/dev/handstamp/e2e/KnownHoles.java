package dev.handstamp.e2e;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.apache.maven.artifact.versioning.DefaultArtifactVersion;
import org.apache.maven.artifact.versioning.InvalidVersionSpecificationException;
import org.apache.maven.artifact.versioning.VersionRange;

/// Compares what is shipped with what is known of it.
final class KnownHoles {

    private KnownHoles() {}

    /// One sentence for each thing that somebody has to do something about, and what.
    static List<String> among(Collection<ShippedArtifact> shipped, Collection<Advisories.Row> known) {
        List<String> sentences = new ArrayList<>();
        for (ShippedArtifact artifact : new TreeSet<>(shipped)) {
            List<Advisories.Row> rows = known.stream()
                    .filter(row -> row.looked().name().equals(artifact.name()))
                    .toList();
            if (rows.isEmpty()) {
                sentences.add(artifact + " is shipped, and nobody has looked up what is known of it: " + lookUp());
            } else if (rows.stream().noneMatch(row -> row.looked().equals(artifact))) {
                sentences.add(artifact + " is shipped, and what is known was looked up for "
                        + rows.getFirst().looked().version() + ": " + lookUp());
            }
            for (Advisories.Row row : rows) {
                if (row.outOfReach().isEmpty() && affects(row, artifact.version())) {
                    sentences.add(artifact + " is shipped, and has the hole " + row.advisory() + " (" + row.about()
                            + "): take a version outside " + String.join(" ", row.affected())
                            + ", or write in docs/advisories.md why it is out of reach");
                }
            }
        }
        for (Advisories.Row row : known) {
            if (shipped.stream().noneMatch(row.looked()::equals) && !namesAny(shipped, row)) {
                sentences.add(row.looked() + " is shipped no longer: take its rows out of docs/advisories.md");
            }
        }
        return sentences;
    }

    private static String lookUp() {
        return "docs/advisories.sh does it, and so does whoever writes a row in docs/advisories.md";
    }

    private static boolean namesAny(Collection<ShippedArtifact> shipped, Advisories.Row row) {
        return shipped.stream()
                .anyMatch(artifact -> artifact.name().equals(row.looked().name()));
    }

    private static boolean affects(Advisories.Row row, String version) {
        return row.affected().stream().anyMatch(range -> isWithin(range, version));
    }

    static boolean isWithin(String range, String version) {
        if (!range.matches("[\\[(].*[\\])]")) throw new IllegalArgumentException(range + " is not a range");
        try {
            return VersionRange.createFromVersionSpec(range).containsVersion(new DefaultArtifactVersion(version));
        } catch (InvalidVersionSpecificationException e) {
            throw new IllegalArgumentException(range, e);
        }
    }
}
