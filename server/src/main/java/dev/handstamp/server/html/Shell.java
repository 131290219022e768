package dev.handstamp.server.html;

import java.util.List;

/// The way around in a group of pages: the account, the administration.
///
/// @param name of the group
/// @param home where the name at the top leads
/// @param user who is signed in
public record Shell(String name, String home, String user, List<Place> places) {

    /// One page of the group.
    ///
    /// @param heading of this place and those that follow; empty if it belongs to the one before
    public record Place(String heading, String name, String target, boolean isHere) {

        public Place(String name, String target, boolean isHere) {
            this("", name, target, isHere);
        }
    }

    public Shell {
        places = List.copyOf(places);
    }
}
