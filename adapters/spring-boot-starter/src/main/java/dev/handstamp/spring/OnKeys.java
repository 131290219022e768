package dev.handstamp.spring;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/// The application has said where the keys of its tokens are.
final class OnKeys extends SpringBootCondition {

    @Override
    public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
        var message = ConditionMessage.forCondition("Handstamp keys");
        return ResourceServerSettings.of(context.getEnvironment()).hasKeys()
                ? ConditionOutcome.match(message.foundExactly("an issuer, a key set or a public key"))
                : ConditionOutcome.noMatch(message.didNotFind("issuer-uri, jwk-set-uri or public-key-location")
                        .atAll());
    }
}
