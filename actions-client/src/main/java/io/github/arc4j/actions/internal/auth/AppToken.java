package io.github.arc4j.actions.internal.auth;

import io.github.arc4j.actions.GitHubApp;
import io.github.arc4j.actions.wire.JsonWebToken;
import io.github.arc4j.actions.wire.Outcome;
import io.github.arc4j.actions.wire.PrivateKeys;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * The JSON web token with which an App authenticates, signed with RS256. A server decides how often it is needed, and
 * the signature is expensive, so it is used for as long as it is valid.
 */
final class AppToken {
    /** The issue time lies in the past, because clocks differ. */
    private static final Duration BACKDATED = Duration.ofSeconds(60);
    /** GitHub allows at most 10 minutes. */
    private static final Duration LIFETIME = Duration.ofMinutes(9);
    /** The rest of the lifetime is a margin for clocks that differ. */
    private static final Duration USED = LIFETIME.minus(BACKDATED.multipliedBy(2));

    /** A process creates one signature at a time, so that signing never occupies all processors. */
    private static final Semaphore SIGNING = new Semaphore(1, true);

    private record Signed(GitHubApp app, Instant at, String token) {
        boolean isFor(GitHubApp other, Instant now) {
            return app.equals(other) && !now.isBefore(at) && now.isBefore(at.plus(USED));
        }
    }

    private volatile @Nullable Signed last;

    /**
     * Returns a valid token.
     *
     * @throws IllegalArgumentException if the key is invalid
     */
    String of(GitHubApp app, Instant now) throws InterruptedException {
        Signed known = last;
        if (known == null || !known.isFor(app, now)) {
            known = new Signed(app, now, sign(app, now));
            last = known;
        }
        return known.token();
    }

    /** Discards the token, because its validity may have been computed with a wrong clock. */
    void forget() {
        last = null;
    }

    /** On a platform thread, because a computation on a virtual thread would hold up the others. */
    private static String sign(GitHubApp app, Instant now) throws InterruptedException {
        SIGNING.acquire();
        try {
            FutureTask<String> task = new FutureTask<>(() -> create(app, now));
            Thread thread = new Thread(task, "sign");
            thread.setDaemon(true);
            thread.start();
            return Outcome.of(task);
        } finally {
            SIGNING.release();
        }
    }

    private static String create(GitHubApp app, Instant now) {
        long issued = now.minus(BACKDATED).getEpochSecond();
        try {
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(PrivateKeys.parse(app.privateKey()));
            return JsonWebToken.sign(
                    header -> {
                        header.writeStringField("alg", "RS256");
                        header.writeStringField("typ", "JWT");
                    },
                    claims -> {
                        claims.writeStringField("iss", app.appId());
                        claims.writeNumberField("exp", issued + LIFETIME.toSeconds());
                        claims.writeNumberField("iat", issued);
                    },
                    signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("failed to sign with the RSA private key", e);
        }
    }
}
