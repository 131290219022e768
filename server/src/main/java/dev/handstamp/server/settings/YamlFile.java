package dev.handstamp.server.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Reads a configuration file: one YAML document of nested names and plain values, without anchors, tags or duplicates.
final class YamlFile {

    /// A value's text, still to be parsed, and the line that it stands on, counted from 1.
    record Entry(String text, int line) {}

    private static final int LONGEST = 256 * 1024;

    private final Path file;
    private final Problems problems;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private YamlFile(Path file, Problems problems) {
        this.file = file;
        this.problems = problems;
    }

    /// The entries by dotted name; what is wrong with the file itself is added to the problems.
    static Map<String, Entry> read(Path file, Problems problems) {
        YamlFile reading = new YamlFile(file, problems);
        reading.root().ifPresent(root -> reading.mapping("", root));
        return reading.entries;
    }

    private Optional<MappingNode> root() {
        Optional<Node> root = YamlDocument.read(
                file,
                LONGEST,
                (place, problem) -> problems.add(file
                        + place.map(mark -> " line " + (mark.getLine() + 1)).orElse("") + ": " + problem));
        if (root.isEmpty()) return Optional.empty();
        if (root.get() instanceof MappingNode mapping) return Optional.of(mapping);
        return fail(at(root.get()) + ": names and values are expected, such as \"port: 9000\"");
    }

    private void mapping(String prefix, MappingNode node) {
        for (NodeTuple tuple : node.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(at(tuple.getKeyNode()) + ": a name is expected");
                continue;
            }
            value(prefix + key.getValue(), key, tuple.getValueNode());
        }
    }

    private void value(String name, ScalarNode key, Node value) {
        if (value.getAnchor().isPresent()) {
            problems.add(at(key) + ": anchors and aliases are not supported");
            return;
        }
        switch (value) {
            case MappingNode nested -> mapping(name + ".", nested);
            case SequenceNode list -> list(list).ifPresent(text -> entry(name, key, text));
            case ScalarNode scalar -> entry(name, key, scalar.getValue());
            default -> problems.add(at(key) + ": a plain value is expected");
        }
    }

    private Optional<String> list(SequenceNode list) {
        List<String> texts = new ArrayList<>();
        for (Node node : list.getValue()) {
            if (!(node instanceof ScalarNode scalar)) return fail(at(node) + ": a list of plain values is expected");
            texts.add(scalar.getValue());
        }
        return Optional.of(String.join(",", texts));
    }

    private void entry(String name, ScalarNode key, String text) {
        Entry entry = new Entry(text, line(key));
        Entry earlier = entries.putIfAbsent(name, entry);
        if (earlier != null) {
            problems.add(at(key) + ": " + Problems.quoted(name) + " is set twice, first on line " + earlier.line());
        }
    }

    private String at(Node node) {
        return file + " line " + line(node);
    }

    private static int line(Node node) {
        return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
    }

    private <T> Optional<T> fail(String problem) {
        problems.add(problem);
        return Optional.empty();
    }
}
