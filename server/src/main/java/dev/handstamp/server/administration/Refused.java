package dev.handstamp.server.administration;

import dev.handstamp.server.domain.client.ClientFault;
import dev.handstamp.server.html.Messages;
import dev.handstamp.server.settings.Problems;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// What was asked for cannot be done, and the message says why, in English, for the command line and the admin API.
/// Pages say it in the words of their reader: a reason is the key of words that every language has.
///
/// Thrown, where a door would answer a value: it ends the transaction that it comes up in, so that nothing is half
/// done.
public final class Refused extends RuntimeException {

    private static final long serialVersionUID = 1;

    /// Why, for a door that tells by a status.
    public enum Kind {
        /// It is not possible as it was asked for.
        WRONG,
        /// What it is about does not exist.
        UNKNOWN,
        /// What is there stands in its way.
        CONFLICT,
        /// What it is about is not what the caller has seen.
        CHANGED,
        /// Later it may be done.
        BUSY
    }

    /// One reason.
    ///
    /// @param about  what it is about, such as `redirect URI`; empty for nothing in particular
    /// @param key    of the words, in the messages of each language
    /// @param values what stands in them
    public record Reason(String about, String key, List<String> values) {

        private static Reason of(String about, String key, Object... values) {
            return new Reason(
                    about, key, Arrays.stream(values).map(String::valueOf).toList());
        }

        /// In a language.
        public String in(Messages words) {
            return words.text(key, values.toArray());
        }
    }

    private final transient Kind kind;
    private final transient List<Reason> reasons;

    /// @param key    of the words, such as `refused.role.unknown`
    /// @param values what stands in them
    public Refused(String key, Object... values) {
        this(Kind.WRONG, key, values);
    }

    Refused(Kind kind, String key, Object... values) {
        this(kind, List.of(Reason.of("", key, values)));
    }

    private Refused(Kind kind, List<Reason> reasons) {
        super(
                reasons.stream().map(reason -> reason.in(Messages.ENGLISH)).collect(Collectors.joining("; ")),
                null,
                false,
                false);
        this.kind = kind;
        this.reasons = List.copyOf(reasons);
    }

    /// Something that is not as it has to be.
    ///
    /// @param about what that is, in words such as `redirect URI`
    public static Refused about(String about, String key, Object... values) {
        return new Refused(Kind.WRONG, List.of(Reason.of(about, key, values)));
    }

    /// This refusal, which is about one of the things that were asked for.
    ///
    /// @param what in words such as `redirect URI`
    Refused concerning(String what) {
        return new Refused(
                kind,
                reasons.stream()
                        .map(reason -> new Reason(what, reason.key(), reason.values()))
                        .toList());
    }

    /// A client that cannot be as it is described.
    static Refused of(List<ClientFault> faults) {
        return new Refused(
                Kind.WRONG,
                faults.stream()
                        .map(fault -> new Reason(fault.member(), fault.key(), fault.values()))
                        .toList());
    }

    /// Several things that are not as they have to be.
    static Refused all(List<Refused> each) {
        return new Refused(
                Kind.WRONG,
                each.stream().flatMap(refused -> refused.reasons.stream()).toList());
    }

    /// The same, of what stands at a place in a file.
    Refused at(String place) {
        return new Refused(kind, List.of(Reason.of("", "refused.file.at", place, String.valueOf(getMessage()))));
    }

    public List<Reason> reasons() {
        return reasons;
    }

    public Kind kind() {
        return kind;
    }

    /// A text that came from outside, for a message.
    public static String quoted(String text) {
        return Problems.quoted(text);
    }
}
