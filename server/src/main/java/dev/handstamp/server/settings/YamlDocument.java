package dev.handstamp.server.settings;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/// One YAML document in a file: bounded, in UTF-8, and as nodes that know where they stand.
public final class YamlDocument {

    /// Is told why a file cannot be read.
    @FunctionalInterface
    public interface Faults {

        /// One fault.
        ///
        /// @param place where in the file, if it is known
        void add(Optional<Mark> place, String problem);
    }

    private YamlDocument() {}

    /// The root of the document; none if there is nothing in the file, or if a fault was told.
    ///
    /// @param longest how many bytes the file may have
    public static Optional<Node> read(Path file, int longest, Faults faults) {
        return text(file, longest, faults).flatMap(text -> compose(text, longest, faults));
    }

    private static Optional<String> text(Path file, int longest, Faults faults) {
        try {
            if (Files.size(file) > longest) return fault(faults, "longer than " + longest + " bytes");
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (NoSuchFileException e) {
            return fault(faults, "there is no such configuration file");
        } catch (CharacterCodingException e) {
            return fault(faults, "not UTF-8");
        } catch (IOException e) {
            return fault(faults, "cannot be read (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static Optional<Node> compose(String text, int longest, Faults faults) {
        LoadSettings settings = LoadSettings.builder()
                .setCodePointLimit(longest)
                .setAllowNonScalarKeys(true)
                .build();
        try {
            return new Compose(settings).composeString(text);
        } catch (MarkedYamlEngineException e) {
            faults.add(e.getProblemMark(), "not YAML: " + e.getProblem());
        } catch (YamlEngineException e) {
            faults.add(Optional.empty(), "not YAML");
        }
        return Optional.empty();
    }

    private static <T> Optional<T> fault(Faults faults, String problem) {
        faults.add(Optional.empty(), problem);
        return Optional.empty();
    }
}
