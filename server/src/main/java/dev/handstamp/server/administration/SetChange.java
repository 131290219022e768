package dev.handstamp.server.administration;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// How a set of names is to become another one: replaced as a whole, then some more, then some less.
///
/// @param all empty: it begins with what is there
public record SetChange(Optional<List<String>> all, List<String> added, List<String> removed) {

    public static final SetChange NONE = new SetChange(Optional.empty(), List.of(), List.of());

    public SetChange {
        all = all.map(List::copyOf);
        added = List.copyOf(added);
        removed = List.copyOf(removed);
    }

    /// Whatever was there, it is to be this.
    public static SetChange to(Collection<String> names) {
        return new SetChange(Optional.of(List.copyOf(names)), List.of(), List.of());
    }

    public boolean isNone() {
        return equals(NONE);
    }

    /// The set as it becomes, in its order.
    ///
    /// @param what   one of its names, in words, for the message
    /// @param before what is there
    List<String> from(String what, Collection<?> before) {
        Set<String> names = new LinkedHashSet<>();
        if (all.isPresent()) names.addAll(all.get());
        else for (Object name : before) names.add(name.toString());
        names.addAll(added);
        for (String name : removed) {
            if (names.remove(name)) continue;
            throw names.isEmpty()
                    ? new Refused("refused.set.none", what, Refused.quoted(name))
                    : new Refused("refused.set.unknown", what, Refused.quoted(name), String.join(", ", names));
        }
        return new ArrayList<>(names);
    }
}
