package dev.handstamp.cli;

import dev.handstamp.cli.ImportCommand.Format;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// A file format by the name that its option shows.
final class FormatConverter implements ITypeConverter<Format> {

    @Override
    public Format convert(String text) {
        for (Format format : Format.values()) {
            if (format.toString().equals(text)) return format;
        }
        throw new TypeConversionException(
                "there is no format " + text + "; known are " + Arrays.toString(Format.values()));
    }
}
