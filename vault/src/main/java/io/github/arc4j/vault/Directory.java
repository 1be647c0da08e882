package io.github.arc4j.vault;

import io.github.arc4j.actions.wire.JsonObject;
import io.github.arc4j.actions.wire.JsonWebToken;
import io.github.arc4j.vault.VaultException.Reason;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Signs an application in to Microsoft Entra ID (OAuth 2 client credentials) and keeps the token while it is valid. */
final class Directory {
    private static final Duration EARLY = Duration.ofMinutes(5);
    private static final Duration ASSERTION_LIFETIME = Duration.ofMinutes(5);
    private static final PSSParameterSpec PS256 =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1);

    private record Token(String text, String scope, Instant expiry) {}

    private final AzureKeyVaultSettings settings;
    private final URI tokenEndpoint;
    private final VaultHttp http;
    private final Clock clock;
    private @Nullable Token token;

    Directory(AzureKeyVaultSettings settings, URI authority, VaultHttp http, Clock clock) {
        this.settings = settings;
        this.tokenEndpoint = URI.create(
                authority.toString().replaceAll("/+$", "") + "/" + encode(settings.tenantId()) + "/oauth2/v2.0/token");
        this.http = http;
        this.clock = clock;
    }

    /** The certificate is read again for each sign-in, because it may have been renewed. */
    synchronized String token(String scope) throws VaultException, InterruptedException {
        Token known = token;
        if (known == null || !known.scope().equals(scope) || known.expiry().isBefore(clock.instant())) {
            known = signIn(scope);
            token = known;
        }
        return known.text();
    }

    synchronized void forget() {
        token = null;
    }

    private Token signIn(String scope) throws VaultException, InterruptedException {
        Map<String, String> form = Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                settings.clientId(),
                "scope",
                scope,
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                assertion());
        String body = form.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + encode(entry.getValue()))
                .collect(Collectors.joining("&"));
        VaultHttp.Response response = http.send(http.request(tokenEndpoint)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body))
                .build());
        String text = response.json().textOrEmpty("access_token");
        if (response.status() != 200 || text.isEmpty()) {
            throw new VaultException(
                    Reason.SIGN_IN_REFUSED,
                    "%s rejected application %s of tenant %s (%d%s); check tenantId, clientId and that the certificate is one of the application's"
                            .formatted(
                                    tokenEndpoint.getHost(),
                                    settings.clientId(),
                                    settings.tenantId(),
                                    response.status(),
                                    reason(response.json())));
        }
        Duration lifetime = Duration.ofSeconds(seconds(response.json().find("expires_in", Object.class)));
        return new Token(text, scope, clock.instant().plus(lifetime).minus(EARLY));
    }

    /** Signs the assertion of the application's identity that certificate credentials require. */
    private String assertion() throws VaultException {
        try {
            ClientCertificate certificate = ClientCertificate.read(settings.certificate());
            byte[] thumbprint = MessageDigest.getInstance("SHA-256")
                    .digest(certificate.certificate().getEncoded());
            Signature signature = Signature.getInstance("RSASSA-PSS");
            signature.setParameter(PS256);
            signature.initSign(certificate.key());
            Instant now = clock.instant();
            return JsonWebToken.sign(
                    header -> {
                        header.writeStringField("alg", "PS256");
                        header.writeStringField("typ", "JWT");
                        header.writeStringField("x5t#S256", JsonWebToken.base64(thumbprint));
                    },
                    claims -> {
                        claims.writeStringField("aud", tokenEndpoint.toString());
                        claims.writeStringField("iss", settings.clientId());
                        claims.writeStringField("sub", settings.clientId());
                        claims.writeStringField("jti", UUID.randomUUID().toString());
                        claims.writeNumberField("nbf", now.getEpochSecond());
                        claims.writeNumberField("iat", now.getEpochSecond());
                        claims.writeNumberField(
                                "exp", now.plus(ASSERTION_LIFETIME).getEpochSecond());
                    },
                    signature);
        } catch (GeneralSecurityException e) {
            throw new VaultException(
                    Reason.INVALID_CONFIGURATION, settings.certificate() + " has a key that can't sign", e);
        }
    }

    /** A number, which some clouds send as a string; 0 if it is not a number. */
    private static long seconds(@Nullable Object number) {
        try {
            return number instanceof Number exact ? exact.longValue() : Long.parseLong(String.valueOf(number));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The first line describes the problem, the others when and where it occurred. */
    private static String reason(JsonObject json) {
        String description = json.textOrEmpty("error_description");
        String text = description.isEmpty() ? json.textOrEmpty("error") : description;
        return text.lines().findFirst().map(line -> ": " + line).orElse("");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
