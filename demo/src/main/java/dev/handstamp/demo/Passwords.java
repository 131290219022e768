package dev.handstamp.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// The passwords of the demonstration's guests: made once for each data directory, kept in a file that only its owner
/// can read, one `name password` a line, so that a later start can print them again and a shell can read them.
///
/// A real server keeps no password anywhere, only its hash. These are not fixed ones, because a data directory outlives
/// the afternoon that it was made for, and a password that stands in a README is one that everybody has.
final class Passwords {

    // Ten syllables of 75 are 62 bits, and can be read out and typed: "tuka-dofe-mina-rosu-pebo".
    private static final String CONSONANTS = "bdfghjklmnprstv";
    private static final String VOWELS = "aeiou";
    private static final int GROUPS = 5;
    private static final int SYLLABLES_PER_GROUP = 2;

    private final Map<String, String> passwords;
    private final List<String> fresh;

    private Passwords(Map<String, String> passwords, List<String> fresh) {
        this.passwords = passwords;
        this.fresh = fresh;
    }

    /// Reads the file; makes it, or what is missing in it, first.
    static Passwords in(Path file, List<String> usernames, RandomGenerator random) throws IOException {
        Map<String, String> passwords = read(file);
        var fresh = new ArrayList<>(usernames);
        fresh.removeAll(passwords.keySet());
        for (String name : fresh) passwords.put(name, password(random));
        if (!fresh.isEmpty()) OwnerOnly.write(file, text(passwords));
        return new Passwords(passwords, fresh);
    }

    /// The password of one of the names that [#in] was asked for.
    String of(String username) {
        String password = passwords.get(username);
        if (password == null) throw new IllegalArgumentException("no guest: " + username);
        return password;
    }

    /// Whether it was made just now, so that no user can have it yet.
    boolean isFresh(String username) {
        return fresh.contains(username);
    }

    private static String password(RandomGenerator random) {
        var password = new StringBuilder();
        for (int group = 0; group < GROUPS; group++) {
            if (group > 0) password.append('-');
            for (int syllable = 0; syllable < SYLLABLES_PER_GROUP; syllable++) {
                password.append(CONSONANTS.charAt(random.nextInt(CONSONANTS.length())));
                password.append(VOWELS.charAt(random.nextInt(VOWELS.length())));
            }
        }
        return password.toString();
    }

    private static Map<String, String> read(Path file) throws IOException {
        var passwords = new LinkedHashMap<String, String>();
        if (!Files.exists(file)) return passwords;
        for (String line : Files.readAllLines(file, UTF_8)) {
            int blank = line.indexOf(' ');
            if (blank > 0) passwords.put(line.substring(0, blank), line.substring(blank + 1));
        }
        return passwords;
    }

    private static String text(Map<String, String> passwords) {
        return passwords.entrySet().stream()
                .map(entry -> entry.getKey() + ' ' + entry.getValue() + '\n')
                .collect(joining());
    }
}
