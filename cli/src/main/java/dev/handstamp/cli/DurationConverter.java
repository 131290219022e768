package dev.handstamp.cli;

import dev.handstamp.server.settings.Durations;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Reads `10s`, `5m`, `24h`, `30d`.
final class DurationConverter implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        return Durations.parse(text)
                .orElseThrow(() -> new TypeConversionException("allowed is such as 10s, 5m, 24h, 30d"));
    }
}
