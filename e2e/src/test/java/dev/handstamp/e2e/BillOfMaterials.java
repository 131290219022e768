package dev.handstamp.e2e;

import dev.handstamp.json.Json;
import dev.handstamp.json.JsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// What a module brings along, as the build writes it in CycloneDX JSON.
final class BillOfMaterials {

    /// The command line with the server in it, and each module that others depend on.
    static final List<String> MODULES = List.of(
            "cli",
            "jwt",
            "verifier",
            "testing",
            "adapters/forward-auth",
            "adapters/grpc",
            "adapters/microprofile-jwt",
            "adapters/servlet",
            "adapters/spring-boot-starter");

    private static final int MOST_BYTES = 16 << 20;

    private BillOfMaterials() {}

    /// Everything of others that any module ships.
    static SortedSet<ShippedArtifact> ofAll(Path root) throws IOException {
        SortedSet<ShippedArtifact> all = new TreeSet<>();
        for (String module : MODULES) all.addAll(of(root, module));
        return all;
    }

    static SortedSet<ShippedArtifact> of(Path root, String module) throws IOException {
        try {
            return read(Files.readAllBytes(root.resolve(module).resolve("target/bom.json")));
        } catch (NoSuchFileException e) {
            throw new IOException(
                    e.getFile() + " is not there yet: ./mvnw -Dmaven.test.skip=true package writes it", e);
        }
    }

    private static SortedSet<ShippedArtifact> read(byte[] bill) throws IOException {
        Map<String, Object> document = parsed(bill);
        Map<String, Map<?, ?>> components = new HashMap<>();
        for (Map<?, ?> component : objects(document.get("components"))) {
            components.put((String) component.get("bom-ref"), component);
        }
        Map<String, List<?>> needs = new HashMap<>();
        for (Map<?, ?> dependency : objects(document.get("dependencies"))) {
            needs.put(
                    (String) dependency.get("ref"), dependency.get("dependsOn") instanceof List<?> on ? on : List.of());
        }
        Map<?, ?> own = (Map<?, ?>) ((Map<?, ?>) document.get("metadata")).get("component");
        SortedSet<ShippedArtifact> artifacts = new TreeSet<>();
        Set<Object> seen = new HashSet<>();
        Deque<Object> waiting = new ArrayDeque<>(List.of(own.get("bom-ref")));
        while (!waiting.isEmpty()) {
            Object next = waiting.remove();
            Map<?, ?> component = components.getOrDefault(next, own);
            // What is optional is there only where the application brings it itself, and so is what it needs.
            if (!seen.add(next) || "optional".equals(component.get("scope"))) continue;
            waiting.addAll(needs.getOrDefault(next, List.of()));
            if ("dev.handstamp".equals(component.get("group"))) continue;
            String name = component.get("group") + ":" + component.get("name");
            artifacts.add(new ShippedArtifact(name, (String) component.get("version")));
        }
        return artifacts;
    }

    private static Map<String, Object> parsed(byte[] bill) throws IOException {
        try {
            Map<String, Object> document = Json.parseObject(bill, MOST_BYTES);
            if ("CycloneDX".equals(document.get("bomFormat"))) return document;
        } catch (JsonException e) {
            throw new IOException(e);
        }
        throw new IOException("not a bill of materials in CycloneDX");
    }

    private static List<Map<?, ?>> objects(Object list) {
        List<Map<?, ?>> objects = new ArrayList<>();
        if (list instanceof List<?> elements) elements.forEach(element -> objects.add((Map<?, ?>) element));
        return objects;
    }
}
