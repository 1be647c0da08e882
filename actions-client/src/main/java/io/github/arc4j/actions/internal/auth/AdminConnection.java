package io.github.arc4j.actions.internal.auth;

import io.github.arc4j.actions.ConfigUrl;
import io.github.arc4j.actions.Credentials;
import io.github.arc4j.actions.CredentialsSource;
import io.github.arc4j.actions.GitHubApp;
import io.github.arc4j.actions.PersonalAccessToken;
import io.github.arc4j.actions.errors.ActionsException;
import io.github.arc4j.actions.errors.AuthenticationException;
import io.github.arc4j.actions.errors.ErrorDetails;
import io.github.arc4j.actions.errors.InvalidCredentialsException;
import io.github.arc4j.actions.internal.call.Caller;
import io.github.arc4j.actions.internal.call.ServerClock;
import io.github.arc4j.actions.internal.call.ServiceErrors;
import io.github.arc4j.actions.internal.concurrent.SingleFlight;
import io.github.arc4j.actions.internal.http.Call;
import io.github.arc4j.actions.internal.http.Call.Effect;
import io.github.arc4j.actions.internal.http.Call.Target;
import io.github.arc4j.actions.internal.http.Response;
import io.github.arc4j.actions.internal.http.Urls;
import io.github.arc4j.actions.wire.JsonObject;
import io.github.arc4j.actions.wire.JsonText;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Exchanges credentials for access to the Actions service: installation token (Apps only), registration token, admin
 * connection. The result is cached until a minute before it expires.
 */
public final class AdminConnection {
    private static final Logger log = LoggerFactory.getLogger(AdminConnection.class);
    /** Pause between two attempts to renew a token that is still valid. */
    private static final Duration RENEWAL_PAUSE = Duration.ofSeconds(10);

    /**
     * For how long a new token is used, whatever its expiry, unless the service rejects it. Each token may name another
     * host, and a hostile server could otherwise cause a connection to a new host with each call.
     */
    private static final Duration SHORTEST_USE = Duration.ofSeconds(10);

    private final ConfigUrl config;
    private final CredentialsSource credentials;
    private final Caller caller;
    private final ServerClock clock;
    private final String userAgent;
    private final Duration timeout;
    private final AppToken appToken = new AppToken();
    private final SingleFlight<AdminToken> current = new SingleFlight<>(null);
    private final AtomicBoolean renewing = new AtomicBoolean();
    private volatile Instant nextRenewal = Instant.MIN;
    private volatile Instant shortestUse = Instant.MIN;

    public AdminConnection(
            ConfigUrl config,
            CredentialsSource credentials,
            Caller caller,
            ServerClock clock,
            String userAgent,
            Duration timeout) {
        this.config = config;
        this.credentials = credentials;
        this.caller = caller;
        this.clock = clock;
        this.userAgent = userAgent;
        this.timeout = timeout;
    }

    /**
     * Returns a valid token. From a minute before its expiry, one caller at a time renews the token. The other callers,
     * and this one if the renewal fails, continue to use the old token.
     */
    public AdminToken token() throws InterruptedException {
        AdminToken token = current.value();
        Instant now = clock.now();
        if (token != null && now.isBefore(shortestUse)) {
            return token;
        }
        if (token == null || token.isOver(now)) {
            return renew(token);
        }
        boolean due = token.isDue(now) && !now.isBefore(nextRenewal);
        return due && renewing.compareAndSet(false, true) ? renewEarly(token) : token;
    }

    private AdminToken renewEarly(AdminToken token) throws InterruptedException {
        try {
            return renew(token);
        } catch (ActionsException e) {
            Instant now = clock.now();
            if (token.isOver(now)) {
                throw e;
            }
            log.warn(
                    "Cannot renew the token, continuing with the current one, valid until {}: {}",
                    token.expiry(),
                    e.getMessage());
            nextRenewal = now.plus(RENEWAL_PAUSE);
            return token;
        } finally {
            renewing.set(false);
        }
    }

    /** Returns a token other than the given one, which is about to expire or was rejected. */
    public AdminToken renew(@Nullable AdminToken stale) throws InterruptedException {
        return current.renew(stale, this::fetch);
    }

    private AdminToken fetch() throws InterruptedException {
        String bearer = bearer(credentials());
        String registration = registrationToken(bearer);
        String body = JsonText.object(out -> {
            out.writeStringField("url", config.uri().toString());
            out.writeStringField("runner_event", "register");
        });
        Call call = call(
                "adminConnection",
                Effect.NONE_NEW_TOKEN,
                "/actions/runner-registration",
                headers("application/json", "RemoteAuth " + registration),
                body + "\n",
                status -> status / 100 == 2);
        Response response = caller.call(call);
        try {
            JsonObject connection = JsonObject.read(response.body());
            String url = present(connection.text("url"), "actions service admin connection missing url");
            String token = present(connection.text("token"), "actions service admin connection missing token");
            URI service = Urls.absolute(url, "actions service admin connection url");
            AdminToken fetched = new AdminToken(service, token, AdminToken.expiry(token));
            shortestUse = clock.now().plus(SHORTEST_USE);
            return fetched;
        } catch (IOException e) {
            throw ServiceErrors.invalid(call, response, e);
        }
    }

    private Credentials credentials() throws InterruptedException {
        try {
            @Nullable Credentials current = credentials.get();
            if (current == null) {
                throw new InvalidCredentialsException("the source of credentials returned null");
            }
            return current;
        } catch (InterruptedException | ActionsException e) {
            throw e;
        } catch (Exception e) {
            ErrorDetails details =
                    new ErrorDetails(0, "", "", "", null, !(e instanceof IllegalArgumentException), false);
            throw new AuthenticationException("failed to get the credentials: " + describe(e), details, e);
        }
    }

    /** Messages of some exceptions are only a name, such as that of a missing file. */
    private static String describe(Exception failure) {
        boolean nameOnly = failure instanceof FileSystemException file && file.getReason() == null;
        return nameOnly || failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private String bearer(Credentials from) throws InterruptedException {
        if (from instanceof PersonalAccessToken pat) {
            return pat.token();
        }
        GitHubApp app = (GitHubApp) from;
        Instant before = clock.now();
        try {
            return installationToken(app);
        } catch (AuthenticationException e) {
            // The response may have shown that the local clock is wrong, in which case GitHub rejects the App's token.
            if (Duration.between(before, clock.now()).abs().compareTo(Duration.ofMinutes(1)) < 0) {
                throw e;
            }
            appToken.forget();
            return installationToken(app);
        }
    }

    private String installationToken(GitHubApp app) throws InterruptedException {
        String jwt;
        try {
            jwt = appToken.of(app, clock.now());
        } catch (IllegalArgumentException e) {
            throw new AuthenticationException(String.valueOf(e.getMessage()), ErrorDetails.NONE, e);
        }
        return token(
                "installationToken",
                "/app/installations/" + app.installationId() + "/access_tokens",
                headers("application/vnd.github+json", "Bearer " + jwt));
    }

    private String registrationToken(String bearer) throws InterruptedException {
        String owner = switch (config.scope()) {
            case ORGANIZATION -> "/orgs/" + Urls.segment(config.organization());
            case ENTERPRISE -> "/enterprises/" + Urls.segment(config.enterprise());
            case REPOSITORY ->
                "/repos/" + Urls.segment(config.organization()) + "/" + Urls.segment(config.repository());
        };
        return token(
                "registrationToken",
                owner + "/actions/runners/registration-token",
                headers("application/vnd.github.v3+json", "Bearer " + bearer));
    }

    private String token(String operation, String path, Map<String, String> headers) throws InterruptedException {
        Call call = call(operation, Effect.NONE, path, headers, null, status -> status == 201);
        Response response = caller.call(call);
        try {
            return present(JsonObject.read(response.body()).text("token"), "no token in the response");
        } catch (IOException e) {
            throw ServiceErrors.invalid(call, response, e);
        }
    }

    private Call call(
            String operation,
            Effect effect,
            String path,
            Map<String, String> headers,
            @Nullable String body,
            IntPredicate success) {
        return new Call(operation, effect, Target.REST, "POST", config.rest(path), headers, body, timeout, success);
    }

    private Map<String, String> headers(String contentType, String authorization) {
        return Map.of("User-Agent", userAgent, "Content-Type", contentType, "Authorization", authorization);
    }

    private static String present(String value, String problem) throws IOException {
        if (value.isEmpty()) {
            throw new IOException(problem);
        }
        return value;
    }
}
