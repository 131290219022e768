package dev.handstamp.cli;

import dev.handstamp.json.Json;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/// How a command shows what it found: in columns for people, or in JSON for programs.
final class Printed {

    private final Terminal terminal;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    Printed(Terminal terminal) {
        this.terminal = terminal;
    }

    /// One thing: its members by name, one to a line.
    ///
    /// @param shown what people read; of the same thing
    int one(Map<String, ?> object, Map<String, String> shown) {
        if (json) terminal.out().println(Json.text(object));
        else lines(shown);
        return Cli.DONE;
    }

    /// Several things: an array, one element to a line, or a table.
    ///
    /// @param empty what people read when there is nothing
    int many(List<? extends Map<String, ?>> objects, List<String> heads, List<List<String>> rows, String empty) {
        if (json) array(objects);
        else if (rows.isEmpty()) terminal.err().println(empty);
        else table(heads, rows);
        return Cli.DONE;
    }

    /// A sentence for people, or the object for programs.
    int done(Map<String, ?> object, String sentence) {
        if (json) terminal.out().println(Json.text(object));
        else terminal.out().println(Shown.text(sentence));
        return Cli.DONE;
    }

    boolean isJson() {
        return json;
    }

    /// An object, which was asked for as JSON.
    int object(Map<String, ?> object) {
        terminal.out().println(Json.text(object));
        return Cli.DONE;
    }

    /// A remark that belongs to no output.
    void remark(String sentence) {
        terminal.err().println(Shown.text(sentence));
    }

    private void array(Collection<? extends Map<String, ?>> objects) {
        StringBuilder text = new StringBuilder("[");
        Iterator<? extends Map<String, ?>> each = objects.iterator();
        while (each.hasNext()) {
            text.append('\n').append(Json.text(each.next()));
            if (each.hasNext()) text.append(',');
        }
        if (!objects.isEmpty()) text.append('\n');
        terminal.out().println(text.append(']'));
    }

    private void lines(Map<String, String> shown) {
        int width = shown.keySet().stream().mapToInt(String::length).max().orElse(0);
        shown.forEach((name, value) -> terminal.out().println(padded(name, width) + "  " + Shown.text(value)));
    }

    private void table(List<String> heads, List<List<String>> rows) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(heads);
        for (List<String> row : rows) lines.add(row.stream().map(Shown::text).toList());
        for (List<String> line : lines) terminal.out().println(aligned(line, widths(lines)));
    }

    private static List<Integer> widths(List<List<String>> lines) {
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < lines.getFirst().size(); column++) {
            int width = 0;
            for (List<String> line : lines) width = Math.max(width, length(line.get(column)));
            widths.add(width);
        }
        return widths;
    }

    private static String aligned(List<String> line, List<Integer> widths) {
        StringBuilder text = new StringBuilder();
        for (int column = 0; column < line.size(); column++) {
            text.append(padded(line.get(column), widths.get(column))).append("  ");
        }
        return text.toString().stripTrailing();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(Math.max(0, width - length(text)));
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /// Puts a member only when there is one.
    static void putIfPresent(Map<String, Object> object, String name, Optional<?> value) {
        value.ifPresent(present -> object.put(name, present));
    }
}
