package dev.handstamp.spring;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/// Tokens are checked here, not by asking the issuer about each.
final class OnLocalCheck extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        var message = ConditionMessage.forCondition("Handstamp local check");
        boolean asks = !context.getEnvironment()
                .getProperty("handstamp.introspection.client-id", "")
                .isEmpty();
        return asks
                ? ConditionOutcome.noMatch(message.because("tokens are introspected"))
                : ConditionOutcome.match(message.because("tokens are not introspected"));
    }

    static boolean isIntrospecting(HandstampProperties.Introspection introspection) {
        return !introspection.clientId().isEmpty();
    }
}
