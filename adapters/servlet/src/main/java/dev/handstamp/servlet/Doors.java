package dev.handstamp.servlet;

import dev.handstamp.verifier.Requirement;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Which requirement belongs to which path. Of the patterns that match, the most specific decides, whatever order
/// they were given in: an exact one before a prefix, a longer prefix before a shorter.
final class Doors {

    private final List<Door> mostSpecificFirst;
    private final Requirement elsewhere;

    Doors(List<Door> doors, Requirement elsewhere) {
        this.mostSpecificFirst = doors.stream()
                .sorted(Comparator.comparing(Door::isPrefix)
                        .thenComparing(door -> door.path().length(), Comparator.reverseOrder()))
                .toList();
        this.elsewhere = elsewhere;
    }

    /// What the path asks for; empty when it is open to everyone.
    ///
    /// @param path decoded and normalised by the container
    Optional<Requirement> requirementAt(String path) {
        for (Door door : mostSpecificFirst) {
            if (door.leadsTo(path)) return door.requirement();
        }
        return Optional.of(elsewhere);
    }

    /// Tells whether the container and the application behind us could read different things from this path, so
    /// that a rule for the one would be passed by as the other.
    boolean isAmbiguous(String path) {
        if (mostSpecificFirst.isEmpty()) return false;
        if (path.contains("//")) return true;
        for (String segment : path.split("/", -1)) {
            if (segment.equals(".") || segment.equals("..")) return true;
        }
        return path.chars().anyMatch(c -> c == ';' || c == '%' || c == '\\' || c < ' ' || c == 0x7f);
    }

    /// One pattern and what it asks for.
    ///
    /// @param path without the `/*` of a prefix
    /// @param requirement empty when everyone may pass
    record Door(String path, boolean isPrefix, Optional<Requirement> requirement) {

        /// Reads `/exact`, `/prefix/*` or `/*`.
        ///
        /// @throws IllegalArgumentException if the pattern is none of these
        static Door of(String pattern, Optional<Requirement> requirement) {
            boolean isPrefix = pattern.endsWith("/*");
            String path = isPrefix ? pattern.substring(0, pattern.length() - 2) : pattern;
            if (!pattern.startsWith("/") || path.indexOf('*') >= 0) {
                throw new IllegalArgumentException("not a pattern such as /orders or /orders/*: " + pattern);
            }
            return new Door(path, isPrefix, requirement);
        }

        /// A closed door is also found with a slash behind it: the application may take both for the same.
        boolean leadsTo(String asked) {
            if (!asked.startsWith(path)) return false;
            String rest = asked.substring(path.length());
            if (isPrefix) return rest.isEmpty() || rest.startsWith("/");
            return rest.isEmpty() || (rest.equals("/") && requirement.isPresent());
        }
    }
}
