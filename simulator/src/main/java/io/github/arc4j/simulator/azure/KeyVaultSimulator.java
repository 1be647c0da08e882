package io.github.arc4j.simulator.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Microsoft Entra ID and one vault in a single server. It verifies client assertions as the directory does, and issues
 * tokens that only the vault accepts.
 */
public final class KeyVaultSimulator implements AutoCloseable {
    /** ID of the only tenant. */
    public static final String TENANT = "tenant-1";

    /** Client ID of the only application. */
    public static final String CLIENT = "client-1";

    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpServer server;
    private final X509Certificate certificate;
    private final Map<String, String> secrets = new ConcurrentHashMap<>();
    private final Queue<Integer> failures = new ConcurrentLinkedQueue<>();
    private final AtomicInteger signIns = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();
    private volatile String resource = "https://localhost";
    private volatile String validToken = "token-0";

    /**
     * Starts the server on any free port.
     *
     * @param certificate certificate that the application signs in with
     * @throws IOException if no port can be opened
     */
    public KeyVaultSimulator(X509Certificate certificate) throws IOException {
        this.certificate = certificate;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/" + TENANT + "/oauth2/v2.0/token", this::signIn);
        server.createContext("/secrets/", this::read);
        server.start();
    }

    /**
     * Sets a secret.
     *
     * @param name name of the secret
     * @param value its value
     */
    public void put(String name, String value) {
        secrets.put(name, value);
    }

    /**
     * Makes the vault respond to the next reads with errors, regardless of the secret.
     *
     * @param statuses the HTTP statuses, one for each read
     */
    public void failWith(Integer... statuses) {
        failures.addAll(List.of(statuses));
    }

    /**
     * Sets the resource for which tokens must be issued, which the vault reports to unauthenticated clients.
     *
     * @param service URL of the resource, without a trailing slash
     */
    public void demandTokensFor(String service) {
        resource = service;
    }

    /** Revokes all issued tokens. */
    public void revokeTokens() {
        validToken = "revoked";
    }

    /** {@return the number of issued tokens} */
    public int signIns() {
        return signIns.get();
    }

    /** {@return the number of reads with a valid token} */
    public int reads() {
        return reads.get();
    }

    /** {@return the base URL of the vault and of the directory} */
    public String url() {
        return "http://localhost:" + server.getAddress().getPort();
    }

    private void signIn(HttpExchange exchange) throws IOException {
        Map<String, String> form = new HashMap<>();
        for (String pair : new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.US_ASCII).split("&")) {
            String[] parts = pair.split("=", 2);
            form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        String problem = problem(form);
        if (!problem.isEmpty()) {
            respond(
                    exchange,
                    401,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("error", "invalid_client")
                            .put("error_description", problem + "\r\nTrace ID: 1"));
            return;
        }
        validToken = "token-" + signIns.incrementAndGet();
        respond(
                exchange,
                200,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("access_token", validToken)
                        .put("expires_in", 3600));
    }

    private String problem(Map<String, String> form) throws IOException {
        String[] parts = form.getOrDefault("client_assertion", "..").split("\\.", 3);
        JsonNode header = mapper.readTree(Base64.getUrlDecoder().decode(parts[0]));
        JsonNode claims = mapper.readTree(Base64.getUrlDecoder().decode(parts[1]));
        try {
            byte[] thumbprint = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
            Signature signature = Signature.getInstance("RSASSA-PSS");
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            signature.initVerify(certificate);
            signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
            if (!signature.verify(Base64.getUrlDecoder().decode(parts[2]))
                    || !header.path("x5t#S256")
                            .asText()
                            .equals(Base64.getUrlEncoder().withoutPadding().encodeToString(thumbprint))) {
                return "AADSTS700027: The certificate with identifier used to sign the client assertion is not"
                        + " registered.";
            }
        } catch (GeneralSecurityException e) {
            return "AADSTS50027: " + e.getMessage();
        }
        boolean valid = form.getOrDefault("scope", "").equals(resource + "/.default")
                && form.getOrDefault("grant_type", "").equals("client_credentials")
                && form.getOrDefault("client_assertion_type", "")
                        .equals("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                && claims.path("aud").asText().equals(url() + "/" + TENANT + "/oauth2/v2.0/token")
                && claims.path("exp").asLong() > claims.path("nbf").asLong()
                && claims.path("sub").asText().equals(claims.path("iss").asText());
        if (!claims.path("iss").asText().equals(CLIENT)) {
            return "AADSTS700016: Application not found in the directory.";
        }
        return valid ? "" : "AADSTS90014: A field is missing or invalid.";
    }

    private void read(HttpExchange exchange) throws IOException {
        String authorization = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        if (!authorization.equals("Bearer " + validToken)) {
            exchange.getResponseHeaders()
                    .set(
                            "WWW-Authenticate",
                            "Bearer authorization=\"%s/%s\", resource=\"%s\"".formatted(url(), TENANT, resource));
            respond(exchange, 401, error("Unauthorized"));
            return;
        }
        reads.incrementAndGet();
        Integer status = failures.poll();
        if (status != null) {
            respond(exchange, status, error("Forbidden"));
            return;
        }
        String name = exchange.getRequestURI().getPath().substring("/secrets/".length());
        String value = secrets.get(name);
        boolean version = "api-version=7.4".equals(exchange.getRequestURI().getQuery());
        if (value == null || !version) {
            respond(exchange, version ? 404 : 400, error("SecretNotFound"));
        } else {
            respond(exchange, 200, JsonNodeFactory.instance.objectNode().put("value", value));
        }
    }

    private static JsonNode error(String code) {
        return JsonNodeFactory.instance
                .objectNode()
                .set("error", JsonNodeFactory.instance.objectNode().put("code", code));
    }

    private static void respond(HttpExchange exchange, int status, JsonNode json) throws IOException {
        byte[] body = json.toString().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
