package io.github.arc4j.demo.stage;

import java.util.Locale;
import java.util.Optional;

/** Settings for machines that differ from the usual: system property {@code e2e.k3s.image}, or environment variable {@code E2E_K3S_IMAGE}. */
public final class Setting {
    private Setting() {}

    /** The value of a property, else of the environment variable named like it, else the default. */
    public static String of(String property, String byDefault) {
        String variable = property.replace('.', '_').toUpperCase(Locale.ROOT);
        return Optional.ofNullable(System.getProperty(property))
                .or(() -> Optional.ofNullable(System.getenv(variable)))
                .filter(value -> !value.isBlank())
                .orElse(byDefault);
    }
}
