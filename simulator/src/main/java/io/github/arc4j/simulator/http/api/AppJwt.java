package io.github.arc4j.simulator.http.api;

import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.http.routing.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/** Validates the JSON Web Tokens with which GitHub Apps request installation tokens. */
final class AppJwt {
    private static final long MAX_LIFETIME_SECONDS = 600;
    private static final long SKEW_SECONDS = 60;

    private final SimulatorOptions options;

    AppJwt(SimulatorOptions options) {
        this.options = options;
    }

    /** The faults of a token; empty if it is valid. */
    List<String> faults(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return List.of("not three parts");
        }
        List<String> faults = new ArrayList<>();
        try {
            if (!"RS256".equals(json(parts[0]).get("alg"))) {
                faults.add("alg is not RS256");
            }
            checkClaims(json(parts[1]), faults);
            PublicKey key = options.appKey();
            if (key != null && !verifies(key, parts)) {
                faults.add("signature does not match the key");
            }
        } catch (IllegalArgumentException e) {
            faults.add("not decodable");
        }
        return faults;
    }

    private void checkClaims(Map<?, ?> claims, List<String> faults) {
        long now = Instant.now().getEpochSecond();
        if (!(claims.get("iss") instanceof String issuer)) {
            faults.add("iss is not a string");
        } else if (options.appId() != null && !options.appId().equals(issuer)) {
            faults.add("iss is not the app");
        }
        if (claims.get("iat") instanceof Integer issued && claims.get("exp") instanceof Integer expires) {
            if (issued > now + SKEW_SECONDS) {
                faults.add("iat is in the future");
            }
            if (expires <= now) {
                faults.add("expired");
            }
            if (expires > now + MAX_LIFETIME_SECONDS) {
                faults.add("exp is more than 10 minutes away");
            }
        } else {
            faults.add("iat and exp are not whole seconds");
        }
    }

    private static Map<?, ?> json(String part) {
        return Json.read(Base64.getUrlDecoder().decode(part), Map.class);
    }

    private static boolean verifies(PublicKey key, String[] parts) {
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initVerify(key);
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            return signature.verify(Base64.getUrlDecoder().decode(parts[2]));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }
}
