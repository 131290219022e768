package dev.handstamp.server.web;

import dev.handstamp.server.html.Messages;
import java.util.List;

/// What a user calls the thing that a session runs on, made of what it calls itself (`User-Agent`, RFC 9110 §10.1.5).
/// A guess, and never more than that.
///
/// @param program the browser or application; empty if it does not say
/// @param system  what it runs on; empty if it does not say
public record Device(String program, String system) {

    private record Word(String mark, String name) {}

    // The first that fits: most name others as well.
    private static final List<Word> PROGRAMS = List.of(
            new Word("Edg", "Edge"),
            new Word("OPR/", "Opera"),
            new Word("SamsungBrowser/", "Samsung Internet"),
            new Word("Firefox/", "Firefox"),
            new Word("FxiOS/", "Firefox"),
            new Word("Chrome/", "Chrome"),
            new Word("CriOS/", "Chrome"),
            new Word("Safari/", "Safari"));

    private static final List<Word> SYSTEMS = List.of(
            new Word("iPhone", "iPhone"),
            new Word("iPad", "iPad"),
            new Word("Android", "Android"),
            new Word("Windows", "Windows"),
            new Word("CrOS", "ChromeOS"),
            new Word("Mac OS X", "macOS"),
            new Word("Linux", "Linux"));

    private static final int LONGEST = 40;

    public static Device of(String userAgent) {
        String program = userAgent.startsWith("Mozilla/") ? find(PROGRAMS, userAgent) : product(userAgent);
        return new Device(program, find(SYSTEMS, userAgent));
    }

    /// The same in the language of a page.
    public String in(Messages words) {
        if (program.isEmpty() && system.isEmpty()) return words.text("device.unknown");
        if (program.isEmpty()) return words.text("device.with", system);
        return system.isEmpty() ? program : words.text("device.on", program, system);
    }

    /// An application that does not pretend to be a browser says its name first.
    private static String product(String userAgent) {
        String first = userAgent.split("[/ ]", 2)[0];
        return first.length() <= LONGEST ? first : first.substring(0, LONGEST);
    }

    private static String find(List<Word> words, String userAgent) {
        for (Word word : words) {
            if (userAgent.contains(word.mark)) return word.name;
        }
        return "";
    }
}
