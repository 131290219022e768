package dev.handstamp.server.settings;

import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/// What texts a setting takes, in words and as a parser: the two stand together so that an error can say what is
/// allowed.
///
/// @param allowed completes the sentence "… is not allowed here; allowed is"
record Kind<T>(String allowed, Function<String, Optional<T>> parser) {

    static Kind<String> text(String allowed, Pattern form) {
        return new Kind<>(allowed, text -> form.matcher(text).matches() ? Optional.of(text) : Optional.empty());
    }

    static Kind<Integer> number(int least, int most) {
        return new Kind<>("a whole number from " + least + " to " + most, text -> {
            if (!text.matches("\\d{1,9}")) return Optional.empty();
            int number = Integer.parseInt(text);
            return number >= least && number <= most ? Optional.of(number) : Optional.empty();
        });
    }

    /// A number and a unit, such as `10s`, `5m`, `24h`, `30d`.
    static Kind<Duration> duration(String least, String most) {
        Duration shortest = Durations.parse(least).orElseThrow();
        Duration longest = Durations.parse(most).orElseThrow();
        return new Kind<>(
                "a duration such as 10s, 5m, 24h or 30d, from " + least + " to " + most,
                text -> Durations.parse(text)
                        .filter(duration -> duration.compareTo(shortest) >= 0 && duration.compareTo(longest) <= 0));
    }

    static Kind<String> oneOf(String... names) {
        return new Kind<>(
                "one of " + String.join(", ", names),
                text -> Arrays.stream(names).filter(text::equals).findFirst());
    }

    static Kind<Path> path() {
        return new Kind<>("a path; a relative one in the configuration file counts from that file's folder", text -> {
            try {
                return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
            } catch (InvalidPathException e) {
                return Optional.empty();
            }
        });
    }

    /// An address to listen on. No name but localhost: what a name resolves to is decided elsewhere and can change.
    static Kind<String> address() {
        return new Kind<>("an IP address or localhost", text -> {
            if (text.equals("localhost")) return Optional.of("127.0.0.1");
            return isAddress(text) ? Optional.of(text) : Optional.empty();
        });
    }

    /// Addresses and networks. No network as wide as the world: then anybody's word would be believed.
    static Kind<Set<String>> networks() {
        String allowed =
                "IP addresses and networks such as 192.0.2.7,10.0.0.0/8, with commas between or as a YAML list";
        return new Kind<>(allowed, text -> {
            List<String> addresses = new ArrayList<>();
            for (String each : text.split(",", -1)) addresses.add(each.strip());
            return addresses.stream().allMatch(Kind::isNetwork)
                    ? Optional.of(Collections.unmodifiableSet(new LinkedHashSet<>(addresses)))
                    : Optional.empty();
        });
    }

    private static boolean isNetwork(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) return isAddress(text);
        String address = text.substring(0, slash);
        String length = text.substring(slash + 1);
        if (!isAddress(address) || !length.matches("[1-9]\\d{0,2}")) return false;
        return Integer.parseInt(length) <= 8 * InetAddress.ofLiteral(address).getAddress().length;
    }

    private static boolean isAddress(String text) {
        try {
            InetAddress.ofLiteral(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
