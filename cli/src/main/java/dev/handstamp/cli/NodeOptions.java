package dev.handstamp.cli;

import dev.handstamp.server.settings.Setting;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which running node a command asks.
final class NodeOptions {

    @Option(names = "--issuer", paramLabel = "URL", description = "The issuer, as the server has it.")
    private @Nullable String issuer;

    @Option(
            names = "--node",
            paramLabel = "URL",
            description = "Where the node listens, with the path of the issuer. Default: the issuer")
    private @Nullable String node;

    /// Asks the node, and does something with the answer.
    ///
    /// @param path below `/admin/api/v1`
    int ask(StoreOptions store, String path, ToIntFunction<Map<String, Object>> work) {
        Map<String, String> flags = issuer == null ? Map.of() : Map.of(Setting.ISSUER.name(), issuer);
        return store.with(flags, office -> {
            String address = node == null ? office.issuer() : node;
            return work.applyAsInt(new RunningNode(office, address).ask(path));
        });
    }
}
