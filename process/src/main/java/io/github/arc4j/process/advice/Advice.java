package io.github.arc4j.process.advice;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Properties;

/**
 * What to do about a reason, from {@code advice.properties}.
 *
 * @param action what to do; empty if nothing is known
 * @param documentation URL of the documentation; empty if there is none
 */
public record Advice(String action, String documentation) {
    private static final String DOCUMENTATION = "https://github.com/arc4j/arc4j/blob/main/docs/";
    private static final Properties ALL = load();

    public static Advice of(String reason) {
        String[] parts = ALL.getProperty(reason, "|").split("\\|", 2);
        String page = parts[0].strip();
        return new Advice(parts[1].strip(), page.isEmpty() ? "" : DOCUMENTATION + page);
    }

    private static Properties load() {
        Properties all = new Properties();
        try (InputStream in = Objects.requireNonNull(Advice.class.getResourceAsStream("advice.properties"))) {
            all.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return all;
    }
}
