package io.github.arc4j.simulator.http;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a runner needs to come online; for clients it is an opaque text. */
public record JitConfig(long runnerId, String runnerName, int scaleSetId, String serverUrl, String secret) {

    String encode() {
        return Base64.getEncoder().encodeToString(Json.bytes(this));
    }

    /**
     * Reads the text; blanks around it do not matter.
     *
     * @throws IllegalArgumentException if it is no JIT config
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
