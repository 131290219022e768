package dev.handstamp.bench;

import java.util.ArrayList;
import java.util.List;

/// What was asked for beside what was found.
final class Goals {

    private final List<String> rows = new ArrayList<>();

    void atMost(String what, double found, double goal, String unit) {
        add(what, found, "at most", goal, unit, found <= goal);
    }

    void atLeast(String what, double found, double goal, String unit) {
        add(what, found, "at least", goal, unit, found >= goal);
    }

    void print() {
        System.out.println("| goal | found | asked for | |");
        System.out.println("| --- | ---: | ---: | --- |");
        rows.forEach(System.out::println);
    }

    private void add(String what, double found, String how, double goal, String unit, boolean met) {
        rows.add(String.format(
                "| %s | %,.1f %s | %s %,.1f %s | %s |",
                what, found, unit, how, goal, unit, met ? "met" : "**missed**"));
    }
}
