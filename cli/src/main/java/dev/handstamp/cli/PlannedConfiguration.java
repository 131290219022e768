package dev.handstamp.cli;

import dev.handstamp.server.administration.Configuration;
import dev.handstamp.server.administration.ConfigurationPlan;
import dev.handstamp.server.administration.ConfigurationPlan.Action;
import dev.handstamp.server.administration.ConfigurationPlan.Difference;
import dev.handstamp.server.administration.ConfigurationPlan.Step;
import dev.handstamp.server.administration.ConfigurationReader;
import dev.handstamp.server.administration.Configurations.Applied;
import dev.handstamp.server.administration.Configurations.Told;
import dev.handstamp.server.administration.FaultyConfiguration;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a file of configuration asks for, as commands read it and show it.
final class PlannedConfiguration {

    private PlannedConfiguration() {}

    /// What stands in the file. If that is faulty, all of it has been told, each fault with its place.
    static Optional<Configuration> read(String file, Terminal terminal) {
        Path path;
        try {
            path = Path.of(file);
        } catch (InvalidPathException e) {
            throw new WrongUsage("not a path: " + file);
        }
        return switch (ConfigurationReader.read(
                path, name -> Optional.ofNullable(terminal.environment().get(name)))) {
            case Configuration configuration -> Optional.of(configuration);
            case FaultyConfiguration(var faults) -> {
                faults.forEach(fault -> terminal.err().println("handstamp: " + Shown.text(fault)));
                yield Optional.empty();
            }
        };
    }

    static int show(ConfigurationPlan plan, Printed printed, Terminal terminal) {
        if (printed.isJson()) return printed.object(object(plan));
        lines(plan).forEach(line -> terminal.out().println(line));
        return Cli.DONE;
    }

    /// What was done, and the secrets that were made.
    ///
    /// @param wasShown whether the user has seen the plan already
    static int tell(Applied applied, Printed printed, Terminal terminal, boolean wasShown) {
        if (printed.isJson()) {
            Map<String, Object> object = object(applied.plan());
            object.put(
                    "secrets",
                    applied.told().stream().map(PlannedConfiguration::object).toList());
            return printed.object(object);
        }
        ConfigurationPlan plan = applied.plan();
        if (plan.isEmpty() || !wasShown)
            lines(plan).forEach(line -> terminal.out().println(line));
        if (!plan.isEmpty()) terminal.out().println("Applied.");
        for (Told told : applied.told()) {
            new TreeMap<>(told.secrets())
                    .forEach((name, secret) -> terminal.out()
                            .println(Shown.text(told.noun().wireName() + " " + told.id() + "  " + name + "  " + secret)
                                    + "   (shown only now)"));
        }
        return Cli.DONE;
    }

    static List<String> lines(ConfigurationPlan plan) {
        List<String> lines = new ArrayList<>();
        for (Step step : plan.steps()) {
            lines.add(Shown.text(step.action().sign() + " " + step.noun().wireName()
                    + (step.id().isEmpty() ? "" : " " + step.id())));
            for (Difference difference : step.differences()) lines.add("    " + Shown.text(line(step, difference)));
        }
        if (plan.isEmpty()) lines.add("There is nothing to do.");
        else {
            lines.add("To do: " + plan.count(Action.CREATE) + " to create, " + plan.count(Action.UPDATE)
                    + " to change, " + plan.count(Action.DELETE) + " to delete.");
        }
        return lines;
    }

    private static String line(Step step, Difference difference) {
        if (step.action() == Action.CREATE) return difference.field() + ": " + difference.after();
        return difference.field() + ": " + Shown.orDash(difference.before()) + " → " + Shown.orDash(difference.after());
    }

    private static Map<String, Object> object(ConfigurationPlan plan) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("create", plan.count(Action.CREATE));
        object.put("update", plan.count(Action.UPDATE));
        object.put("delete", plan.count(Action.DELETE));
        object.put(
                "steps", plan.steps().stream().map(PlannedConfiguration::object).toList());
        return object;
    }

    private static Map<String, Object> object(Step step) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Difference difference : step.differences()) {
            fields.put(difference.field(), Map.of("before", difference.before(), "after", difference.after()));
        }
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("action", step.action().wireName());
        object.put("kind", step.noun().wireName());
        object.put("id", step.id());
        object.put("fields", fields);
        return object;
    }

    private static Map<String, Object> object(Told told) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("kind", told.noun().wireName());
        object.put("id", told.id());
        object.putAll(new TreeMap<>(told.secrets()));
        return object;
    }
}
