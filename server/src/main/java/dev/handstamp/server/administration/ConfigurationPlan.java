package dev.handstamp.server.administration;

import java.util.List;
import java.util.Locale;

/// What has to be done so that there is what a file wants, in the order in which it is done.
public record ConfigurationPlan(List<Step> steps) {

    public ConfigurationPlan {
        steps = List.copyOf(steps);
    }

    /// What is done with one object.
    public enum Action {
        CREATE("+"),
        UPDATE("~"),
        DELETE("-");

        private final String sign;

        Action(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What objects there are.
    public enum Noun {
        API,
        ROLE,
        CLIENT,
        BRAND,
        EXCHANGE,
        ISSUER;

        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// One member that is to be another one; an empty text is none. No secret is ever among them.
    public record Difference(String field, String before, String after) {}

    /// What is done with one object, and how it differs afterwards.
    ///
    /// @param id of a brand: its client; empty: the server. Of a rule of exchange: its client and the two APIs
    public record Step(Action action, Noun noun, String id, List<Difference> differences) {

        public Step {
            differences = List.copyOf(differences);
        }
    }

    public boolean isEmpty() {
        return steps.isEmpty();
    }

    public long count(Action action) {
        return steps.stream().filter(step -> step.action == action).count();
    }
}
