package dev.handstamp.spring;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/// Says in two sentences what is wrong and what to do, in place of a stack trace.
final class ConfigurationFailureAnalyzer extends AbstractFailureAnalyzer<HandstampConfigurationException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, HandstampConfigurationException cause) {
        return new FailureAnalysis(cause.getMessage(), cause.action(), cause);
    }
}
