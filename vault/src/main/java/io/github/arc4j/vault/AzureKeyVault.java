package io.github.arc4j.vault;

import io.github.arc4j.actions.SystemCertificates;
import io.github.arc4j.actions.wire.Backoff;
import io.github.arc4j.actions.wire.JsonObject;
import io.github.arc4j.vault.VaultException.Reason;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Secrets in an Azure Key Vault. Requests with errors that may be transient are attempted five times. Thread-safe.
 *
 * <p>In its response to a request without a token, the vault names the audience that tokens must have; that must be the
 * vault's own domain, so that no token for another service is sent to a wrong URL.
 */
public final class AzureKeyVault implements AutoCloseable {
    private static final String API_VERSION = "7.4";
    private static final String PUBLIC_CLOUD = "https://login.microsoftonline.com";
    private static final Duration FIRST_WAIT = Duration.ofMillis(800);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final int MAX_ATTEMPTS = 5;

    private static final Pattern NAME = Pattern.compile("[0-9a-zA-Z-]{1,127}");
    private static final Pattern SCOPE = Pattern.compile("scope=\"([^\"]+)\"");
    private static final Pattern RESOURCE = Pattern.compile("resource=\"([^\"]+)\"");

    private final AzureKeyVaultSettings settings;
    private final VaultHttp http;
    private final Directory directory;
    private final Backoff backoff;

    /**
     * @param environment {@code AZURE_AUTHORITY_HOST} sets the directory of a cloud other than the public one, {@code
     *     SSL_CERT_FILE} and {@code SSL_CERT_DIR} the certificate authorities
     */
    public AzureKeyVault(AzureKeyVaultSettings settings, Map<String, String> environment) {
        this(settings, environment, FIRST_WAIT, Clock.systemUTC());
    }

    AzureKeyVault(AzureKeyVaultSettings settings, Map<String, String> environment, Duration firstWait, Clock clock) {
        this.settings = settings;
        this.http = new VaultHttp(settings.proxy(), SystemCertificates.fromEnvironment(environment));
        String authority = environment.getOrDefault("AZURE_AUTHORITY_HOST", "");
        this.directory =
                new Directory(settings, URI.create(authority.isEmpty() ? PUBLIC_CLOUD : authority), http, clock);
        this.backoff = Backoff.doubling(firstWait, LONGEST_WAIT);
    }

    /**
     * Reads the latest version of a secret that contains a JSON object.
     *
     * @return its entries; numbers as text, without nulls
     */
    public Map<String, String> read(String name) throws VaultException, InterruptedException {
        if (!NAME.matcher(name).matches()) {
            throw new VaultException(
                    Reason.INVALID_CONFIGURATION,
                    "\"%s\" can't be the name of a secret in a vault: only letters, digits and dashes are allowed"
                            .formatted(name));
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return entries(name, value(name));
            } catch (VaultException e) {
                if (e.reason() != Reason.UNAVAILABLE || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
                Duration wait = backoff.after(attempt);
                Duration requested = e.retryAfter().orElse(wait);
                Thread.sleep(requested.compareTo(wait) > 0 ? requested : wait);
            }
        }
    }

    private String value(String name) throws VaultException, InterruptedException {
        URI uri = URI.create(
                settings.url().toString().replaceAll("/+$", "") + "/secrets/" + name + "?api-version=" + API_VERSION);
        VaultHttp.Response response = http.send(http.request(uri).build());
        if (response.status() == 401) {
            String scope = scope(response);
            response = http.send(authorized(uri, scope));
            if (response.status() == 401) {
                directory.forget(); // revoked before it expired
                response = http.send(authorized(uri, scope));
            }
        }
        if (response.status() != 200) {
            throw rejection(name, response);
        }
        String value = response.json().find("value", String.class);
        if (value == null) {
            throw new VaultException(Reason.INVALID_SECRET, what(name) + ": secret value is nil");
        }
        return value;
    }

    private HttpRequest authorized(URI uri, String scope) throws VaultException, InterruptedException {
        return http.request(uri)
                .header("Authorization", "Bearer " + directory.token(scope))
                .build();
    }

    private String scope(VaultHttp.Response response) throws VaultException {
        String challenge = response.headers().firstValue("WWW-Authenticate").orElse("");
        Matcher scope = SCOPE.matcher(challenge);
        Matcher resource = RESOURCE.matcher(challenge);
        String wanted = scope.find() ? scope.group(1) : resource.find() ? resource.group(1) + "/.default" : "";
        String audience = host(wanted);
        String vault = settings.url().getHost();
        if (audience.isEmpty() || !(vault.equals(audience) || vault.endsWith("." + audience))) {
            throw new VaultException(
                    Reason.INVALID_CONFIGURATION,
                    "%s is not an Azure Key Vault: it does not ask for a token of its own domain; check the vault's url"
                            .formatted(settings.url()));
        }
        return wanted;
    }

    private static String host(String url) {
        try {
            String host = URI.create(url).getHost();
            return host == null ? "" : host;
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    private VaultException rejection(String name, VaultHttp.Response response) {
        String code = response.json().find("error", Map.class) instanceof Map<?, ?> error
                ? JsonObject.of(error).textOrEmpty("code")
                : "";
        String detail = " (" + response.status() + (code.isEmpty() ? "" : " " + code) + ")";
        return switch (response.status()) {
            case 401, 403 ->
                new VaultException(
                        Reason.ACCESS_DENIED,
                        what(name) + " may not be read" + detail
                                + "; give the application the permission to get secrets, and its network access to the"
                                + " vault");
            case 404 ->
                new VaultException(
                        Reason.SECRET_MISSING,
                        what(name) + " does not exist" + detail + "; create it or correct githubConfigSecret");
            default -> new VaultException(Reason.UNAVAILABLE, what(name) + " can't be read" + detail);
        };
    }

    private Map<String, String> entries(String name, String value) throws VaultException {
        JsonObject json;
        try {
            json = JsonObject.read(value.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new VaultException(Reason.INVALID_SECRET, what(name) + " must hold a JSON object");
        }
        Map<String, String> entries = new HashMap<>();
        for (String key : json.keys()) {
            @Nullable Object entry = json.find(key, Object.class);
            if (entry != null && !(entry instanceof Map) && !(entry instanceof List)) {
                entries.put(key, entry.toString());
            }
        }
        return entries;
    }

    private String what(String name) {
        return "secret " + name + " of " + settings.url();
    }

    @Override
    public void close() {
        http.close();
    }
}
