package io.github.arc4j.controller.options;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Reads a command line in the syntax of Go's {@code flag} package: one or two dashes, {@code --name=value} or {@code
 * --name value}, booleans only with {@code =} or bare; flags end at {@code --} or at the first argument that is not a
 * flag.
 */
final class FlagParser {
    private static final Set<String> TRUE = Set.of("1", "t", "T", "true", "TRUE", "True");
    private static final Set<String> FALSE = Set.of("0", "f", "F", "false", "FALSE", "False");

    private final Map<String, Flag> flags = new LinkedHashMap<>();
    private final Map<String, List<String>> values = new LinkedHashMap<>();

    FlagParser(List<Flag> flags) {
        flags.forEach(flag -> this.flags.put(flag.name(), flag));
    }

    /** Parses the command line. If a flag is given twice, the last value counts; a repeatable flag keeps both. */
    void parse(List<String> arguments) throws OptionsException {
        int next = 0;
        while (next < arguments.size()) {
            String argument = arguments.get(next++);
            if (argument.length() < 2 || argument.charAt(0) != '-' || argument.equals("--")) {
                return;
            }
            String text = argument.substring(argument.startsWith("--") ? 2 : 1);
            if (text.startsWith("-") || text.startsWith("=")) {
                throw OptionsException.usage("bad flag syntax: " + argument);
            }
            int equals = text.indexOf('=');
            Flag flag = flag(equals < 0 ? text : text.substring(0, equals));
            if (equals >= 0) {
                set(flag, text.substring(equals + 1));
            } else if (flag.type() == Flag.Type.BOOLEAN) {
                set(flag, "true");
            } else if (next < arguments.size()) {
                set(flag, arguments.get(next++));
            } else {
                throw OptionsException.usage("flag needs an argument: -" + flag.name());
            }
        }
    }

    private Flag flag(String name) throws OptionsException {
        Flag flag = flags.get(name);
        if (flag != null) {
            return flag;
        }
        if (name.equals("help") || name.equals("h")) {
            throw OptionsException.help(usage());
        }
        String hint = EditDistance.nearest(name, flags.keySet())
                .map(nearest -> "; did you mean --" + nearest + "?")
                .orElse("");
        throw OptionsException.usage("flag provided but not defined: -" + name + hint);
    }

    private void set(Flag flag, String value) throws OptionsException {
        boolean valid = switch (flag.type()) {
            case BOOLEAN -> TRUE.contains(value) || FALSE.contains(value);
            case INTEGER -> isInteger(value);
            case DURATION -> GoDuration.parse(value) != null;
            case TEXT -> true;
        };
        if (!valid) {
            throw OptionsException.usage(
                    "invalid value \"%s\" for flag -%s: parse error".formatted(value, flag.name()));
        }
        List<String> flagValues = values.computeIfAbsent(flag.name(), n -> new ArrayList<>());
        if (!flag.repeatable()) {
            flagValues.clear();
        }
        flagValues.add(value);
    }

    /** All values of a repeatable flag. */
    List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** The value of a flag, or its default. */
    String text(String name) {
        List<String> given = all(name);
        return given.isEmpty() ? Objects.requireNonNull(flags.get(name), name).byDefault() : given.getLast();
    }

    boolean isTrue(String name) {
        return TRUE.contains(text(name));
    }

    int integer(String name) {
        return Integer.decode(text(name));
    }

    Duration duration(String name) {
        return Objects.requireNonNull(GoDuration.parse(text(name)));
    }

    /** Whether the flag is given on the command line. */
    boolean isGiven(String name) {
        return !all(name).isEmpty();
    }

    private static boolean isInteger(String value) {
        try {
            Integer.decode(value);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private String usage() {
        StringBuilder text = new StringBuilder("Flags:\n");
        for (Flag flag : flags.values()) {
            text.append("  --").append(flag.name());
            if (flag.type() != Flag.Type.BOOLEAN) {
                text.append(" <").append(flag.type().label()).append('>');
            }
            text.append("\n        ").append(flag.help());
            if (!flag.byDefault().isEmpty()) {
                text.append(" (default ").append(flag.byDefault()).append(')');
            }
            text.append('\n');
        }
        return text.toString();
    }
}
