package dev.handstamp.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Every property is described, and nothing is described that is not there.
class PropertiesTest {

    @Test
    void the_metadata_for_editors_names_every_property() throws IOException {
        try (var metadata = getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            String text = new String(metadata.readAllBytes(), StandardCharsets.UTF_8);
            String properties = text.substring(text.indexOf("\"properties\""), text.indexOf("\"hints\""));
            assertThat(found("\"name\": \"(handstamp[a-z.-]*)\"", properties)).isEqualTo(properties());
        }
    }

    @Test
    void the_documentation_names_every_property() throws IOException {
        String page = Files.readString(Path.of("../../docs/adapters/spring.md"));
        String table = page.substring(page.indexOf("## Our properties"), page.indexOf("## What callers see"));

        assertThat(found("(?m)^\\| `(handstamp\\.[a-z.-]*)", table)).isEqualTo(properties());
    }

    private static Set<String> properties() {
        Set<String> names = new TreeSet<>();
        collect("handstamp", HandstampProperties.class, names);
        return names;
    }

    private static void collect(String prefix, Class<?> type, Set<String> names) {
        for (RecordComponent component : type.getRecordComponents()) {
            String name = prefix + "."
                    + component.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
            if (component.getType().isRecord()) {
                collect(name, component.getType(), names);
            } else {
                names.add(name);
            }
        }
    }

    private static Set<String> found(String pattern, String text) {
        Set<String> names = new TreeSet<>();
        var matcher = Pattern.compile(pattern).matcher(text);
        while (matcher.find()) names.add(matcher.group(1));
        return names;
    }
}
