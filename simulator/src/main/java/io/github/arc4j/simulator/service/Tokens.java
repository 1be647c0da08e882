package io.github.arc4j.simulator.service;

import io.github.arc4j.simulator.SimulatorOptions;
import io.github.arc4j.simulator.service.state.Scope;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Issues tokens and keeps track of what they grant. */
public final class Tokens {
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final Duration EXPIRED_TOKEN_RETENTION = Duration.ofHours(1);

    private final SimulatorOptions options;
    private final Map<String, Grant> grants = new ConcurrentHashMap<>();
    private final byte[] key = new byte[32];
    private volatile Set<String> personalTokens;

    Tokens(SimulatorOptions options) {
        this.options = options;
        this.personalTokens = options.tokens();
        new SecureRandom().nextBytes(key);
    }

    /** The purpose of a token. */
    public enum Kind {
        PERSONAL,
        INSTALLATION,
        REGISTRATION,
        ADMIN,
        QUEUE
    }

    /**
     * What a token grants.
     *
     * @param scope null if the token is valid for any scope
     * @param session the session of a queue token, else null
     * @param acceptedFrom start of validity: a token may be issued before all servers accept it
     */
    public record Grant(
            Kind kind, @Nullable Scope scope, @Nullable UUID session, Instant acceptedFrom, Instant expiresAt) {
        /** Whether the token is currently valid: not too early, and not expired. */
        public boolean accepted() {
            Instant now = Instant.now();
            return !now.isBefore(acceptedFrom) && now.isBefore(expiresAt);
        }
    }

    /** A new token; {@code toString} hides it. */
    public record Issued(String token, Instant expiresAt) {
        @Override
        public String toString() {
            return "Issued[expiresAt=" + expiresAt + "]";
        }
    }

    /** Issues a queue token for a session. */
    public Issued issueQueueToken(Scope scope, UUID session) {
        return issue(Kind.QUEUE, scope, session);
    }

    /** Issues a token of any other kind. */
    public Issued issue(Kind kind, @Nullable Scope scope) {
        return issue(kind, scope, null);
    }

    private Issued issue(Kind kind, @Nullable Scope scope, @Nullable UUID session) {
        Instant now = Instant.now();
        Instant expiresAt = now.plus(lifetime(kind));
        String token = switch (kind) {
            case ADMIN, QUEUE -> jwt(kind, now, expiresAt);
            case PERSONAL, INSTALLATION, REGISTRATION ->
                kind.name().charAt(0) + UUID.randomUUID().toString().replace("-", "");
        };
        grants.values()
                .removeIf(
                        grant -> grant.expiresAt().plus(EXPIRED_TOKEN_RETENTION).isBefore(now));
        Instant acceptedFrom = kind == Kind.REGISTRATION ? now.plus(options.registrationTokenDelay()) : now;
        grants.put(token, new Grant(kind, scope, session, acceptedFrom, expiresAt));
        return new Issued(token, expiresAt);
    }

    /** What this token grants, even if it has expired; null if it was not issued here or has been revoked. */
    public @Nullable Grant find(String token) {
        if (personalTokens.contains(token)) {
            return new Grant(Kind.PERSONAL, null, null, Instant.MIN, Instant.MAX);
        }
        return grants.get(token);
    }

    /** Revokes all tokens of a kind. */
    public void revoke(Kind kind) {
        grants.values().removeIf(grant -> grant.kind() == kind);
    }

    /** Replaces the accepted personal access tokens. */
    public void personalTokens(Set<String> accepted) {
        personalTokens = Set.copyOf(accepted);
    }

    private Duration lifetime(Kind kind) {
        return switch (kind) {
            case PERSONAL -> throw new IllegalArgumentException("personal tokens are not issued");
            case INSTALLATION -> options.installationTokenLifetime();
            case REGISTRATION -> options.registrationTokenLifetime();
            case ADMIN -> options.adminTokenLifetime();
            case QUEUE -> options.queueTokenLifetime();
        };
    }

    private String jwt(Kind kind, Instant now, Instant expiresAt) {
        String claims =
                "{\"jti\":\"%s\",\"scp\":\"simulator.%s\",\"iss\":\"simulator\",\"iat\":%d,\"nbf\":%d,\"exp\":%d}"
                        .formatted(
                                UUID.randomUUID(),
                                kind,
                                now.getEpochSecond(),
                                now.getEpochSecond() - 300,
                                expiresAt.getEpochSecond());
        String unsigned = encode("{\"typ\":\"JWT\",\"alg\":\"HS256\"}".getBytes(StandardCharsets.UTF_8)) + "."
                + encode(claims.getBytes(StandardCharsets.UTF_8));
        return unsigned + "." + encode(sign(unsigned));
    }

    private static String encode(byte[] bytes) {
        return BASE64.encodeToString(bytes);
    }

    private byte[] sign(String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
