package dev.handstamp.verifier;

import dev.handstamp.json.JsonNull;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Predicate;

/// What the value of a claim must be. Types are never converted: the string `"34"` is not a number.
public final class Condition {

    private final String sentence;
    private final Predicate<Object> test;

    private Condition(String sentence, Predicate<Object> test) {
        this.sentence = sentence;
        this.test = test;
    }

    /// A number not less than this.
    ///
    /// @param minimum the least that will do
    /// @return the condition
    public static Condition atLeast(long minimum) {
        return new Condition("at least " + minimum, value -> isNumber(value) && compare(value, minimum) >= 0);
    }

    /// A number not more than this.
    ///
    /// @param maximum the most that will do
    /// @return the condition
    public static Condition atMost(long maximum) {
        return new Condition("at most " + maximum, value -> isNumber(value) && compare(value, maximum) <= 0);
    }

    /// Exactly this string.
    ///
    /// @param expected compared character by character
    /// @return the condition
    public static Condition equalTo(String expected) {
        return new Condition("equal to " + expected, expected::equals);
    }

    /// A number of this value.
    ///
    /// @param expected 5 is met by `5` and by `5.0`
    /// @return the condition
    public static Condition equalTo(long expected) {
        return new Condition("equal to " + expected, value -> isNumber(value) && compare(value, expected) == 0);
    }

    /// {@return the condition that the value is `true`; the string `"true"` is not}
    public static Condition isTrue() {
        return new Condition("true", Boolean.TRUE::equals);
    }

    /// One of these strings.
    ///
    /// @param allowed compared character by character; if there is none, no value will do
    /// @return the condition
    public static Condition oneOf(String... allowed) {
        List<String> values = List.of(allowed);
        return new Condition("one of " + values, value -> value instanceof String && values.contains(value));
    }

    /// A list with this string in it, or the string alone.
    ///
    /// @param member compared character by character
    /// @return the condition
    public static Condition contains(String member) {
        return new Condition(
                "containing " + member,
                value -> value instanceof List<?> list ? list.contains(member) : member.equals(value));
    }

    /// {@return the condition that the claim is there, with any value but `null`}
    public static Condition present() {
        return new Condition("present", value -> value != JsonNull.NULL);
    }

    boolean isMetBy(Object value) {
        return test.test(value);
    }

    /// {@return the condition as it reads after the name of the claim, such as `at least 18`}
    @Override
    public String toString() {
        return sentence;
    }

    private static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof BigDecimal;
    }

    private static int compare(Object number, long bound) {
        if (number instanceof Long whole) return Long.compare(whole, bound);
        return number instanceof BigDecimal exact ? exact.compareTo(BigDecimal.valueOf(bound)) : -1;
    }
}
