package dev.handstamp.demo;

import java.util.List;

/// Someone who can log in to the demonstration.
///
/// @param role what the server knows them as; nobody in particular when empty
record Guest(String username, String name, int age, List<String> role) {

    /// One for each kind of answer: may everything; may read the guest list; is too young for the bar; may send
    /// others home.
    static final List<Guest> ALL = List.of(
            new Guest("vera", "Vera Vale", 34, List.of("vip")),
            new Guest("nick", "Nick Night", 25, List.of("regular")),
            new Guest("mia", "Mia Moon", 16, List.of()),
            new Guest("olga", "Olga Oak", 41, List.of("operator")));

    String description() {
        return role.isEmpty() ? Integer.toString(age) : age + ", " + role.getFirst();
    }
}
