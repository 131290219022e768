package dev.handstamp.server.domain.client;

import java.util.Arrays;
import java.util.List;

/// What is wrong with a client's metadata, or contradicts itself in it.
///
/// @param member that it is about, by its registered name
/// @param key    of the words that pages have for it
/// @param values what stands in them
/// @param text   the same in English, for machines: a sentence without its full stop
public record ClientFault(String member, String key, List<String> values, String text) {

    public ClientFault {
        values = List.copyOf(values);
    }

    static ClientFault of(String member, String key, String text, Object... values) {
        return new ClientFault(
                member, key, Arrays.stream(values).map(String::valueOf).toList(), text);
    }

    @Override
    public String toString() {
        return text;
    }
}
