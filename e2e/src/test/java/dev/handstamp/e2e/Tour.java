package dev.handstamp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Pages one after the other, as somebody would meet them: nothing shuts people out (axe-core, WCAG 2.2 AA) and
/// [Manners] are kept, in English at a desktop, and in German on a small dark telephone where the page can be opened
/// anew; nothing was blocked by our own policy.
///
/// With `-Dhandstamp.screens=FOLDER` it takes a picture of each, in light and dark, on a desktop and on a telephone.
final class Tour {

    private static final int NARROW = 320;

    private static final Optional<Path> PICTURES =
            Optional.ofNullable(System.getProperty("handstamp.screens")).map(Path::of);

    /// One page and how to get there from the one before, which may stand there in German: whoever goes on by its words
    /// opens it anew.
    ///
    /// @param isAnswer   whether it answers a form, so that it cannot be opened anew
    /// @param isPictured whether pictures are taken
    record Stop(String name, Way way, boolean isAnswer, boolean isPictured) {

        static Stop of(String name, Way way) {
            return new Stop(name, way, false, true);
        }

        Stop answer() {
            return new Stop(name, way, true, isPictured);
        }

        Stop unpictured() {
            return new Stop(name, way, isAnswer, false);
        }
    }

    @FunctionalInterface
    interface Way {
        void go() throws IOException, InterruptedException;
    }

    private final Chrome chrome;
    private final Manners manners;
    private final Set<String> seen = new TreeSet<>();
    private final Set<String> pictured = new TreeSet<>();

    Tour(Chrome chrome) {
        this.chrome = chrome;
        this.manners = new Manners(chrome);
    }

    Stream<DynamicTest> tests(List<Stop> stops) {
        return stops.stream().map(stop -> DynamicTest.dynamicTest(stop.name, () -> visit(stop)));
    }

    /// The paths of the pages that it has come to.
    Set<String> seen() {
        return Collections.unmodifiableSet(seen);
    }

    /// The paths of those among them that are in the pictures.
    Set<String> pictured() {
        return Collections.unmodifiableSet(pictured);
    }

    void visit(Stop stop) throws IOException, InterruptedException {
        chrome.speak("en");
        chrome.look(1280, 900, false);
        stop.way.go();
        assertThat(chrome.one("html").getDomAttribute("lang")).isEqualTo("en");
        String path = URI.create(chrome.address()).getPath();
        seen.add(path);
        if (stop.isPictured) pictured.add(path);
        assertThat(Axe.findings(chrome)).as(stop.name).isEmpty();
        manners.assertStill(stop.name);
        if (stop.isPictured) takePictures(stop.name);
        manners.assertWalkable(stop.name);
        manners.assertFieldsSayWhatTheyAreFor(stop.name, path);
        manners.assertFits(stop.name);
        chrome.look(NARROW, 640, true);
        if (stop.isAnswer) {
            assertThat(Axe.findings(chrome)).as(stop.name + " in the dark").isEmpty();
        } else {
            inGerman(stop);
        }
        assertThat(chrome.complaints().stream().filter(each -> !each.contains("status of 4")))
                .as(stop.name)
                .isEmpty();
    }

    private void inGerman(Stop stop) {
        String name = stop.name + " in German";
        chrome.speak("de");
        chrome.open(chrome.address());
        assertThat(chrome.one("html").getDomAttribute("lang")).isEqualTo("de");
        assertThat(Axe.findings(chrome)).as(name).isEmpty();
        manners.assertStill(name);
        manners.assertWalkable(name);
        manners.assertFits(name);
        chrome.speak("en");
        chrome.look(1280, 900, false);
    }

    /// Where pictures are asked for, takes those of the page that the browser shows: before the Tab key has been
    /// anywhere, so that the focus is where it is for whoever comes to it.
    void takePictures(String name) {
        if (PICTURES.isEmpty()) return;
        Path folder = PICTURES.get();
        for (boolean dark : List.of(false, true)) {
            takePicture(name, folder, "desktop", 1280, 900, dark);
            takePicture(name, folder, "phone", NARROW, 640, dark);
        }
        chrome.look(1280, 900, false);
    }

    private void takePicture(String page, Path folder, String device, int width, int height, boolean dark) {
        chrome.look(width, height, dark);
        // Colours that are on their way from light to dark are no colours of the page.
        chrome.script("document.getAnimations().forEach(each => each.finish())");
        String name = page + "-" + (dark ? "dark" : "light") + "-" + device + ".png";
        try {
            Picture.of(chrome.picture()).write(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
