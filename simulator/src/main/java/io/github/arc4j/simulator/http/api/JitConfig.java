package io.github.arc4j.simulator.http.api;

import io.github.arc4j.simulator.http.routing.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The data that a runner needs to come online; opaque to clients. */
public record JitConfig(long runnerId, String runnerName, int scaleSetId, String serverUrl, String secret) {

    String encode() {
        return Base64.getEncoder().encodeToString(Json.bytes(this));
    }

    /**
     * Decodes a JIT config, ignoring surrounding white space.
     *
     * @throws IllegalArgumentException if the text is not a JIT config
     */
    public static JitConfig decode(String encoded) {
        byte[] json = Base64.getDecoder().decode(encoded.strip().getBytes(StandardCharsets.US_ASCII));
        return Json.read(json, JitConfig.class);
    }

    @Override
    public String toString() {
        return "JitConfig[runner=" + runnerName + "]";
    }
}
