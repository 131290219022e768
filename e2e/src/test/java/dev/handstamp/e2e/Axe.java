package dev.handstamp.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// axe-core, which looks for what shuts people out (WCAG 2.2, levels A and AA, and its best practices).
final class Axe {

    private static final String SCRIPT = read();

    private static final String RUN = """
        const done = arguments[arguments.length - 1];
        axe.run(document, {runOnly: {type: 'tag', values:
            ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}, resultTypes: ['violations']})
          .then(found => done(found.violations.map(each => ({id: each.id, help: each.help,
              nodes: each.nodes.map(node => node.html + ' ' + node.failureSummary).join('\\n')}))))
          .catch(wrong => done([{id: 'axe', help: String(wrong), nodes: ''}]));
        """;

    private Axe() {}

    /// What is wrong with the page that the browser shows, one line each; empty is good.
    static List<String> findings(Chrome chrome) {
        if (!Boolean.TRUE.equals(chrome.script("return 'axe' in window"))) chrome.script(SCRIPT);
        Object found = chrome.driver().executeAsyncScript(RUN);
        List<String> findings = new ArrayList<>();
        if (found instanceof List<?> list) {
            for (Object each : list) {
                if (each instanceof Map<?, ?> map) {
                    findings.add(map.get("id") + ": " + map.get("help") + "\n" + map.get("nodes"));
                }
            }
        }
        return findings;
    }

    private static String read() {
        try (InputStream file = Axe.class.getResourceAsStream("/axe.min.js")) {
            if (file == null) throw new IllegalStateException("axe-core is not on the class path");
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
