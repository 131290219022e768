package dev.handstamp.spring;

/// The application cannot start as it is configured.
///
/// @see ConfigurationFailureAnalyzer
final class HandstampConfigurationException extends RuntimeException {

    private final String action;

    /// @param problem a sentence that names the property
    /// @param action a sentence that says what to do
    HandstampConfigurationException(String problem, String action) {
        super(problem);
        this.action = action;
    }

    String action() {
        return action;
    }
}
