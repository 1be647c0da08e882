package io.github.arc4j.cli.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Entries of Secrets. They are never part of a report. */
public final class Secrets {
    private Secrets() {}

    /** The entries as text; those that are not Base64 are missing. */
    public static Map<String, String> decoded(Secret secret) {
        Map<String, String> decoded = new LinkedHashMap<>();
        if (secret.getData() != null) {
            secret.getData().forEach((key, value) -> {
                try {
                    decoded.put(key, new String(Base64.getDecoder().decode(value), UTF_8));
                } catch (IllegalArgumentException e) {
                    decoded.remove(key);
                }
            });
        }
        return decoded;
    }
}
