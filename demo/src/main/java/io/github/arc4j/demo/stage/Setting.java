package io.github.arc4j.demo.stage;

import java.util.Locale;
import java.util.Optional;

/**
 * Machine-specific settings from a system property such as {@code e2e.k3s.image} or an environment variable such as
 * {@code E2E_K3S_IMAGE}.
 */
public final class Setting {
    private Setting() {}

    /** The value of a property, else of the corresponding environment variable, else the default. */
    public static String of(String property, String defaultValue) {
        String variable = property.replace('.', '_').toUpperCase(Locale.ROOT);
        return Optional.ofNullable(System.getProperty(property))
                .or(() -> Optional.ofNullable(System.getenv(variable)))
                .filter(value -> !value.isBlank())
                .orElse(defaultValue);
    }
}
