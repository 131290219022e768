package dev.handstamp.server.settings;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What was set, by whom: the file, over it the variables, over them the flags. Reads each setting as what it stands
/// for,
/// and says of every text that does not fit where it came from and what is allowed.
public final class Settings {

    public static final String VARIABLE_PREFIX = "HANDSTAMP_";
    /// Names the configuration file when no flag does.
    public static final String CONFIG_VARIABLE = VARIABLE_PREFIX + "CONFIG";
    /// The size of the heap, such as 96m: for the launcher, before there is a program that could read settings.
    public static final String HEAP_VARIABLE = VARIABLE_PREFIX + "HEAP";

    /// One text and where it came from.
    ///
    /// @param origin such as "variable HANDSTAMP_PORT"
    /// @param folder what a relative path counts from
    private record Given(String text, String origin, Path folder) {}

    private static final Path HERE = Path.of("");

    private final Problems problems;
    private final Map<String, Given> given = new LinkedHashMap<>(); // by the settings' names

    private Settings(Problems problems) {
        this.problems = problems;
    }

    /// Brings all three together; what names no setting is a problem already here.
    ///
    /// @param file        empty: the one that `HANDSTAMP_CONFIG` names, if it does
    /// @param environment all variables; those not ours are passed over
    /// @param flags       texts by the settings' names
    public static Settings collect(
            Optional<Path> file, Map<String, String> environment, Map<String, String> flags, Problems problems) {
        Settings settings = new Settings(problems);
        file.or(() -> Optional.ofNullable(environment.get(CONFIG_VARIABLE)).map(Path::of))
                .ifPresent(settings::addFile);
        settings.addVariables(environment);
        settings.addFlags(flags);
        return settings;
    }

    /// The value of a setting that has a standard value. After a problem, the standard value.
    public <T> T get(Setting<T> setting) {
        return find(setting)
                .orElseGet(
                        () -> setting.kind().parser().apply(setting.standard()).orElseThrow());
    }

    /// The value of a setting, if it was given and fits.
    public <T> Optional<T> find(Setting<T> setting) {
        Given text = given.get(setting.name());
        if (text == null) return Optional.empty();
        Optional<T> value = setting.kind().parser().apply(text.text());
        if (value.isEmpty()) {
            String quoted = setting.secret() ? "its value" : Problems.quoted(text.text());
            problem(setting, quoted + " is not allowed; allowed is " + setting.allowed());
        }
        return value;
    }

    /// A path, made absolute.
    public Path path(Setting<Path> setting) {
        return absolute(setting, get(setting));
    }

    /// A path, made absolute, if it was given.
    public Optional<Path> findPath(Setting<Path> setting) {
        return find(setting).map(path -> absolute(setting, path));
    }

    public boolean isGiven(Setting<?> setting) {
        return given.containsKey(setting.name());
    }

    /// Reports that a setting's value, although it fits by itself, cannot be.
    public void problem(Setting<?> setting, String problem) {
        Given text = given.get(setting.name());
        String origin = text == null ? "" : " (" + text.origin() + ")";
        problems.add(setting.name() + origin + ": " + problem);
    }

    private Path absolute(Setting<Path> setting, Path path) {
        Given text = given.get(setting.name());
        Path folder = text == null ? HERE : text.folder();
        return folder.toAbsolutePath().resolve(path).normalize();
    }

    private void addFile(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        Path folder = parent == null ? HERE : parent;
        YamlFile.read(file, problems).forEach((name, entry) -> {
            String origin = file + " line " + entry.line();
            Optional<Setting<?>> setting = named(name);
            if (setting.isEmpty()) unknown(name, origin);
            else if (setting.get().secret()) misplacedSecret(setting.get(), origin);
            else given.put(setting.get().name(), new Given(entry.text(), origin, folder));
        });
    }

    private void addVariables(Map<String, String> environment) {
        new TreeMap<>(environment)
                .entrySet().stream()
                        .filter(variable -> variable.getKey().startsWith(VARIABLE_PREFIX))
                        .filter(variable -> !variable.getKey().equals(CONFIG_VARIABLE))
                        .filter(variable -> !variable.getKey().equals(HEAP_VARIABLE))
                        .forEach(variable -> addVariable(variable.getKey(), variable.getValue()));
    }

    private void addVariable(String variable, String text) {
        String origin = "variable " + variable;
        Optional<Setting<?>> setting = Setting.ALL.stream()
                .filter(each -> each.variable().equals(variable))
                .findFirst();
        if (setting.isPresent()) given.put(setting.get().name(), new Given(text, origin, HERE));
        else unknown(variable.substring(VARIABLE_PREFIX.length()), origin);
    }

    private void addFlags(Map<String, String> flags) {
        flags.forEach((name, text) -> {
            Optional<Setting<?>> setting = named(name);
            if (setting.isEmpty()) unknown(name, "flag");
            else if (setting.get().secret()) misplacedSecret(setting.get(), "flag");
            else {
                String origin = "flag " + setting.get().flag().orElseThrow();
                given.put(setting.get().name(), new Given(text, origin, HERE));
            }
        });
    }

    private static Optional<Setting<?>> named(String name) {
        return Setting.ALL.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    private void misplacedSecret(Setting<?> setting, String origin) {
        problems.add(setting.name() + " (" + origin + "): a secret; give it in the variable " + setting.variable());
    }

    private void unknown(String name, String origin) {
        List<String> known = Setting.ALL.stream().map(Setting::name).toList();
        String hint = Nearest.to(name, known)
                .map(nearest -> "; did you mean " + nearest + "?")
                .orElse("; known are " + String.join(", ", known));
        problems.add("unknown setting " + Problems.quoted(name) + " (" + origin + ")" + hint);
    }
}
