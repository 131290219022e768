package dev.handstamp.e2e;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a compiled module shows to others: a line for each public or protected type and member, in full, sorted.
///
/// A line that is gone or different is a caller that no longer links or compiles.
final class Signatures {

    private Signatures() {}

    static Set<String> of(Path classes) throws IOException, ClassNotFoundException {
        Set<String> lines = new TreeSet<>();
        for (String name : names(classes)) {
            Class<?> type = Class.forName(name, false, Signatures.class.getClassLoader());
            if (isShown(type)) addTo(lines, type);
        }
        return lines;
    }

    /// The same for classes whose framework is not on this class path, as the JDK's javap reads them.
    static Set<String> withoutLoading(Path classes) throws IOException {
        Set<String> lines = new TreeSet<>();
        for (String name : names(classes)) {
            Path file = classes.resolve(name.replace('.', '/') + ".class");
            String type = name.replace('$', '.');
            boolean shown = false;
            for (String line : javap(file).split("\n", -1)) {
                boolean isHeader = line.endsWith("{");
                if (isHeader) shown = line.startsWith("public ");
                if (isHeader && shown)
                    lines.add(line.substring(0, line.length() - 1).strip());
                if (shown && line.startsWith("  ")) lines.add(type + ": " + line.strip());
            }
        }
        return lines;
    }

    private static String javap(Path file) {
        StringWriter output = new StringWriter();
        PrintWriter writer = new PrintWriter(output);
        int status = ToolProvider.findFirst("javap").orElseThrow().run(writer, writer, "-protected", file.toString());
        if (status != 0) throw new IllegalStateException(output.toString());
        return output.toString();
    }

    private static List<String> names(Path classes) throws IOException {
        try (Stream<Path> files = Files.walk(classes)) {
            return files.map(file -> classes.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .toList();
        }
    }

    private static boolean isShown(Class<?> type) {
        for (Class<?> each = type; each != null; each = each.getEnclosingClass()) {
            if (!isShown(each.getModifiers()) || each.isAnonymousClass() || each.isLocalClass()) return false;
        }
        return true;
    }

    private static boolean isShown(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static void addTo(Set<String> lines, Class<?> type) {
        lines.add(header(type));
        for (Constructor<?> each : type.getDeclaredConstructors()) {
            if (isShown(each.getModifiers()) && !each.isSynthetic())
                lines.add(type.getName() + ": " + line(each, each.toGenericString()));
        }
        for (Method each : type.getDeclaredMethods()) {
            boolean isOwn = isShown(each.getModifiers()) && !each.isSynthetic() && !each.isBridge();
            if (isOwn) lines.add(type.getName() + ": " + line(each, each.toGenericString()));
        }
        for (Field each : type.getDeclaredFields()) {
            if (isShown(each.getModifiers()) && !each.isSynthetic())
                lines.add(type.getName() + ": " + line(each, each.toGenericString()));
        }
    }

    private static String header(Class<?> type) {
        List<String> parts = new ArrayList<>();
        parts.add(type.toGenericString());
        if (type.getGenericSuperclass() != null)
            parts.add("extends " + type.getGenericSuperclass().getTypeName());
        if (type.getGenericInterfaces().length > 0) {
            parts.add("implements "
                    + Arrays.stream(type.getGenericInterfaces())
                            .map(Type::getTypeName)
                            .sorted()
                            .collect(Collectors.joining(", ")));
        }
        if (type.isSealed()) {
            parts.add("permits "
                    + Arrays.stream(type.getPermittedSubclasses())
                            .map(Class::getName)
                            .sorted()
                            .collect(Collectors.joining(", ")));
        }
        return String.join(" ", parts);
    }

    private static String line(AnnotatedElement element, String signature) {
        return element.isAnnotationPresent(Deprecated.class) ? "@Deprecated " + signature : signature;
    }
}
